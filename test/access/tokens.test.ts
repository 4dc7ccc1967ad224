import { jest } from '@jest/globals';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { Issuer, type IssuerTimes, IssuerUnavailable } from '../../src/access/issuer.ts';
import { ROLES_BY_NAME } from '../../src/access/role-claim.ts';
import { Tokens } from '../../src/access/tokens.ts';
import { until } from '../support/until.ts';
import { AUDIENCE, RunningIssuer } from './running-issuer.ts';

let issuer: RunningIssuer;
beforeAll(async () => {
  issuer = await RunningIssuer.start();
});
beforeEach(() => {
  issuer.isAway = false;
  issuer.instead.clear();
});
afterAll(() => issuer.stop());

const tokensOf = (url = issuer.url, times: IssuerTimes = { cooldownMs: 0, awayMs: 0 }) =>
  new Tokens({
    issuer: new Issuer(url, times),
    audience: AUDIENCE,
    roleClaim: { name: 'roles', roles: ROLES_BY_NAME },
  });
const fetchesOf = (path: string) => issuer.asked.filter((asked) => asked === path).length;
const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('a token of the issuer', () => {
  test.each([
    ['ann', 'operator'],
    ['ben', 'viewer'],
    ['shop', 'client'],
    ['guest', null],
  ])('says that %s is in the role %s', async (client, role) => {
    const bearer = await tokensOf().bearerOf(await issuer.tokenOf(client));
    expect(bearer).toEqual({ id: `oidc:${client}`, role });
  });

  test('for another audience is nobody’s here', async () => {
    expect(await tokensOf().bearerOf(await issuer.tokenOf('ann', 'https://other.example'))).toBeNull();
  });

  test('that was changed is nobody’s', async () => {
    const [header, , signature] = (await issuer.tokenOf('shop')).split('.');
    const claims = { ...claimsIn(await issuer.tokenOf('shop')), roles: ['operator'] };
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    expect(await tokensOf().bearerOf(changed)).toBeNull();
  });

  test('counts under keys that are new since the last one', async () => {
    const tokens = tokensOf();
    const before = await issuer.tokenOf('ann');
    expect(await tokens.bearerOf(before)).not.toBeNull();
    await issuer.renewKeys();
    expect(await tokens.bearerOf(await issuer.tokenOf('ann'))).toMatchObject({ id: 'oidc:ann' });
    expect(await tokens.bearerOf(before)).toBeNull(); // its key was withdrawn
  });

  test('costs no call once the keys are there, and unknown keys one now and then at most', async () => {
    const tokens = tokensOf(issuer.url, { cooldownMs: 60_000 });
    await tokens.bearerOf(await issuer.tokenOf('ann'));
    const before = [fetchesOf('/.well-known/openid-configuration'), fetchesOf('/jwks')];
    const { privateKey } = await generateKeyPair('RS256');
    for (let n = 0; n < 20; n += 1) {
      await tokens.bearerOf(await issuer.tokenOf('ben'));
      expect(await tokens.bearerOf(await signed(privateKey, { kid: `made-up-${n}` }))).toBeNull();
    }
    expect([fetchesOf('/.well-known/openid-configuration'), fetchesOf('/jwks')]).toEqual(before);
  });

  test('counts under the keys of the last ten minutes; then they are asked for again', async () => {
    const tokens = tokensOf();
    await tokens.bearerOf(await issuer.tokenOf('ann'));
    const [before, startedAt] = [fetchesOf('/jwks'), Date.now()];
    const clock = jest.spyOn(Date, 'now');
    try {
      for (const [minutes, fetches] of [
        [9, before],
        [11, before + 1],
      ] as const) {
        clock.mockReturnValue(startedAt + minutes * 60_000);
        expect(await tokens.bearerOf(await issuer.tokenOf('ann'))).not.toBeNull();
        expect(fetchesOf('/jwks')).toBe(fetches);
      }
    } finally {
      clock.mockRestore();
    }
  });
});

const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const claimsOf = (claims: object) => ({
  ...{ iss: issuer.url, aud: AUDIENCE, sub: 'ann', roles: ['operator'], exp: soon(60) },
  ...claims,
});
const signed = (key: SigningKey, header: object = {}, claims: object = {}) =>
  new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'RS256', ...header }).sign(key);
type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
const tokensUnder = (publicKey: SigningKey) => {
  const shown = { url: issuer.url, keys: async () => async () => publicKey, forget() {} } as unknown as Issuer;
  return new Tokens({ issuer: shown, audience: AUDIENCE, roleClaim: { name: 'roles', roles: ROLES_BY_NAME } });
};

describe('a token that is signed by a key of the issuer', () => {
  let key: SigningKey;
  let tokens: Tokens;
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    tokens = tokensUnder(pair.publicKey);
  });

  test('counts', async () => {
    expect(await tokens.bearerOf(await signed(key))).toEqual({ id: 'oidc:ann', role: 'operator' });
  });

  test('counts for as long as clocks may differ', async () => {
    expect(await tokens.bearerOf(await signed(key, {}, { exp: soon(-1), nbf: soon(3) }))).not.toBeNull();
  });

  test.each([
    ['is over', () => ({ exp: soon(-7) })],
    ['never ends', () => ({ exp: undefined })],
    ['has not begun', () => ({ nbf: soon(9) })],
    ['is about nobody', () => ({ sub: undefined })],
    ['is about what no subject can be', () => ({ sub: 'a\nb' })],
    ['is of another issuer', () => ({ iss: 'https://other.example' })],
    ['is for nobody in particular', () => ({ aud: undefined })],
  ])('and %s, does not', async (_, claims) => {
    expect(await tokens.bearerOf(await signed(key, {}, claims()))).toBeNull();
  });
});

test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
  'a token that is signed by %s counts',
  async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    expect(await tokensUnder(publicKey).bearerOf(await signed(privateKey, { alg }))).toEqual({
      id: 'oidc:ann',
      role: 'operator',
    });
  },
);

test('what is not signed with a private key of the issuer is no token', async () => {
  const { keys } = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: { kid: string; n: string }[] };
  const [shown] = keys;
  const { privateKey } = await generateKeyPair('RS256');
  const others = [
    await signed(privateKey, { kid: shown?.kid }),
    new UnsecuredJWT(claimsOf({})).encode(),
    await new SignJWT(claimsOf({}))
      .setProtectedHeader({ alg: 'HS256', kid: shown?.kid as string })
      .sign(Buffer.from(shown?.n as string)),
    'a.b.c',
    '',
  ];
  for (const token of others) expect([token, await tokensOf().bearerOf(token)]).toEqual([token, null]);
});

describe('while the issuer', () => {
  test('is away it is not known whose a token is; when it is back, it is', async () => {
    const token = await issuer.tokenOf('ann');
    const tokens = tokensOf();
    issuer.isAway = true;
    await expect(tokens.bearerOf(token)).rejects.toThrow(IssuerUnavailable);
    issuer.isAway = false;
    await until(async () => (await tokens.bearerOf(token).catch(() => null)) !== null);
    expect(await tokens.bearerOf(token)).toMatchObject({ id: 'oidc:ann' });
    issuer.isAway = true;
    expect(await tokens.bearerOf(token)).toMatchObject({ id: 'oidc:ann' }); // its keys are known
  });

  test.each([
    ['its document', '/.well-known/openid-configuration'],
    ['its keys', '/jwks'],
  ])('sends %s to another place, or without an end, it is not known whose a token is', async (_, path) => {
    const token = await issuer.tokenOf('ann');
    issuer.instead.set(path, (response) => response.writeHead(302, { Location: `${issuer.url}/elsewhere` }).end());
    await expect(tokensOf().bearerOf(token)).rejects.toThrow(IssuerUnavailable);
    expect(fetchesOf('/elsewhere')).toBe(0);
    let sent = 0;
    issuer.instead.set(path, (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => {
        if (!response.destroyed && response.write(' '.repeat(16_384))) setImmediate(more);
        sent += 16_384;
      };
      response.on('drain', more);
      more();
    });
    await expect(tokensOf().bearerOf(token)).rejects.toThrow(IssuerUnavailable);
    expect(sent).toBeLessThan(16 * 2 ** 20);
  });

  test.each([
    ['its document', '/.well-known/openid-configuration'],
    ['its keys', '/jwks'],
  ])('is away with %s, it is asked once, however many tokens come', async (_, path) => {
    const token = await issuer.tokenOf('ann');
    issuer.instead.set(path, (response) => response.writeHead(503).end());
    const [tokens, before] = [tokensOf(issuer.url, { awayMs: 60_000 }), fetchesOf(path)];
    for (let count = 0; count < 5; count++) await expect(tokens.bearerOf(token)).rejects.toThrow(IssuerUnavailable);
    expect(fetchesOf(path) - before).toBe(1);
  });

  test.each(['', 'x', 'a.b', 'a.b.c.d', 'a.b.', 'ä.b.c', 'a.b.c\n'])(
    'is not known yet, it is not asked for %j, which is no token',
    async (text) => {
      const asked = issuer.asked.length;
      expect(await tokensOf().bearerOf(text)).toBeNull();
      expect(issuer.asked.length).toBe(asked);
    },
  );

  test.each(['http://keys.example/jwks', 'file:///etc/passwd', 7, undefined])(
    'says that its keys are at %s, it is not known whose a token is',
    async (jwks_uri) => {
      const document = JSON.stringify({ issuer: issuer.url, jwks_uri });
      issuer.instead.set('/.well-known/openid-configuration', (response) =>
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(document),
      );
      await expect(tokensOf().bearerOf(await issuer.tokenOf('ann'))).rejects.toThrow('no https jwks_uri');
    },
  );

  test('is another one than it says, its tokens are not taken', async () => {
    const { port } = new URL(issuer.url);
    const tokens = tokensOf(`http://localhost:${port}`);
    await expect(tokens.bearerOf(await issuer.tokenOf('ann'))).rejects.toThrow('of another issuer');
  });
});
