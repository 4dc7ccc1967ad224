import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { messageOf } from '../telemetry/log.ts';

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** Address, TLS, API key and namespace from the environment or a profile. Source: docs.temporal.io, Environment configuration. */
function target() {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connectionOptions: { address: DEFAULT_ADDRESS, ...connectionOptions }, namespace: namespace ?? 'default' };
}

/** The worker's connection; its clients can start runs eagerly in this process. */
export async function connectWorker(): Promise<{ connection: NativeConnection; client: Client; namespace: string }> {
  const { connectionOptions, namespace } = target();
  const connection = await NativeConnection.connect(connectionOptions).catch((error) => {
    throw new Error(
      `Temporal can't be reached at ${connectionOptions.address}: start it, or set TEMPORAL_ADDRESS (${messageOf(error)}).`,
    );
  });
  return { connection, client: new Client({ connection, namespace }), namespace };
}

/** The API's connection, made at the first call: accepting orders must not need Temporal. */
export function connectLazily(): { connection: Connection; client: Client; namespace: string } {
  const { connectionOptions, namespace } = target();
  const connection = Connection.lazy(connectionOptions);
  return { connection, client: new Client({ connection, namespace }), namespace };
}
