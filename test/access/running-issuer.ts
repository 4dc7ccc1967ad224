import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';

export const AUDIENCE = 'https://orders.example';
const SECRET = 'of-a-test';
/** Who may ask for tokens, and the roles that are in them. */
const ROLES: Record<string, unknown> = {
  ann: ['operator'],
  ben: ['viewer', 'billing'],
  shop: 'client',
  guest: undefined,
  'zebra@people.example': ['operator'],
};

/** A real OpenID provider, which issues JSON Web Tokens for an API and can sign with new keys from some moment on. */
export class RunningIssuer {
  readonly #server: Server;
  #listener: ReturnType<Provider['callback']> | undefined;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  isAway = false;
  /** Paths that are answered in another way. */
  readonly instead = new Map<string, (response: ServerResponse) => void>();

  static async start(): Promise<RunningIssuer> {
    const issuer = new RunningIssuer();
    await once(issuer.#server.listen(0, '127.0.0.1'), 'listening');
    await issuer.renewKeys();
    return issuer;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      const answer = this.instead.get(request.url ?? '');
      if (this.isAway) response.writeHead(503).end();
      else if (answer) answer(response);
      else this.#listener?.(request, response);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async renewKeys(): Promise<void> {
    this.#listener = providerAt(this.url, await aSigningKey()).callback();
  }

  /** By the client credentials grant. Source: RFC 6749, 4.4. */
  async tokenOf(client: string, resource = AUDIENCE): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${client}:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
    });
    const { access_token } = (await response.json()) as { access_token?: string };
    if (!access_token) throw new Error(`the issuer answered ${response.status}`);
    return access_token;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }
}

async function aSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

/** Where a provider keeps what its tokens do not say themselves: these do. */
const NOTHING_KEPT = {
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};

const providerAt = (url: string, key: JWK): Provider =>
  new Provider(url, {
    jwks: { keys: [key as never] },
    adapter: () => NOTHING_KEPT,
    ttl: { ClientCredentials: 60 },
    cookies: { keys: ['of a test'] },
    clients: Object.keys(ROLES).map((client_id) => ({
      client_id,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    extraTokenClaims: (_, { clientId }) => ({ roles: ROLES[clientId ?? ''] }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, audience) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 60,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
