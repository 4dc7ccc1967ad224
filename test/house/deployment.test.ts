import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingNames as localSettings, settingsFrom } from '../../local/config.ts';
import { apiSettings, codecServerSettings, readSettings, workerSettings } from '../../src/config.ts';
import { importsOf, isPackage, ROOT } from '../support/imports.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  image: string;
  build?: string;
  healthcheck?: unknown;
  init?: boolean;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string | null>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  ports?: string[];
  secrets?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('durable-orders:'));

/** Of services/: the objects that `readEnvironment` and its own `common` parse, with the defaults written there. */
const SERVICE_SETTINGS = Object.fromEntries(
  ['run', 'inventory/server', 'payment/server', 'notification/server']
    .flatMap((file) => [
      ...read(`services/${file}.ts`).matchAll(/\b([A-Z][A-Z_]+): (?:setting\(|wholeNumber\()([\d_]*)/g),
    ])
    .map(([, name, fallback]) => [name as string, fallback?.replaceAll('_', '') || undefined]),
);
/** Read by @temporalio/envconfig. Source: docs.temporal.io, Environment configuration. */
const TEMPORAL_SETTINGS = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_TLS',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_SERVER_NAME',
];
/** Of the command line and `npm run demo`, and of the compose file. */
const OTHER_SETTINGS = ['API_URL', 'CLIENT_ID', 'DURABLE_ORDERS_KEY', 'POSTGRES_PASSWORD'];
const known = new Set([
  ...Object.keys(workerSettings.shape),
  ...Object.keys(apiSettings.shape),
  ...Object.keys(codecServerSettings.shape),
  ...localSettings,
  ...Object.keys(SERVICE_SETTINGS),
  ...TEMPORAL_SETTINGS,
  ...OTHER_SETTINGS,
]);

describe('.env.example', () => {
  const shown = [...read('.env.example').matchAll(/^#([A-Z_]+)=(.*)$/gm)] as unknown as [string, string, string][];

  test('has every setting, and no other', () => {
    expect(shown.map(([, name]) => name).toSorted()).toEqual([...known].toSorted());
  });

  test('shows the defaults', () => {
    const { DATA_DIR: _, ...local } = settingsFrom({});
    const defaults = {
      ...workerSettings.parse({ DATABASE_URL: 'postgres://x/y' }),
      ...apiSettings.parse({ DATABASE_URL: 'postgres://x/y' }),
      ...readSettings(codecServerSettings, { PAYLOAD_KEYS_FILE: '-', CODEC_TOKEN: '-'.repeat(32) }),
      ...local,
      ...SERVICE_SETTINGS,
      DATABASE_URL: undefined,
      PAYLOAD_KEYS_FILE: undefined,
      CODEC_TOKEN: undefined,
    };
    const env = Object.fromEntries(shown.map(([, name, value]) => [name, value]));
    for (const [name, value] of Object.entries(defaults))
      if (value !== undefined) expect([name, env[name]]).toEqual([name, String(value)]);
  });

  test('says what each group of settings is for', () => {
    const lines = read('.env.example').split('\n');
    for (const [index, line] of lines.entries())
      if (line.startsWith('#') && lines[index - 1] === '') expect(line).toMatch(/^# [A-Za-z]/);
  });

  // INVENTORY_URL at its default would make `npm start` leave its own service out, and an empty path is one that is read.
  test('changes nothing when it is copied as it is', () => {
    expect(read('.env.example')).not.toMatch(/^[^#\n]/m);
  });
});

describe('docker-compose.yml', () => {
  test('has the production topology', () => {
    const names = services.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'postgresql',
        'temporal',
        'temporal-ui',
        'migrate',
        'inventory',
        'payment',
        'notification',
        'worker',
        'api',
      ]),
    );
  });

  test('looks for what is to be written to the list of runs as often as its shards need', () => {
    const [rate] = parse(read('ops/temporal/dynamic-config.yaml'))['history.visibilityProcessorMaxPollHostRPS'];
    expect(rate.value).toBe(Number(compose.services.temporal?.environment?.NUM_HISTORY_SHARDS) / 4);
  });

  test.each(services)('%s has an image pinned to a full version', (_, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/);
  });

  test.each(ours)(
    '%s is given settings that exist only, and a program that exists',
    (_, { environment = {}, command = [] }) => {
      expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
      expect(command[0]).toBe('node');
      expect(existsSync(join(ROOT, command[1] as string))).toBe(true);
    },
  );

  test.each(services)('%s waits for services that exist and mounts what exists', (_, service) => {
    for (const name of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(name);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':', 1)[0] as string;
      expect(source.startsWith('.') ? existsSync(join(ROOT, source)) : source in compose.volumes).toBe(true);
    }
    const script = service.entrypoint?.[1]?.replace('/ops/', 'ops/temporal/');
    if (script) expect(existsSync(join(ROOT, script))).toBe(true);
  });

  test('takes from the environment only what .env.example has', () => {
    const taken = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name as string);
    expect(taken.filter((name) => !known.has(name))).toEqual([]);
  });

  // @temporalio/envconfig takes an empty TEMPORAL_API_KEY for a key, and turns TLS on.
  test('gives no process a setting of Temporal that is empty', () => {
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment))
        if (name.startsWith('TEMPORAL_')) expect([name, value]).not.toEqual([name, expect.stringMatching(/^$|:?-\}$/)]);
  });

  test.each(services)('%s is checked for its health, or does its work once', (name, service) => {
    const others = services.map(([, { depends_on }]) => depends_on?.[name]?.condition);
    if (!others.includes('service_completed_successfully') && name !== 'temporal-ui')
      expect(service.healthcheck).toBeDefined();
  });

  test.each(ours)('%s is of this version, and can be stopped while it starts', (_, { image, init }) => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect({ image, init }).toEqual({ image: `durable-orders:${version}`, init: true });
  });

  test('has an API that can start where it listens, with keys that are mounted and not in its environment', () => {
    const { environment = {}, secrets = [] } = compose.services.api as Service;
    const given = Object.entries(environment).map(([name, value]) => [name, value?.replace(/\$\{\w+:-(.*)\}/, '$1')]);
    const settings = readSettings(apiSettings, { ...Object.fromEntries(given), DATABASE_URL: 'postgres://x/y' });
    expect(secrets.map((name) => `/run/secrets/${name}`)).toEqual([settings.API_KEYS_FILE]);
    for (const name of secrets) expect(compose.secrets[name]?.file).toMatch(/^\$\{API_KEYS_FILE:\?/);
    expect(environment).not.toHaveProperty('API_KEYS');
  });

  test('publishes nothing beyond loopback, and holds no password', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(read('docker-compose.yml')).not.toMatch(/PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)/);
  });
});

describe('docker-compose.encryption.yml', () => {
  const { services: added } = parse(read('docker-compose.encryption.yml'), { merge: true }) as typeof compose;

  test('gives the keys to everything of ours that reads or writes payloads, and to nothing else', () => {
    const given = Object.entries(added).filter(([, { environment }]) => environment?.PAYLOAD_KEYS_FILE);
    expect(given.map(([name]) => name).toSorted()).toEqual(['api', 'codec-server', 'worker']);
    for (const [, service] of given) expect(service).toMatchObject({ secrets: ['payload-keys'] });
  });

  test('adds to what is there, with settings that exist only', () => {
    const own = ['codec-server'];
    for (const [name, { environment = {} }] of Object.entries(added)) {
      expect([...Object.keys(compose.services), ...own]).toContain(name);
      const settings = Object.keys(environment).filter((setting) => name !== 'temporal-ui' && !known.has(setting));
      expect(settings).toEqual([]);
    }
    const taken = [...read('docker-compose.encryption.yml').matchAll(/\$\{([A-Z_]+)/g)].map(
      ([, name]) => name as string,
    );
    expect(taken.filter((name) => !known.has(name))).toEqual([]);
  });

  test('runs the codec server of this version, on loopback', () => {
    const { image, command, ports, init } = added['codec-server'] as Service;
    const [api] = ours;
    expect({ image, init }).toEqual({ image: api?.[1].image, init: true });
    expect(existsSync(join(ROOT, command?.[1] as string))).toBe(true);
    for (const port of ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  test('is of Debian with Node.js 24, in a full version', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    expect(bases[0]).toBe(`node:${devDependencies.node}-bookworm-slim`);
  });

  test('is built from what it needs and nothing else, least of all a .env', () => {
    const lines = read('.dockerignore').trim().split('\n');
    const [first, ...kept] = lines.filter((line) => !line.startsWith('#'));
    expect(first).toBe('*');
    for (const line of kept) expect([line, existsSync(join(ROOT, line.slice(1)))]).toEqual([line, true]);
    const needed = [...ours.map(([, { command }]) => command?.[1] as string), 'package-lock.json'];
    for (const file of needed) expect(kept).toContain(`!${file.split('/', 1)[0]}`);
  });

  test('runs programs that exist, not as root, and passes signals on', () => {
    for (const [, script] of dockerfile.matchAll(/node (\S+\.ts)/g))
      expect(existsSync(join(ROOT, script as string))).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^CMD \["node", "worker\.ts"\]$/m);
  });

  test.each([
    ...ours,
    ...Object.entries(
      (parse(read('docker-compose.encryption.yml'), { merge: true }) as typeof compose).services,
    ).filter(([name]) => name === 'codec-server'),
  ])('%s runs on a file system that it can not write to, and can do what no other user can', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  test('needs nothing at run time that is installed for development only', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const roots = ours.map(([, { command }]) => command?.[1] as string);
    const packages = [...reached([...roots, 'scripts/bundle-workflows.ts'])];
    expect(packages.filter((name) => !(name in dependencies))).toEqual([]);
    expect(packages.length).toBeGreaterThan(8);
  });
});

/** Every package that is imported, at run time, from these files on. */
function reached(files: string[], seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  for (const file of files.filter((each) => !seen.has(each))) {
    seen.add(file);
    const targets = importsOf(file).flatMap(({ target, typeOnly }) => (typeOnly ? [] : [target]));
    reached(
      targets.filter((target) => !isPackage(target)),
      seen,
      packages,
    );
    for (const name of targets.filter(isPackage)) {
      if (!isBuiltin(name))
        packages.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  }
  return packages;
}
