import { Connection, WorkflowClient } from '@temporalio/client';
import { workflowIdOf } from '../../src/domain/names.ts';
import { tell } from '../support/figures.ts';
import { RunningSystem } from '../support/running-system.ts';
import { type Statement, StatementLog } from '../support/statement-log.ts';
import { until } from '../support/until.ts';

/**
 * What happy orders of one item cost, in counts that do not depend on the machine:
 * - events: in the histories of their runs; workflowTasks: the WorkflowTaskCompleted among them
 * - insert, wake, claim, dispatch, record: SQL statements of the API and the worker, by what they do (KINDS). Looking for work
 *   and finding none goes on without orders too, and does not count
 * - commits: transactions of the API and the worker that wrote something
 */
const ALONE = { events: 6, workflowTasks: 1, insert: 1, wake: 0, claim: 1, dispatch: 1, record: 2, commits: 5 };

/** At most, for all of them together, when they come at once. One by one, each costs what an order alone does. */
const CROWD = 100;
/** With 16 in flight, as it begins, the relay claims where there is room for four. */
const CLAIMS = CROWD / 4;
/** One for each, and some for runs that a slow machine parts from their first task. */
const TASKS = CROWD * 1.5;
const OF_A_CROWD = {
  /** A task more is three: scheduled, started, completed. */
  events: CROWD * ALONE.events + (TASKS - CROWD) * 3,
  workflowTasks: TASKS,
  insert: 20,
  wake: 20,
  claim: CLAIMS,
  dispatch: 70,
  record: 120,
  commits: 200,
};

/** Enough of them to tell how often they come. */
const LOOKS = 20;

/**
 * Each statement that writes a crowd's orders takes so long, so that others gather meanwhile on a fast machine too.
 * Ungrouped, inserts must still come to their end within the API's patience of ten seconds: it is the count that fails.
 */
const SLOW_WRITE_SECONDS = 0.15;

const KINDS = {
  insert: /INSERT INTO orders/,
  wake: /^SELECT pg_notify/,
  claim: /FROM orders WHERE status = 'accepted' AND due_at <= now\(\) ORDER BY due_at/,
  dispatch: /SET status = .* dispatched_at = now\(\)/,
  record: /SET status = r\.status/,
};

/** Looks, every second or every few, for something else than new orders. */
const POLLS = [
  /^WITH due AS MATERIALIZED \( SELECT bulk_id FROM bulks/,
  /^WITH silent AS/,
  /^SELECT count\(\*\)::int AS depth/,
  /^SELECT order_id FROM orders WHERE order_id = ANY\(\$1::uuid\[\]\) AND status IN \('processing', 'held'\)$/,
];

type Costs = typeof ALONE;

let system: RunningSystem;
let log: StatementLog;
let connection: Connection;
beforeAll(async () => {
  system = await RunningSystem.start({ LOG_LEVEL: 'warn', REVIEW_SCHEDULE: 'off' });
  for (const service of ['inventory', 'payment', 'notification'] as const)
    await system.faults(service, { latency_ms: 0 });
  connection = await Connection.connect({ address: `127.0.0.1:${system.ports.TEMPORAL_PORT}` });
  log = await StatementLog.of(system);
}, 90_000);
afterAll(async () => {
  await log?.close();
  await connection?.close();
  await system.remove();
}, 30_000);

test('an order alone costs six events, one workflow task, and five statements with a commit each', async () => {
  for (let n = 0; n < 5; n += 1) expect(await costsOf(1, ALONE)).toEqual(ALONE);
});

test('without orders, its looks for work ask the database less than five times a second', async () => {
  log.begin();
  const started = performance.now();
  await until(() => log.statements().length >= LOOKS, { within: 60_000 });
  expect(LOOKS / ((performance.now() - started) / 1000)).toBeLessThan(5);
  expect(log.statements().filter((statement) => !isPoll(statement))).toEqual([]);
}, 70_000);

test('orders that come at once share the statements and commits of intake, dispatch and status', async () => {
  await log.run(`
    CREATE FUNCTION write_slowly() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(${SLOW_WRITE_SECONDS}); RETURN NULL; END $$;
    CREATE TRIGGER slow AFTER INSERT OR UPDATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION write_slowly()`);
  const costs = await costsOf(CROWD, OF_A_CROWD);
  for (const [what, count] of Object.entries(costs)) tell(`${CROWD} orders at once, ${what}`, count, 'in all');
}, 60_000);

/** Places orders, all at once, and sees them through without asking the API about them. Over the limits it fails. */
async function costsOf(count: number, limits: Costs): Promise<Costs> {
  log.begin();
  const ids = await Promise.all(Array.from({ length: count }, () => system.place()));
  const workflows = new WorkflowClient({ connection });
  await until(
    async () => {
      expectWithin(limits, sqlCosts());
      return areDispatched(ids) && (await workflows.count("ExecutionStatus = 'Running'")).count === 0;
    },
    { within: 40_000, every: 100 },
  );
  const runs = ids.map((id) => workflows.getHandle(workflowIdOf(id)));
  for (const run of runs) expect(await run.result()).toEqual({ status: 'confirmed' });

  const events = (await Promise.all(runs.map(async (run) => (await run.fetchHistory()).events ?? []))).flat();
  const workflowTasks = events.filter((event) => event.workflowTaskCompletedEventAttributes).length;
  const costs = { events: events.length, workflowTasks, ...sqlCosts() };
  expectWithin(limits, costs);
  return costs;
}

/** A run may be further than the note that it was started. */
function areDispatched(ids: string[]): boolean {
  const dispatches = log.statements().filter((statement) => kindOf(statement) === 'dispatch');
  const dispatched = new Set(dispatches.flatMap((statement) => statement.ids));
  return ids.every((id) => dispatched.has(id));
}

function sqlCosts() {
  const statements = log.statements().filter((statement) => !isPoll(statement));
  const unknown = statements.filter((statement) => !kindOf(statement)).map(({ by, text }) => `${by}: ${text}`);
  expect([...new Set(unknown)]).toEqual([]);
  const countOf = (kind: keyof typeof KINDS) => statements.filter((statement) => kindOf(statement) === kind).length;
  return {
    insert: countOf('insert'),
    wake: countOf('wake'),
    claim: countOf('claim'),
    dispatch: countOf('dispatch'),
    record: countOf('record'),
    // A notice writes only when it commits: its statement has no transaction yet.
    commits: new Set(statements.flatMap(({ transaction }) => transaction ?? [])).size + countOf('wake'),
  };
}

const kindOf = ({ text }: Statement) => Object.entries(KINDS).find(([, pattern]) => pattern.test(text))?.[0];

const isPoll = (statement: Statement) =>
  !statement.transaction && (kindOf(statement) === 'claim' || POLLS.some((pattern) => pattern.test(statement.text)));

function expectWithin(limits: Costs, costs: Partial<Costs>): void {
  const over = Object.entries(costs).filter(([what, count]) => count > limits[what as keyof Costs]);
  expect(over).toEqual([]);
}
