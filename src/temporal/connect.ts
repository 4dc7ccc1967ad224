import { Client, Connection } from '@temporalio/client';
import { loadClientConfigProfile, loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { Encryption } from '../encryption/encryption.ts';
import { promptly } from './promptly.ts';
import { whyUnreachable } from './unreachable.ts';

const DEFAULT_ADDRESS = '127.0.0.1:7233';

/** Address, TLS, API key and namespace from the environment or a profile. Source: docs.temporal.io, Environment configuration. */
function target() {
  const { connectionOptions, namespace } = loaded();
  return { connectionOptions: { address: DEFAULT_ADDRESS, ...connectionOptions }, namespace: namespace ?? 'default' };
}

function loaded(): ReturnType<typeof loadClientConnectConfig> {
  try {
    const { tls } = loadClientConfigProfile();
    // Without its other half the SDK leaves the one out, and the server ends the connection without a reason.
    if (!tls?.clientCert !== !tls?.clientKey)
      throw new Error('TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH go together: set both or none');
    return loadClientConnectConfig();
  } catch (error) {
    throw new Error(`The TEMPORAL_* settings can't be used: ${(error as Error).message}.`);
  }
}

/** The worker's connection; its clients can start runs eagerly in this process. */
export async function connectWorker(
  encryption?: Encryption,
): Promise<{ connection: NativeConnection; client: Client; namespace: string }> {
  const { connectionOptions, namespace } = target();
  const connection = await NativeConnection.connect(connectionOptions).catch(async (error) => {
    throw new Error(await whyUnreachable(connectionOptions, error));
  });
  return { connection, client: clientOf(connection, namespace, encryption), namespace };
}

interface LazilyConnected {
  connection: Connection;
  client: Client;
  namespace: string;
  /** @returns one sentence where Temporal can't be reached now */
  complaint(): Promise<string | undefined>;
}

/** The API's connection, made at the first call: accepting orders must not need Temporal. */
export function connectLazily(encryption?: Encryption): LazilyConnected {
  const { connectionOptions, namespace } = target();
  const connection = Connection.lazy(connectionOptions);
  return {
    connection,
    client: clientOf(connection, namespace, encryption),
    namespace,
    // Not `ensureConnected`, which would answer for ever as it did for the first time (SDK 1.24).
    complaint: () =>
      promptly(connection, () => connection.workflowService.getSystemInfo({})).then(
        () => undefined,
        (error) => whyUnreachable(connectionOptions, error),
      ),
  };
}

const clientOf = (connection: Connection | NativeConnection, namespace: string, dataConverter?: Encryption): Client =>
  new Client({ connection, namespace, ...(dataConverter && { dataConverter }) });
