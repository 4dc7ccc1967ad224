import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { placesFrom } from '../../src/cli/doctor/places.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { FakeApi } from './fake-api.ts';
import { run } from './running.ts';

interface Finding {
  check: string;
  state: string;
  found: string;
  todo?: string;
}

/** Nothing listens there, least of all what a developer has started. */
const CLOSED = {
  PORT: '1',
  POSTGRES_PORT: '1',
  TEMPORAL_PORT: '1',
  TEMPORAL_UI_PORT: '1',
  INVENTORY_PORT: '1',
  PAYMENT_PORT: '1',
  NOTIFICATION_PORT: '1',
};

async function findings(env: Record<string, string>): Promise<{ code: number; of: Record<string, Finding> }> {
  const { code, out } = await run(['doctor', '--json'], { env });
  const { checks } = JSON.parse(out) as { checks: Finding[] };
  return { code, of: Object.fromEntries(checks.map((finding) => [finding.check, finding])) };
}

/** What a check needs is loaded with the first look, and what is timed here is the looking: under Jest, loading takes as long. */
beforeAll(() =>
  Promise.all([
    import('../../src/cli/doctor/database-check.ts'),
    import('../../src/cli/doctor/settings-check.ts'),
    import('../../src/cli/doctor/temporal-check.ts'),
  ]),
);

test('where nothing runs, says of each part where it should be and what to do, within seconds', async () => {
  const since = performance.now();
  const { code, out } = await run(['doctor'], { env: CLOSED });
  expect(performance.now() - since).toBeLessThan(5000);
  expect(code).toBe(1);
  for (const check of ['API', 'PostgreSQL', 'Temporal', 'inventory', 'payment', 'notification'])
    expect(out).toMatch(new RegExp(`^failed +${check} .*\\n +Start the system: npm start\\.`, 'm'));
  expect(out).toMatch(/^warning +Web UI/m);
  expect(out).toMatch(/^ok +Node\.js/m);
});

test('lists settings that are wrong, without their values', async () => {
  const env = { ...CLOSED, DATABASE_URL: 'mysql://u:s3cret@127.0.0.1/x', STEP_PATIENCE: 'soon', PAYMENT_PORT: 'x' };
  const { of } = await findings(env);
  expect(of.settings).toMatchObject({ state: 'failed', todo: expect.stringContaining('.env.example') });
  for (const name of ['DATABASE_URL', 'STEP_PATIENCE', 'PAYMENT_PORT'])
    expect(of.settings?.found).toContain(`${name}: must be`);
  expect(JSON.stringify(of)).not.toContain('s3cret');
});

test('a file of payload keys that can not be taken is a setting that is wrong', async () => {
  const { of } = await findings({ ...CLOSED, PAYLOAD_KEYS_FILE: '/nowhere' });
  expect(of.settings).toMatchObject({
    state: 'failed',
    found: expect.stringContaining("PAYLOAD_KEYS_FILE (/nowhere) can't be used"),
  });
});

describe('of what answers', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
  });
  afterEach(() => api.stop());

  test('the API is well, or says itself what is not', async () => {
    const env = { ...CLOSED, API_URL: api.url };
    api.on('GET /health/ready', { body: { status: 'ready', checks: { database: 'ok', temporal: 'ok' } } });
    expect((await findings(env)).of.API).toMatchObject({ state: 'ok' });
    api.on('GET /health/ready', { body: { status: 'ready', checks: { database: 'ok', temporal: 'unreachable' } } });
    expect((await findings(env)).of.API).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/ready, temporal unreachable$/),
    });
    api.on('GET /health/ready', {
      status: 503,
      body: { status: 'not_ready', checks: { database: 'unreachable', temporal: 'ok' } },
    });
    expect((await findings(env)).of.API).toMatchObject({
      state: 'failed',
      found: expect.stringMatching(/not ready, database unreachable$/),
    });
  });

  test('services need only answer, and those that are set are not started by npm start', async () => {
    const { of } = await findings({ ...CLOSED, PAYMENT_URL: `${api.url}/pay/`, INVENTORY_URL: 'http://127.0.0.1:1' });
    expect(of.payment).toMatchObject({ state: 'ok', found: `${api.url}/pay answers` });
    expect(of.inventory).toMatchObject({ state: 'failed', todo: expect.stringContaining('correct INVENTORY_URL') });
  });
});

describe('of what takes a connection and then says nothing', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await once(silent.close(), 'close');
  });

  test('no check waits for longer than 2 seconds, and none waits for another', async () => {
    const port = String((silent.address() as AddressInfo).port);
    const since = performance.now();
    const { of } = await findings(Object.fromEntries(Object.keys(CLOSED).map((name) => [name, port])));
    expect(performance.now() - since).toBeLessThan(5000);
    for (const check of ['API', 'PostgreSQL', 'Temporal', 'payment']) expect(of[check]?.state).toBe('failed');
  });
});

describe('of the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  test('says that its schema lacks something, and does not bring it up to date by itself', async () => {
    const lacking = { state: 'failed', todo: expect.stringContaining('npm run migrate') };
    expect((await findings({ ...CLOSED, DATABASE_URL: database.url })).of.PostgreSQL).toMatchObject(lacking);
    expect((await findings({ ...CLOSED, DATABASE_URL: database.url })).of.PostgreSQL).toMatchObject(lacking);
    await migrate(database.url);
    expect((await findings({ ...CLOSED, DATABASE_URL: database.url })).of.PostgreSQL).toMatchObject({ state: 'ok' });
  });
});

test('addresses are the defaults of npm start, unless ports or addresses are set', () => {
  const { database, services, webUi } = placesFrom(
    { POSTGRES_PORT: '15433', PAYMENT_URL: 'https://pay.example' },
    'http://x',
  );
  expect(database).toEqual({ url: 'postgres://postgres@127.0.0.1:15433/durable_orders', setting: null });
  expect(services.map(({ place }) => place.url)).toEqual([
    'http://127.0.0.1:4001',
    'https://pay.example',
    'http://127.0.0.1:4003',
  ]);
  expect(webUi.url).toBe('http://127.0.0.1:8233');
});
