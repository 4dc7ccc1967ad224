import { join } from 'node:path';
import { freePorts } from '../../local/free-ports.ts';

const PORTS = [
  'PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'INVENTORY_PORT',
  'PAYMENT_PORT',
  'NOTIFICATION_PORT',
  'SERVICE_PORT',
  'AMQP_PORT',
  'AMQP_DIST_PORT',
  'EPMD_PORT',
  'RESTATE_INGRESS_PORT',
  'RESTATE_ADMIN_PORT',
  'RESTATE_NODE_PORT',
] as const;

export type Environment = Record<(typeof PORTS)[number] | 'DATA_DIR' | 'DATABASE_URL' | 'TEMPORAL_ADDRESS', string> &
  Record<string, string>;

const SYSTEM = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

/** What the processes of one measurement find in their environment: nothing of ours but what makes them run at all. */
export async function freshEnvironment(dataDir: string, databaseUrl: string): Promise<Environment> {
  const free = await freePorts(PORTS.length);
  const ports = Object.fromEntries(PORTS.map((name, index) => [name, `${free[index]}`])) as Record<string, string>;
  const inherited = Object.fromEntries(SYSTEM.map((name) => [name, process.env[name]]));
  const http = (port: string) => `http://127.0.0.1:${ports[port]}`;
  return {
    ...inherited,
    ...ports,
    NODE_ENV: 'production',
    DATA_DIR: join(dataDir, `field-${ports.PORT}`),
    DATABASE_URL: databaseUrl,
    METRICS_PORT: '0',
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.TEMPORAL_PORT}`,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_TLS: 'false',
    INVENTORY_URL: http('INVENTORY_PORT'),
    PAYMENT_URL: http('PAYMENT_PORT'),
    NOTIFICATION_URL: http('NOTIFICATION_PORT'),
    AMQP_URL: `amqp://guest:guest@127.0.0.1:${ports.AMQP_PORT}`,
    RESTATE_INGRESS_URL: http('RESTATE_INGRESS_PORT'),
    RESTATE_ADMIN_URL: http('RESTATE_ADMIN_PORT'),
  } as unknown as Environment;
}
