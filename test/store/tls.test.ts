import { connect, ensureReachable } from '../../src/store/connect.ts';
import { migrate } from '../../src/store/migrate.ts';
import { withTls } from '../../src/store/tls.ts';
import { Authority } from '../support/certificates.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

const [authority, another] = [new Authority(), new Authority()];
const user = authority.issue('postgres');
let server: TlsPostgres;
beforeAll(async () => {
  server = await startTlsPostgres(authority, user);
}, 60_000);
afterAll(async () => {
  await server.stop();
  authority.remove();
  another.remove();
});

const RIGHT = {
  sslmode: 'verify-full',
  sslrootcert: authority.certificate,
  sslcert: user.certificate,
  sslkey: user.key,
};
/** @param changes undefined: left out */
function urlWith(changes: Partial<Record<keyof typeof RIGHT, string | undefined>> = {}, host = 'localhost'): string {
  const parameters = Object.entries({ ...RIGHT, ...changes }).filter(([, value]) => value !== undefined);
  return `postgres://postgres@${host}:${server.port}/orders?${new URLSearchParams(parameters as [string, string][])}`;
}
async function reach(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  await ensureReachable(sql).finally(() => sql.end({ timeout: 1 }));
}

test('migrations and queries go over TLS with a client certificate', async () => {
  expect(await migrate(urlWith())).toContain('0001_orders');
  const sql = connect(urlWith(), { max: 1 });
  const [row] = await sql`SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
  expect(row).toEqual({ ssl: true, version: 'TLSv1.3' });
  await sql.end({ timeout: 1 });
});

test('what is verified is the host of the URL, be it a name or an address', async () => {
  await reach(urlWith());
  await reach(urlWith({}, '127.0.0.1'));
});

const stranger = another.issue('postgres');
const other = authority.issue('somebody');

test.each([
  [
    'an authority that did not issue it',
    { sslrootcert: another.certificate },
    /is not trusted: sslrootcert in DATABASE_URL/,
  ],
  ['no authority', { sslrootcert: undefined }, /is not trusted: sslrootcert in DATABASE_URL/],
  [
    'no client certificate',
    { sslcert: undefined, sslkey: undefined },
    /wants a client certificate that it trusts: set sslcert/,
  ],
  [
    "another authority's client certificate",
    { sslcert: stranger.certificate, sslkey: stranger.key },
    /wants a client certificate that it trusts/,
  ],
  [
    "another user's client certificate",
    { sslcert: other.certificate, sslkey: other.key },
    /certificate authentication failed/,
  ],
  [
    'a file that is not there',
    { sslkey: '/nowhere.key' },
    /^DATABASE_URL: its certificates can't be used: .*nowhere\.key/,
  ],
  ['a mode that is none', { sslmode: 'full' }, /^DATABASE_URL: sslmode=full is none of disable, require/],
])('%s is told in one sentence', async (_, changes, sentence) => {
  const complaint = await reach(urlWith(changes)).catch((error) => error.message);
  expect(complaint).toMatch(sentence);
  expect(complaint).not.toContain('\n');
});

test('a certificate for another host is told in one sentence', async () => {
  const anyOfThisMachine = '0.0.0.0'; // leads to it, and is not in its certificate
  await expect(reach(urlWith({}, anyOfThisMachine))).rejects.toThrow(
    /has a certificate for another name: correct the host/,
  );
  await reach(urlWith({ sslmode: 'verify-ca' }, anyOfThisMachine));
});

test('verify-ca does not look at the name, and require at nothing where it knows no authority', () => {
  const url = 'postgres://db/orders?sslmode=';
  expect(withTls(`${url}verify-ca&sslrootcert=${authority.certificate}`)).toMatchObject({
    url: 'postgres://db/orders',
    tls: { checkServerIdentity: expect.any(Function), ca: expect.any(String) },
  });
  expect(withTls(`${url}require`).tls).toEqual({ rejectUnauthorized: false, host: 'db' });
  expect(withTls(`${url}verify-full&sslrootcert=system`).tls).toEqual({ host: 'db' });
  expect(withTls(`${url}disable`).tls).toBe(false);
});

test('a URL that says nothing of TLS stays as it is, and other parameters stay in any case', () => {
  for (const url of [
    'postgres://db/orders',
    'postgres://db/orders?connect_timeout=3',
    'postgres://db/orders?sslmode=prefer',
  ])
    expect(withTls(url)).toEqual({ url, tls: undefined });
  expect(withTls('postgres://db/orders?sslmode=require&connect_timeout=3').url).toBe(
    'postgres://db/orders?connect_timeout=3',
  );
});
