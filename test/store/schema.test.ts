import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer } from 'node:net';
import { connect, ensureReachable, isUnavailable } from '../../src/store/connect.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

describe('the schema', () => {
  test('is brought up to date once, and again does nothing', async () => {
    expect(await migrate(database.url)).toContain('0001_orders');
    expect(await migrate(database.url)).toEqual([]);
  });

  test('is brought up to date by several at once without one in the other’s way', async () => {
    const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
    expect(applied.flat().filter((name) => name === '0001_orders')).toHaveLength(1);
  });
});

describe('a database', () => {
  test('without the schema is told apart from one that is away, with what to do', async () => {
    const sql = connect(database.url);
    await expect(ensureReachable(sql)).rejects.toThrow('npm run migrate');
    await migrate(database.url);
    await ensureReachable(sql);
    await sql.end();
  });

  test('that is away is named by its address and the setting', async () => {
    const sql = connect('postgres://nobody@127.0.0.1:1/none');
    await expect(ensureReachable(sql)).rejects.toThrow(/127\.0\.0\.1:1.*DATABASE_URL/);
    await sql.end();
  });

  test('that refuses a connection is unavailable; one that refuses a statement is not', async () => {
    const away = connect('postgres://nobody@127.0.0.1:1/none');
    expect(isUnavailable(await away`SELECT 1`.catch((error) => error))).toBe(true);
    const sql = connect(database.url);
    expect(isUnavailable(await sql`SELECT 1/0`.catch((error) => error))).toBe(false);
    await Promise.all([away.end(), sql.end()]);
  });

  test('ends a statement that takes too long, and that counts as unavailable', async () => {
    const sql = connect(database.url, { statementTimeoutMs: 50 });
    expect(isUnavailable(await sql`SELECT pg_sleep(5)`.catch((error) => error))).toBe(true);
    await sql.end();
  });
});

test('a new connection asks nothing of its own: lost in the middle of that, it would end the process', async () => {
  const to = new URL(database.url);
  const port = Number(to.port);
  let asked = '';
  const server = createServer((near) => {
    const far = connectTo(port, to.hostname);
    near.on('data', (bytes) => {
      asked += bytes.toString('latin1');
    });
    near.pipe(far).pipe(near);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  to.port = String((server.address() as AddressInfo).port);
  const sql = connect(to.href);
  await sql`SELECT ${['a', null]}::text[], ${[]}::uuid[]`;
  await sql.end();
  server.close();
  expect(asked).toContain('SELECT');
  expect(asked).not.toContain('pg_type');
});
