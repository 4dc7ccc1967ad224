import { TestWorkflowEnvironment } from '@temporalio/testing';
import { freePorts } from '../../local/free-ports.ts';
import { connectWorker } from '../../src/temporal/connect.ts';
import { Authority } from '../support/certificates.ts';
import { temporalCliPath } from '../support/temporal-server.ts';
import { lettingInByCertificate, reach, trusting, withCertificate } from '../support/temporal-tls-cases.ts';
import { openTlsFront } from '../support/tls-front.ts';

const authority = new Authority();
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
});

lettingInByCertificate(authority, () => front.port);

const unreachable = async () => `127.0.0.1:${(await freePorts(1))[0]}`;

test.each<[string, () => Record<string, string>]>([
  ['with TLS', () => ({ ...trusting(authority), ...withCertificate(authority.issue('worker')) })],
  ['without', () => ({})],
])('where nothing listens, %s, it is not certificates that are blamed', async (_, settings) => {
  reach(await unreachable(), settings());
  await expect(connectWorker()).rejects.toThrow(/can't be reached .*start it/);
});

test('half a client certificate, or a file that is not there, is told before anything is tried', async () => {
  const { certificate } = authority.issue('half');
  reach('127.0.0.1:1', { ...trusting(authority), TEMPORAL_TLS_CLIENT_CERT_PATH: certificate });
  await expect(connectWorker()).rejects.toThrow(/TEMPORAL_TLS_CLIENT_KEY_PATH go together/);
  reach('127.0.0.1:1', { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere.crt' });
  await expect(connectWorker()).rejects.toThrow(/^The TEMPORAL_\* settings can't be used: .*nowhere\.crt/);
});
