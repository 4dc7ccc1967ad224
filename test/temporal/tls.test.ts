import { TestWorkflowEnvironment } from '@temporalio/testing';
import { freePorts } from '../../local/free-ports.ts';
import { connectLazily, connectWorker } from '../../src/temporal/connect.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { temporalCliPath } from '../support/temporal-server.ts';
import { openTlsFront } from '../support/tls-front.ts';

const [authority, another] = [new Authority(), new Authority()];
const client = authority.issue('worker');
const before = { ...process.env };
let environment: TestWorkflowEnvironment;
let front: Awaited<ReturnType<typeof openTlsFront>>;

beforeAll(async () => {
  environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: await temporalCliPath() } },
  });
  front = await openTlsFront(authority, Number(environment.address.split(':')[1]));
}, 60_000);
afterAll(async () => {
  await front.close();
  await environment.teardown();
  authority.remove();
  another.remove();
});
afterEach(() => {
  process.env = { ...before };
});

const withCertificate = ({ certificate, key }: Certificate) => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: certificate,
  TEMPORAL_TLS_CLIENT_KEY_PATH: key,
});
const trusting = ({ certificate }: Authority) => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificate });

/** `@temporalio/envconfig` reads from the process itself. */
function set(settings: Record<string, string>, address = `127.0.0.1:${front.port}`): void {
  process.env = { ...before, TEMPORAL_ADDRESS: address, ...settings };
}

test.each(['127.0.0.1', 'localhost'])(
  'worker and API reach Temporal at %s over TLS with a client certificate',
  async (host) => {
    set({ ...trusting(authority), ...withCertificate(client) }, `${host}:${front.port}`);
    const worker = await connectWorker();
    expect(await worker.connection.workflowService.getSystemInfo({})).toMatchObject({
      serverVersion: expect.any(String),
    });
    await worker.connection.close();
    const api = connectLazily();
    expect(await api.complaint()).toBeUndefined();
    await api.connection.close();
  },
);

test('a server of another name is trusted where that name is set', async () => {
  set({ ...trusting(authority), ...withCertificate(client), TEMPORAL_TLS_SERVER_NAME: 'temporal.test' });
  const { connection } = await connectWorker();
  await connection.close();
});

const unreachablePort = async () => (await freePorts(1))[0] as number;

test.each<[string, () => Record<string, string>, RegExp]>([
  [
    'an authority that did not issue it',
    () => ({ ...trusting(another), ...withCertificate(client) }),
    /is not trusted: TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  ],
  [
    'no authority',
    () => ({ TEMPORAL_TLS: 'true', ...withCertificate(client) }),
    /is not trusted: TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
  ],
  ['no client certificate', () => trusting(authority), /wants a client certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH/],
  [
    "another authority's client certificate",
    () => ({ ...trusting(authority), ...withCertificate(another.issue('stranger')) }),
    /does not accept the client certificate in TEMPORAL_TLS_CLIENT_CERT_PATH/,
  ],
  [
    'a name that it does not have',
    () => ({ ...trusting(authority), ...withCertificate(client), TEMPORAL_TLS_SERVER_NAME: 'elsewhere' }),
    /is for another name: .*TEMPORAL_TLS_SERVER_NAME/,
  ],
  ['no TLS at all', () => ({}), /wants TLS: set TEMPORAL_TLS=true/],
])('%s is told in one sentence, by worker and API alike', async (_, settings, sentence) => {
  set(settings());
  const ofWorker = await connectWorker().catch((error: Error) => error.message);
  const api = connectLazily();
  const ofApi = await api.complaint();
  await api.connection.close();
  expect(ofWorker).toMatch(sentence);
  expect(ofWorker).not.toContain('\n');
  expect(ofApi).toBe(ofWorker);
});

test.each<[string, () => Record<string, string>]>([
  ['with TLS', () => ({ ...trusting(authority), ...withCertificate(client) })],
  ['without', () => ({})],
])('where nothing listens, %s, it is not certificates that are blamed', async (_, settings) => {
  set(settings(), `127.0.0.1:${await unreachablePort()}`);
  await expect(connectWorker()).rejects.toThrow(/can't be reached .*start it/);
});

test('half a client certificate, or a file that is not there, is told before anything is tried', async () => {
  set({ ...trusting(authority), TEMPORAL_TLS_CLIENT_CERT_PATH: client.certificate });
  await expect(connectWorker()).rejects.toThrow(/TEMPORAL_TLS_CLIENT_KEY_PATH go together/);
  set({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere.crt' });
  await expect(connectWorker()).rejects.toThrow(/^The TEMPORAL_\* settings can't be used: .*nowhere\.crt/);
});
