import { expect, test } from '@jest/globals';
import { childEnvironment } from '../../local/child-environment.ts';
import { settingsFrom } from '../../local/config.ts';
import { planFor, portsFor } from '../../local/plan.ts';

const namesFor = (env: NodeJS.ProcessEnv) =>
  planFor(settingsFrom(env), env)
    .flat()
    .map(({ name }) => name);
const portSettingsFor = (env: NodeJS.ProcessEnv) => portsFor(settingsFrom(env)).map(({ setting }) => setting);

const EVERYTHING = [
  'PostgreSQL',
  'Temporal',
  'Migrations',
  'Inventory service',
  'Payment service',
  'Notification service',
  'Worker',
  'API',
];

test('without settings everything runs here', () => {
  expect(namesFor({})).toEqual(EVERYTHING);
});

test('what accepts orders goes first, then Temporal, then what else carries them', () => {
  const byNiceness = Object.groupBy(planFor(settingsFrom({}), {}).flat(), ({ niceness = 0 }) => niceness);
  // Keys that are whole numbers come in ascending order.
  expect(Object.values(byNiceness).map((parts = []) => parts.map(({ name }) => name))).toEqual([
    ['PostgreSQL', 'Migrations', 'API'],
    ['Temporal'],
    ['Inventory service', 'Payment service', 'Notification service', 'Worker'],
  ]);
});

test.each([
  ['DATABASE_URL', 'postgres://db/orders', 'PostgreSQL', ['POSTGRES_PORT']],
  ['TEMPORAL_ADDRESS', 'temporal:7233', 'Temporal', ['TEMPORAL_PORT', 'TEMPORAL_UI_PORT']],
  ['INVENTORY_URL', 'http://inventory', 'Inventory service', ['INVENTORY_PORT']],
  ['PAYMENT_URL', 'http://payment', 'Payment service', ['PAYMENT_PORT']],
  ['NOTIFICATION_URL', 'http://notification', 'Notification service', ['NOTIFICATION_PORT']],
])('%s leaves out what it names, and the ports of that', (setting, value, part, ports) => {
  const env = { [setting]: value };
  expect(namesFor(env)).toEqual(EVERYTHING.filter((name) => name !== part));
  expect(portSettingsFor({}).filter((port) => !portSettingsFor(env).includes(port))).toEqual(ports);
  expect(childEnvironment(settingsFrom(env), env)).toMatchObject(env);
});

test('where payloads are encrypted there is a codec server, whose token the Web UI is told and no other part', () => {
  const env = { PAYLOAD_KEYS_FILE: 'keys' };
  expect(namesFor(env)).toEqual(expect.arrayContaining(['Codec server']));
  expect(portSettingsFor(env)).toContain('CODEC_PORT');
  expect(childEnvironment(settingsFrom(env), env)).not.toHaveProperty('CODEC_TOKEN');
});

test('for a Web UI elsewhere there is one only where its token was told', () => {
  const env = { PAYLOAD_KEYS_FILE: 'keys', TEMPORAL_ADDRESS: 'temporal:7233' };
  expect(namesFor(env)).not.toContain('Codec server');
  expect(namesFor({ ...env, CODEC_TOKEN: 'x'.repeat(32) })).toContain('Codec server');
});

test('every need is in an earlier row', () => {
  const seen: string[] = [];
  for (const row of planFor(settingsFrom({}), {})) {
    for (const { needs } of row) expect(seen).toEqual(expect.arrayContaining(needs));
    seen.push(...row.map(({ name }) => name));
  }
});

test('stopping takes less than 15 s even when every part has to be ended', () => {
  const graces = planFor(settingsFrom({}), {}).map((row) => Math.max(...row.map(({ stop }) => stop.graceMs)));
  expect(graces.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(14_500);
});

test('the parts are told where what is embedded listens, and to call it without a proxy', () => {
  const env = { POSTGRES_PORT: '15433', TEMPORAL_PORT: '17233', TEMPORAL_UI_PORT: '18233', no_proxy: 'intranet' };
  expect(childEnvironment(settingsFrom(env), env)).toMatchObject({
    DATABASE_URL: 'postgres://postgres@127.0.0.1:15433/durable_orders',
    TEMPORAL_ADDRESS: '127.0.0.1:17233',
    TEMPORAL_UI_URL: 'http://127.0.0.1:18233',
    INVENTORY_URL: 'http://127.0.0.1:4001',
    no_proxy: 'intranet,127.0.0.1,localhost',
  });
});

test('of a Temporal elsewhere nothing is made up', () => {
  const env = { TEMPORAL_PROFILE: 'cloud' };
  expect(childEnvironment(settingsFrom(env), env)).not.toHaveProperty('TEMPORAL_ADDRESS');
});
