import { Connection } from '@temporalio/client';
import { ORDERS_QUEUE, SEARCH_ATTRIBUTES, TASK_QUEUE } from '../../domain/names.ts';
import { ago } from '../screen/times.ts';
import { type Finding, WITHIN_MS } from './finding.ts';
import { type TemporalPlace, temporalPlaceFrom } from './temporal-place.ts';

const CHECK = 'Temporal';
/** A worker asks at least every minute; the server remembers one that is gone for five. */
const POLLED_WITHIN_MS = 75_000;

/** Server and namespace; and, where these are there, search attributes and worker. */
export async function checkTemporal(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  let place: TemporalPlace;
  try {
    place = temporalPlaceFrom(env);
  } catch (error) {
    return [
      failed(`the settings can't be read: ${messageOf(error)}`, 'Correct the TEMPORAL_* settings or the profile.'),
    ];
  }
  const todo = place.isOwn ? 'Start it, or correct TEMPORAL_ADDRESS or its profile.' : 'Start the system: npm start.';
  let connection: Connection;
  try {
    connection = await Connection.connect(place.options);
  } catch (error) {
    return [failed(`can't be reached at ${place.address} (${messageOf(error)})`, todo)];
  }
  return connection
    .withDeadline(Date.now() + WITHIN_MS, () => checkServer(connection, place))
    .finally(() => connection.close());
}

async function checkServer(connection: Connection, { address, namespace }: TemporalPlace): Promise<Finding[]> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    const found = `${address} answers, but not for the namespace "${namespace}" (${messageOf(error)})`;
    return [failed(found, 'Create it, or correct TEMPORAL_NAMESPACE.')];
  }
  const server: Finding = { check: CHECK, state: 'ok', found: `${address} answers, namespace "${namespace}"` };
  return [server, ...(await Promise.all([checkAttributes(connection, namespace), checkWorker(connection, namespace)]))];
}

async function checkAttributes({ operatorService }: Connection, namespace: string): Promise<Finding> {
  const check = 'search attributes';
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in (customAttributes ?? {})));
    if (missing.length === 0) return { check, state: 'ok', found: SEARCH_ATTRIBUTES.join(', ') };
    const todo =
      'Start the worker, which registers them, or: temporal operator search-attribute create --type Keyword --name …';
    return { check, state: 'failed', found: `${missing.join(', ')} not registered`, todo };
  } catch (error) {
    // Temporal Cloud lets only its own tools see them.
    return {
      check,
      state: 'warning',
      found: `can't be listed (${messageOf(error)})`,
      todo: `See that ${SEARCH_ATTRIBUTES.join(', ')} are there.`,
    };
  }
}

async function checkWorker({ workflowService }: Connection, namespace: string): Promise<Finding> {
  const check = 'worker';
  const { pollers } = await workflowService.describeTaskQueue({ namespace, ...ORDERS_QUEUE });
  const polledAt = Math.max(
    0,
    ...(pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000),
  );
  const found = `the task queue "${TASK_QUEUE}" was last polled ${ago(new Date(polledAt).toISOString(), Date.now())}`;
  if (Date.now() - polledAt < POLLED_WITHIN_MS) return { check, state: 'ok', found };
  const todo = 'Start one: npm run worker (npm start has one). Orders are accepted and wait.';
  return { check, state: 'failed', found: polledAt > 0 ? found : `nobody polls the task queue "${TASK_QUEUE}"`, todo };
}

const failed = (found: string, todo: string): Finding => ({ check: CHECK, state: 'failed', found, todo });

/** gRPC's errors say the essential in their first line. */
const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
