import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { z } from 'zod';
import type { RateLimit } from '../../src/access/rate-limit.ts';
import { type Admission, byName } from '../../src/api/admission.ts';
import { createApp } from '../../src/api/app.ts';
import { createApiServer, type ServerLimits } from '../../src/api/http-server.ts';
import { acceptedOrder, order, orderPage, problem, shownOrder } from '../../src/api/wire.ts';
import { acceptedBulk, actionPage, bulk, bulkItems, bulkPage, failureGroups } from '../../src/api/wire-bulks.ts';
import { connect, type Sql } from '../../src/store/connect.ts';
import { GroupCommit } from '../../src/store/group-commit.ts';
import { type Insertion, insertOrders, type NewOrder } from '../../src/store/insert-orders.ts';
import { createApiMetrics } from '../../src/telemetry/api-metrics.ts';
import { createLog, type Log } from '../../src/telemetry/log.ts';
import { type OrdersDatabase, openOrdersDatabase, set } from '../store/orders-database.ts';
import { openWayTo } from '../store/way-to-postgres.ts';
import { anOrderBody } from '../support/orders.ts';
import { FakeRuns } from './fake-runs.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, and compared, by the tests
  body: any;
}

export type Headed = Record<string, string>;

interface StartOptions {
  admission?: Admission;
  rateLimit?: RateLimit;
  limits?: Partial<ServerLimits>;
  /** Silent unless one is given. */
  log?: Log;
}

/**
 * The API as it is built for production, on a real PostgreSQL that can be cut off, beside runs that are fake.
 * @param operators client ids; without them everybody is one, unless another admission says who is
 */
export async function startApi(operators?: string[], options: StartOptions = {}) {
  const db = await openOrdersDatabase();
  const way = await openWayTo(db.url);
  const sql = connect(way.url, { max: 5 });
  const runs = new FakeRuns();
  const state = { isDraining: false, commit: (orders: NewOrder[]): Promise<Insertion[]> => insertOrders(sql, orders) };
  const intake = new GroupCommit((orders: NewOrder[]) => state.commit(orders), { concurrency: 1, maxWaiting: 1000 });
  const metrics = createApiMetrics(sql, () => intake.waiting);
  const { admission = byName(operators), rateLimit, limits, log = createLog('test', 'silent') } = options;
  const isDraining = () => state.isDraining;
  const app = createApp({ sql, intake, runs, log, metrics, admission, rateLimit, isDraining });
  const server = createApiServer(app, limits);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...asking(url, db.sql),
    url,
    db,
    way,
    runs,
    state,
    /** How many are open. */
    connections: promisify(server.getConnections.bind(server)),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await sql.end({ timeout: 1 });
      await way.cut();
      await db.close();
    },
  };
}

export type Api = Awaited<ReturnType<typeof startApi>>;

function asking(url: string, sql: Sql) {
  const ask = async (method: string, path: string, headers: Headed = {}, body: string | null = null) => {
    const response = await fetch(url + path, { method, headers, body, redirect: 'manual' });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    if (path.startsWith('/api/')) checkAgainstDocument(method, path, answer, 'Prefer' in headers);
    return answer;
  };
  const place = (body: unknown = anOrderBody(), headers: Headed = {}): Promise<Answer> =>
    ask('POST', '/api/orders', { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
  return {
    ask,
    get: (path: string, headers: Headed = {}): Promise<Answer> => ask('GET', path, headers),
    place,
    /** Places an order and puts it into a state that would take a while to come to. */
    async placeOne(columns: Record<string, unknown> = {}): Promise<string> {
      const { order_id } = (await place()).body;
      if (Object.keys(columns).length > 0) await set(sql, order_id, columns);
      return order_id;
    },
  };
}

/** No answer in any test may be another than the OpenAPI document says. */
function checkAgainstDocument(method: string, path: string, { status, headers, body }: Answer, waits: boolean): void {
  if (status >= 400) {
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.parse(body)).toEqual(body);
    expect(body.status).toBe(status);
    return;
  }
  const schema = waits ? order : schemaOf(method, path);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(schema.parse(body)).toEqual(body);
}

const SCHEMAS: [method: string, path: RegExp, schema: z.ZodType][] = [
  ['GET', /^\/api\/orders\/?(\?|$)/, orderPage],
  ['GET', /^\/api\/orders\//, shownOrder],
  ['POST', /^\/api\/orders/, acceptedOrder],
  ['GET', /^\/api\/failures/, failureGroups],
  ['POST', /^\/api\/failures\//, acceptedBulk],
  ['GET', /^\/api\/bulk\/?(\?|$)/, bulkPage],
  ['GET', /^\/api\/bulk\/[^/]+\/items/, bulkItems],
  ['GET', /^\/api\/bulk\//, bulk],
  ['POST', /^\/api\/bulk\//, bulk],
  ['GET', /^\/api\/actions/, actionPage],
];

function schemaOf(method: string, path: string): z.ZodType {
  const found = SCHEMAS.find(([knownMethod, known]) => knownMethod === method && known.test(path));
  if (!found) throw new Error(`no schema for ${method} ${path}`);
  return found[2];
}

export const rowsIn = async ({ sql }: OrdersDatabase): Promise<number> =>
  (await sql`SELECT count(*)::int AS n FROM orders`)[0]?.n;
