import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingNames as localSettings } from '../../local/config.ts';
import { apiSettings, workerSettings } from '../../src/config.ts';
import { importsOf, isPackage, ROOT } from '../support/imports.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  image: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  ports?: string[];
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('durable-orders:'));

const SERVICE_SETTINGS = [
  'DATABASE_URL',
  'HOST',
  'LATENCY_MS',
  'INITIAL_STOCK',
  'INVENTORY_PORT',
  'PAYMENT_PORT',
  'NOTIFICATION_PORT',
];
/** Read by @temporalio/envconfig. Source: docs.temporal.io, Environment configuration. */
const TEMPORAL_SETTINGS = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
];
const known = new Set([
  ...Object.keys(workerSettings.shape),
  ...Object.keys(apiSettings.shape),
  ...localSettings,
  ...SERVICE_SETTINGS,
  ...TEMPORAL_SETTINGS,
]);

test('.env.example has every setting, and no other', () => {
  const shown = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(shown.toSorted()).toEqual([...known].toSorted());
});

test('.env.example shows the defaults', () => {
  const env = Object.fromEntries(
    [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const defaults = {
    ...workerSettings.parse({ DATABASE_URL: 'postgres://x/y' }),
    ...apiSettings.parse({ DATABASE_URL: 'postgres://x/y' }),
  };
  for (const [name, value] of Object.entries(defaults))
    if (name !== 'DATABASE_URL') expect([name, env[name]]).toEqual([name, String(value)]);
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

  test('publishes nothing beyond loopback, and holds no password', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(read('docker-compose.yml')).not.toMatch(/PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)/);
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  test('is of Debian with Node.js 24, in a full version', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
  });

  test('runs programs that exist, not as root, and passes signals on', () => {
    for (const [, script] of dockerfile.matchAll(/node (\S+\.ts)/g))
      expect(existsSync(join(ROOT, script as string))).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^CMD \["node", "worker\.ts"\]$/m);
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
