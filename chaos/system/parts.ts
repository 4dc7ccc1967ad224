import { join } from 'node:path';
import { settingsFrom } from '../../local/config.ts';
import type { Part } from '../../local/part.ts';
import { postgresPart } from '../../local/postgres/postgres-part.ts';
import { temporalPart } from '../../local/temporal-part.ts';
import type { Addresses } from './addresses.ts';
import type { SettableClock } from './clock.ts';
import { type ApiName, type ProcessName, SERVICES, type ServiceName, type WorkerName } from './names.ts';

export interface Site {
  /** Of the code that is under test; of the harness itself, unless that is sabotaged. */
  source: string;
  dataDir: string;
  addresses: Addresses;
  clocks: Record<WorkerName, SettableClock>;
}

/** Short enough that a run sees orders held, and runs that are asked about. */
const PATIENCE = { STEP_PATIENCE: '12s', RECONCILE_AFTER: '10s', REVIEW_SCHEDULE: 'off' };

/** What each process runs as. */
export function partOf(name: ProcessName, site: Site): Part {
  if (name === 'postgresql') return postgresPart(embedded(site));
  if (name === 'temporal') return temporalPart(embedded(site), process.env);
  if (name === 'api-1' || name === 'api-2') return apiPart(name, site);
  if (name === 'worker-1' || name === 'worker-2') return workerPart(name, site);
  return servicePart(name, site);
}

/** Run once: the tables, and the workflow code as one file, as an image has it. */
export const preparations = (site: Site): Part[] => [
  { ...nodePart('migrations', site, ['src/store/migrate.ts'], direct(site)), ready: 'exits' },
  { ...nodePart('bundle', site, ['scripts/bundle-workflows.ts', bundleIn(site)], {}), ready: 'exits' },
];

const embedded = ({ dataDir, addresses }: Site) =>
  settingsFrom({
    DATA_DIR: dataDir,
    POSTGRES_PORT: `${addresses.portOf('postgresql')}`,
    TEMPORAL_PORT: `${addresses.portOf('temporal')}`,
    TEMPORAL_UI_PORT: `${addresses.temporalUiPort}`,
  });

const direct = ({ addresses }: Site) => ({
  DATABASE_URL: databaseUrl(`127.0.0.1:${addresses.portOf('postgresql')}`),
});

const databaseUrl = (address: string) => `postgres://postgres@${address}/durable_orders`;
const bundleIn = ({ dataDir }: Site) => join(dataDir, 'workflows.js');

function apiPart(name: ApiName, site: Site): Part {
  const { addresses } = site;
  return nodePart(name, site, ['src/api/server.ts'], {
    PORT: `${addresses.portOf(name)}`,
    DATABASE_URL: databaseUrl(addresses.reached(`${name}>postgresql`)),
    ...temporalAt(addresses.reached(`${name}>temporal`)),
  });
}

function workerPart(name: WorkerName, site: Site): Part {
  const { addresses, clocks } = site;
  const urls = SERVICES.map((service) => [
    `${service.toUpperCase()}_URL`,
    `http://${addresses.reached(`${name}>${service}`)}`,
  ]);
  return nodePart(name, site, [...clocks[name].nodeOptions, 'worker.ts'], {
    ...Object.fromEntries(urls),
    ...PATIENCE,
    METRICS_PORT: '0',
    WORKFLOW_BUNDLE: bundleIn(site),
    DATABASE_URL: databaseUrl(addresses.reached(`${name}>postgresql`)),
    ...temporalAt(addresses.reached(`${name}>temporal`)),
    ...clocks[name].environment,
  });
}

function servicePart(name: ServiceName, site: Site): Part {
  const { addresses } = site;
  return nodePart(name, site, [`services/${name}/server.ts`], {
    [`${name.toUpperCase()}_PORT`]: `${addresses.portOf(name)}`,
    DATABASE_URL: databaseUrl(addresses.reached(`${name}>postgresql`)),
  });
}

const temporalAt = (address: string) => ({
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_TLS: 'false',
});

const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

function nodePart(name: string, { source, dataDir }: Site, args: string[], env: NodeJS.ProcessEnv): Part {
  const inherited = Object.fromEntries(INHERITED.map((each) => [each, process.env[each]]));
  return {
    name,
    needs: [],
    log: join(dataDir, 'logs', `${name}.log`),
    command: async () => ({
      file: process.execPath,
      args,
      cwd: source,
      env: { ...inherited, NODE_ENV: 'production', ...env },
    }),
    ready: 'says so',
    stop: { signal: 'SIGTERM', graceMs: 12_000 },
  };
}
