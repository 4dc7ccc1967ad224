import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { migrate } from '../../src/store/migrate.ts';
import { Authority } from '../support/certificates.ts';
import { ROOT } from '../support/imports.ts';
import { RunningSystem } from '../support/running-system.ts';
import { temporalCliPath } from '../support/temporal-server.ts';
import { openTlsFront } from '../support/tls-front.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/tls-postgres.ts';

/** PostgreSQL and Temporal let nobody in without TLS and a client certificate. */
const [authority, another] = [new Authority(), new Authority()];
const user = authority.issue('postgres');
let postgres: TlsPostgres;
let temporal: TestWorkflowEnvironment;
let front: Awaited<ReturnType<typeof openTlsFront>>;
beforeAll(async () => {
  postgres = await startTlsPostgres(authority, user);
  temporal = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: await temporalCliPath() } },
  });
  front = await openTlsFront(authority, Number(temporal.address.split(':')[1]));
}, 60_000);
afterAll(async () => {
  await front.close();
  await temporal.teardown();
  await postgres.stop();
  authority.remove();
  another.remove();
}, 30_000);

const settings = ({ trusted = authority, withCertificate = true } = {}) => {
  const ofUser = { sslcert: user.certificate, sslkey: user.key };
  const parameters = { sslmode: 'verify-full', sslrootcert: authority.certificate, ...ofUser };
  return {
    DATABASE_URL: `postgres://postgres@localhost:${postgres.port}/orders?${new URLSearchParams(parameters)}`,
    TEMPORAL_ADDRESS: `localhost:${front.port}`,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: trusted.certificate,
    ...(withCertificate && {
      TEMPORAL_TLS_CLIENT_CERT_PATH: user.certificate,
      TEMPORAL_TLS_CLIENT_KEY_PATH: user.key,
    }),
  };
};

test('an order goes all its way with every connection to PostgreSQL and Temporal over TLS', async () => {
  const system = await RunningSystem.start({ LATENCY_MS: '5', LOG_LEVEL: 'warn', ...settings() });
  try {
    const id = await system.place();
    const { failure } = await system.untilStatus(id, 'confirmed');
    expect(failure).toBeNull();
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    expect(await system.get('/health/ready')).toMatchObject({ status: 'ready' });
  } finally {
    await system.remove();
  }
}, 90_000);

test.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
  [
    'an authority that Temporal is not of',
    () => settings({ trusted: another }),
    /^Temporal's certificate at .* is not trusted/,
  ],
  [
    'no certificate for Temporal',
    () => settings({ withCertificate: false }),
    /^Temporal at .* wants a client certificate/,
  ],
  [
    'no certificate for PostgreSQL',
    () => ({ ...settings(), DATABASE_URL: settings().DATABASE_URL.replace(/&sslcert=.*/, '') }),
    /^PostgreSQL at .* wants a client certificate/,
  ],
])('a worker with %s says so in one sentence, and ends', async (_, wrong, sentence) => {
  await migrate(settings().DATABASE_URL);
  const env = { ...process.env, METRICS_PORT: '0', ...wrong() };
  const ended = await promisify(execFile)(process.execPath, ['worker.ts'], { cwd: ROOT, env }).catch((error) => error);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
  expect(ended.stderr.trim()).not.toContain('\n');
});
