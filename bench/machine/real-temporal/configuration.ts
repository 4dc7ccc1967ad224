import { PLUGIN, type Store } from './stores.ts';

const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;

/** Files in PEM. */
export interface FrontendTls {
  certificate: string;
  key: string;
  /** Issued that certificate, and those of clients. */
  authority: string;
  /** One that the certificate has, for the server's own worker. */
  name: string;
}

export interface Wanted {
  /** Where clients reach the frontend. */
  port: number;
  /** Seven, below 32768: see free-ports.ts. */
  innerPorts: number[];
  stores: Store[];
  /** Written into the database at the first start; can't be changed afterwards. */
  shards: number;
  dynamicConfigFile: string;
  /** Nobody gets in without TLS and a certificate. */
  tls?: FrontendTls;
}

/**
 * For one process with all four services on loopback; Web UI, archival, Elasticsearch and metrics are left out.
 * Source: docs.temporal.io, Temporal Cluster configuration reference.
 */
export function configuration({ port, innerPorts, stores, shards, dynamicConfigFile, tls }: Wanted) {
  const frontend = `127.0.0.1:${port}`;
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'temporal',
      visibilityStore: 'visibility',
      numHistoryShards: shards,
      datastores: Object.fromEntries(stores.map((store) => [store.schema, { sql: connectionTo(store) }])),
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      ...(tls && { tls: tlsOf(tls) }),
    },
    services: services([port, ...innerPorts]),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    publicClient: { hostPort: frontend },
    dcRedirectionPolicy: { policy: 'noop' },
    archival: { history: { state: 'disabled' }, visibility: { state: 'disabled' } },
    namespaceDefaults: { archival: { history: { state: 'disabled' }, visibility: { state: 'disabled' } } },
    dynamicConfigClient: { filepath: dynamicConfigFile, pollInterval: '60s' },
  };
}

/** The server's own worker comes in by the frontend as well, and shows the same certificate. */
const tlsOf = ({ certificate: certFile, key: keyFile, authority, name }: FrontendTls) => ({
  frontend: { server: { certFile, keyFile, requireClientAuth: true, clientCaFiles: [authority] } },
  systemWorker: { certFile, keyFile, client: { serverName: name, rootCaFiles: [authority] } },
});

/** Each of the four services has pools of its own, so these are four times as many; `npm start` allows 200. */
const CONNECTIONS = { temporal: 20, visibility: 5 };

function connectionTo({ schema, host, port, user, password, database }: Store) {
  return {
    pluginName: PLUGIN,
    databaseName: database,
    connectAddr: `${host}:${port}`,
    connectProtocol: 'tcp',
    user,
    password,
    maxConns: CONNECTIONS[schema],
    maxIdleConns: CONNECTIONS[schema],
    maxConnLifetime: '1h',
  };
}

function services(ports: number[]) {
  return Object.fromEntries(
    SERVICES.map((name, index) => [
      name,
      { rpc: { grpcPort: ports[index], membershipPort: ports[index + SERVICES.length], bindOnIP: '127.0.0.1' } },
    ]),
  );
}
