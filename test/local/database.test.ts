import { expect, test } from '@jest/globals';
import postgres from 'postgres';
import { databaseReady } from '../../local/postgres/database.ts';
import { createDatabase } from '../support/database.ts';

test('a database is made where there is none, in UTF-8 and the C locale, and left as it is where there is one', async () => {
  const { url, drop } = await createDatabase();
  await drop();
  await databaseReady(url);
  const sql = postgres(url, { max: 1 });
  const [made] =
    await sql`select pg_encoding_to_char(encoding) as encoding, datcollate from pg_database where datname = current_database()`;
  expect(made).toEqual({ encoding: 'UTF8', datcollate: 'C' });
  await sql`create table kept ()`;
  await databaseReady(url);
  expect(await sql`select * from kept`).toHaveLength(0);
  await sql.end();
  await drop();
});

test('waiting for a server that never comes ends when it is told to', async () => {
  await expect(databaseReady('postgres://127.0.0.1:1/orders', AbortSignal.timeout(200))).rejects.toThrow();
});
