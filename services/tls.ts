import { parse } from 'pg-connection-string';

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'];

/** The TLS settings of a URL, as libpq reads them, and the URL without: postgres.js would send them to PostgreSQL. */
export function withTls(databaseUrl: string) {
  const url = new URL(databaseUrl);
  if (!PARAMETERS.some((name) => url.searchParams.has(name))) return { url: databaseUrl };
  const { ssl } = parse(databaseUrl, { useLibpqCompat: true });
  for (const name of PARAMETERS) url.searchParams.delete(name);
  // `host`: what the certificate must be for, where that is an IP address.
  return { url: url.href, ssl: typeof ssl === 'object' ? { ...ssl, host: url.hostname } : false };
}
