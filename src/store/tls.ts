import type { ConnectionOptions } from 'node:tls';
import { parse } from 'pg-connection-string';

/** As both of our clients for PostgreSQL take it. False: not at all. */
type Tls =
  | false
  | Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity' | 'host'>;

export interface Target {
  /** Without what is said by `tls`; PostgreSQL would take it for settings of its own. */
  url: string;
  /** Undefined: the URL says nothing of it. */
  tls: Tls | undefined;
}

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'];
/** These fall back to clear text; each client has its own way. */
const OPPORTUNISTIC = ['allow', 'prefer'];

/**
 * `sslmode`, `sslrootcert`, `sslcert` and `sslkey` of a URL, as libpq has them: files, and what is verified. postgres.js reads
 * the mode only, and leaves `verify-full` without an authority of one's own.
 * Source: PostgreSQL, 32.19 SSL Support
 * @throws one sentence that says what is wrong with them
 */
export function withTls(databaseUrl: string): Target {
  const [address = '', query] = databaseUrl.split('?', 2);
  const all = [...new URLSearchParams(query)];
  const ours = new URLSearchParams(all.filter(([name]) => PARAMETERS.includes(name)));
  const mode = ours.get('sslmode');
  if (ours.size === 0 || OPPORTUNISTIC.includes(mode ?? '')) return { url: databaseUrl, tls: undefined };
  if (mode !== null && !MODES.includes(mode))
    throw new Error(`DATABASE_URL: sslmode=${mode} is none of ${MODES.join(', ')}.`);
  const others = new URLSearchParams(all.filter(([name]) => !PARAMETERS.includes(name)));
  return { url: others.size > 0 ? `${address}?${others}` : address, tls: tlsIn(address, ours) };
}

function tlsIn(address: string, parameters: URLSearchParams): Tls {
  const bySystem = parameters.get('sslrootcert') === 'system';
  if (bySystem) parameters.delete('sslrootcert');
  try {
    const { ssl } = parse(`postgres://x/x?${parameters}`, { useLibpqCompat: !bySystem });
    // Neither client says which IP address it means to reach: the certificate would be held against `localhost`.
    return typeof ssl === 'object' ? { ...(ssl as ConnectionOptions), host: hostIn(address) } : false;
  } catch (error) {
    throw new Error(`DATABASE_URL: its certificates can't be used: ${(error as Error).message}.`);
  }
}

const hostIn = (address: string): string => (URL.parse(address)?.hostname ?? '').replace(/^\[|\]$/g, '');

/** What is wrong between two certificates, and what to do; undefined for an error of another kind. */
export function whyUntrusted(error: unknown): string | undefined {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const what = whatIsWrong(code, message);
  // OpenSSL's own messages are of several lines, and say less than its codes.
  return what && `${what} (${/^ERR_/.test(code) ? code : message})`;
}

function whatIsWrong(code: string, message: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'has a certificate for another name: correct the host in DATABASE_URL';
  if (/ISSUER|SELF_SIGNED|VERIFY|^CERT_/.test(code))
    return 'is not trusted: sslrootcert in DATABASE_URL must have the authority that issued its certificate';
  if (/client certificate/.test(message) || /^ERR_SSL.*(ALERT|CERTIFICATE)/.test(code))
    return 'wants a client certificate that it trusts: set sslcert and sslkey in DATABASE_URL';
  return undefined;
}
