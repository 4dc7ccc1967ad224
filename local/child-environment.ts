import { randomBytes } from 'node:crypto';
import { hasOwnTemporal, type Settings } from './config.ts';

const TOKEN_OF_THIS_RUN = randomBytes(32).toString('base64url');

const LOOPBACK = ['127.0.0.1', 'localhost'];

/** The environment of worker, API and services: what was set, completed with the addresses of what is embedded. */
export function childEnvironment(settings: Settings, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    ...inherited,
    ...portsOf(settings),
    ...withoutProxy(inherited),
    ...(hasOwnTemporal(settings) ? {} : embeddedTemporal(settings)),
    DATA_DIR: settings.DATA_DIR,
    DATABASE_URL: settings.DATABASE_URL ?? embeddedDatabaseUrl(settings),
    INVENTORY_URL: settings.INVENTORY_URL ?? at(settings.INVENTORY_PORT),
    PAYMENT_URL: settings.PAYMENT_URL ?? at(settings.PAYMENT_PORT),
    NOTIFICATION_URL: settings.NOTIFICATION_URL ?? at(settings.NOTIFICATION_PORT),
  };
}

/** For the codec server alone. */
export const codecToken = (settings: Settings): string => settings.CODEC_TOKEN ?? TOKEN_OF_THIS_RUN;

/** With it in its path: the embedded Web UI has no login whose token it could send. */
export const codecEndpoint = (settings: Settings): string =>
  `http://127.0.0.1:${settings.CODEC_PORT}/${codecToken(settings)}`;

export const embeddedDatabaseUrl = (settings: Settings): string =>
  `postgres://postgres@127.0.0.1:${settings.POSTGRES_PORT}/durable_orders`;

export const embeddedTemporalUiUrl = (settings: Settings): string => `http://127.0.0.1:${settings.TEMPORAL_UI_PORT}`;

/** TLS and namespace are said too: a personal Temporal configuration file would otherwise reach the embedded server. */
function embeddedTemporal(settings: Settings): NodeJS.ProcessEnv {
  return {
    TEMPORAL_ADDRESS: `127.0.0.1:${settings.TEMPORAL_PORT}`,
    TEMPORAL_UI_URL: embeddedTemporalUiUrl(settings),
    TEMPORAL_NAMESPACE: settings.TEMPORAL_NAMESPACE,
    TEMPORAL_TLS: 'false',
  };
}

function portsOf(settings: Settings): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (/PORT$/.test(name) ? [[name, String(value)]] : [])),
  );
}

/** Where a proxy is set, gRPC clients would send even calls to this machine through it. */
function withoutProxy(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const hosts = [inherited.no_proxy ?? inherited.NO_PROXY, ...LOOPBACK].filter(Boolean).join(',');
  return { no_proxy: hosts, NO_PROXY: hosts };
}
