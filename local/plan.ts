import { join } from 'node:path';
import { childEnvironment, codecToken } from './child-environment.ts';
import { hasOwnTemporal, PROJECT_ROOT, type Settings } from './config.ts';
import type { Part, Plan, Readiness } from './part.ts';
import type { PortUse } from './ports.ts';
import { postgresPart } from './postgres/postgres-part.ts';
import { temporalPart } from './temporal-part.ts';

/**
 * Who goes first where a machine has fewer cores than there is to do: what accepts (0), since an order that is taken may wait, and who posts it
 * should not; then Temporal, whose one connection to SQLite all orders wait for; then what else carries them
 * (docs/decisions/0028-accepting-gets-the-cores-first.md).
 */
export const NICENESS = { temporal: 10, carrying: 15 };

/** Everything that is to run on this machine; what has an address of its own elsewhere is left out. */
export function planFor(settings: Settings, inherited: NodeJS.ProcessEnv): Plan {
  const env = childEnvironment(settings, inherited);
  const node = (name: string, script: string, more: Partial<Part> = {}): Part => nodePart(name, script, env, more);
  return [
    settings.DATABASE_URL ? [] : [postgresPart(settings)],
    hasOwnTemporal(settings) ? [] : [{ ...temporalPart(settings, inherited), niceness: NICENESS.temporal }],
    [
      node('Migrations', 'src/store/migrate.ts', {
        ready: 'exits',
        log: join(settings.DATA_DIR, 'logs', 'migrations.log'),
      }),
    ],
    [
      ...services(settings).map(({ name, script }) => node(name, script, { niceness: NICENESS.carrying })),
      ...(hasCodecServer(settings) ? [codecServerPart(settings, env)] : []),
    ],
    [
      node('Worker', 'worker.ts', {
        needs: ['Migrations', 'Temporal'],
        stop: { signal: 'SIGTERM', graceMs: 6000 },
        niceness: NICENESS.carrying,
      }),
    ],
    [node('API', 'src/api/server.ts', { needs: ['Migrations'], stop: { signal: 'SIGTERM', graceMs: 2500 } })],
  ];
}

/** Where the Web UI is another's, it must have been told the token too. */
const hasCodecServer = (settings: Settings): boolean =>
  Boolean(settings.PAYLOAD_KEYS_FILE && (settings.CODEC_TOKEN || !hasOwnTemporal(settings)));

/** The ports that a plan needs, and the settings that move them. */
export function portsFor(settings: Settings): PortUse[] {
  const use = (setting: string & keyof Settings, name: string) => ({ port: Number(settings[setting]), setting, name });
  return [
    use('PORT', 'API'),
    use('METRICS_PORT', "the worker's metrics"),
    ...services(settings).map(({ name, portSetting }) => use(portSetting, name)),
    ...(settings.DATABASE_URL ? [] : [use('POSTGRES_PORT', 'PostgreSQL')]),
    ...(hasCodecServer(settings) ? [use('CODEC_PORT', 'the codec server')] : []),
    ...(hasOwnTemporal(settings)
      ? []
      : [use('TEMPORAL_PORT', 'Temporal'), use('TEMPORAL_UI_PORT', "Temporal's Web UI")]),
  ];
}

function services(settings: Settings) {
  return (['inventory', 'payment', 'notification'] as const)
    .map((service) => ({ service, prefix: service.toUpperCase() as Uppercase<typeof service> }))
    .filter(({ prefix }) => !settings[`${prefix}_URL`])
    .map(({ service, prefix }) => ({
      name: `${service.charAt(0).toUpperCase()}${service.slice(1)} service`,
      script: `services/${service}/server.ts`,
      portSetting: `${prefix}_PORT` as const,
    }));
}

function codecServerPart(settings: Settings, env: NodeJS.ProcessEnv): Part {
  const withToken = { ...env, CODEC_TOKEN: codecToken(settings) };
  return nodePart('Codec server', 'src/codec-server/server.ts', withToken, { needs: [] });
}

function nodePart(name: string, script: string, env: NodeJS.ProcessEnv, more: Partial<Part>): Part {
  const readiness: Readiness = 'says so';
  return {
    name,
    needs: ['PostgreSQL'],
    command: async () => ({ file: process.execPath, args: [join(PROJECT_ROOT, script)], cwd: PROJECT_ROOT, env }),
    ready: readiness,
    stop: { signal: 'SIGTERM', graceMs: 1000 },
    ...more,
  };
}
