import { setTimeout as pause } from 'node:timers/promises';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../../src/domain/names.ts';

const NAMESPACE = 'default';
const ALREADY_EXISTS = 6;
/** temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD */
const KEYWORD = 2;

/** Resolves when the server has the namespace `default`, and can be asked for runs by our search attributes. */
export async function namespaceReady(
  address: string,
  tls: ConnectionOptions['tls'],
  signal: AbortSignal,
): Promise<void> {
  // A proxy that is set would be asked for 127.0.0.1 too.
  const connection = Connection.lazy({ address, tls: tls ?? null, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  try {
    await untilItWorks(() => ensureNamespace(connection), signal);
    await untilItWorks(() => ensureSearchAttributes(connection), signal);
    await untilItWorks(() => ask(connection), signal);
  } finally {
    await connection.close();
  }
}

/** The server answers before all of its services have found each other, and caches what it knows of namespaces. */
async function untilItWorks(attempt: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await attempt();
      return;
    } catch {
      await pause(200, undefined, { signal });
    }
  }
}

async function ensureNamespace(connection: Connection): Promise<void> {
  const retention = { seconds: 86_400 as never, nanos: 0 };
  await connection.withDeadline(Date.now() + 5000, async () => {
    await connection.workflowService
      .registerNamespace({ namespace: NAMESPACE, workflowExecutionRetentionPeriod: retention })
      .catch((error) => {
        if (error.code !== ALREADY_EXISTS) throw error;
      });
  });
}

async function ensureSearchAttributes(connection: Connection): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
  const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace: NAMESPACE,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}

async function ask(connection: Connection): Promise<void> {
  const query = SEARCH_ATTRIBUTES.map((name) => `${name} = "none"`).join(' OR ');
  await connection.workflowService.countWorkflowExecutions({ namespace: NAMESPACE, query });
}
