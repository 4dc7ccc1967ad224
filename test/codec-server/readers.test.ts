import { Issuer } from '../../src/access/issuer.ts';
import { ROLES_BY_NAME } from '../../src/access/role-claim.ts';
import { Tokens } from '../../src/access/tokens.ts';
import { codecServerSettings, readSettings } from '../../src/config.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { AUDIENCE, RunningIssuer } from '../access/running-issuer.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { startCodecServer } from './running-codec-server.ts';

const keys = new KeysFile(aKey('k1'));
const holders = { shop: aHolder('shop'), eye: aHolder('eye', 'viewer'), ops: aHolder('ops', 'operator') };
let issuer: RunningIssuer;
let server: Awaited<ReturnType<typeof startCodecServer>>;
beforeAll(async () => {
  issuer = await RunningIssuer.start();
  const tokens = new Tokens({
    issuer: new Issuer(issuer.url, { cacheMs: 0 }),
    audience: AUDIENCE,
    roleClaim: { name: 'roles', roles: ROLES_BY_NAME },
  });
  server = await startCodecServer(keys.path, { keys: aKeyRing(holders), tokens });
});
beforeEach(() => {
  issuer.isAway = false;
});
afterAll(async () => {
  await server.stop();
  await issuer.stop();
  keys[Symbol.dispose]();
});

async function statusFor(credential: string): Promise<number> {
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  return (await server.call('/decode', { headers, body: '{"payloads":[]}' })).status;
}

test.each([
  ['eye', 'a viewer', 200],
  ['ops', 'an operator', 200],
  ['shop', 'a client, who sees its own orders only', 403],
] as const)('by the key of the API, %s is %s: %i', async (name, _, status) => {
  expect(await statusFor(holders[name].key)).toBe(status);
});

test.each([
  ['ann', 'an operator', 200],
  ['ben', 'a viewer', 200],
  ['shop', 'a client', 403],
  ['guest', 'somebody without a role', 403],
])('by the token that the Web UI passes on, %s is %s: %i', async (name, _, status) => {
  expect(await statusFor(await issuer.tokenOf(name))).toBe(status);
});

test('a key that nobody has, and a token for another audience, are nobody', async () => {
  expect(await statusFor(aHolder('stranger', 'operator').key)).toBe(401);
  expect(await statusFor(await issuer.tokenOf('ann', 'https://other.example'))).toBe(401);
});

test('an issuer that is away is told apart, and keys go on counting', async () => {
  const token = await issuer.tokenOf('ann');
  issuer.isAway = true;
  expect(await statusFor(token)).toBe(503);
  expect(await statusFor(holders.ops.key)).toBe(200);
});

test('it does not start where nobody could be told from anybody', () => {
  const settings = { PAYLOAD_KEYS_FILE: 'keys' };
  expect(() => readSettings(codecServerSettings, settings)).toThrow(/CODEC_TOKEN: must be set, or API_KEYS_FILE/);
  expect(() => readSettings(codecServerSettings, { ...settings, OIDC_ISSUER: 'https://id.example' })).toThrow(
    /OIDC_AUDIENCE/,
  );
  for (const one of [{ CODEC_TOKEN: 'x'.repeat(32) }, { API_KEYS_FILE: 'keys' }])
    expect(readSettings(codecServerSettings, { ...settings, ...one })).toMatchObject(one);
});
