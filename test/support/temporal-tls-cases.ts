import { connectLazily, connectWorker } from '../../src/temporal/connect.ts';
import { Authority, type Certificate } from './certificates.ts';

export const withCertificate = ({ certificate, key }: Certificate) => ({
  TEMPORAL_TLS_CLIENT_CERT_PATH: certificate,
  TEMPORAL_TLS_CLIENT_KEY_PATH: key,
});
export const trusting = ({ certificate }: Authority) => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificate });

/** `@temporalio/envconfig` reads from the process itself. */
export function reach(address: string, settings: Record<string, string>): void {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  process.env = { ...Object.fromEntries(others), TEMPORAL_ADDRESS: address, ...settings };
}

/** As whom such a Temporal has to show itself. */
export const NAMES = 'DNS:temporal.test,DNS:localhost,IP:127.0.0.1';

/** What worker and API meet at a Temporal that lets nobody in without TLS and a client certificate of the authority. */
export function lettingInByCertificate(authority: Authority, port: () => number): void {
  const another = new Authority();
  const client = authority.issue('worker');
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });
  afterAll(() => another.remove());
  const set = (settings: Record<string, string>, host = '127.0.0.1') => reach(`${host}:${port()}`, settings);

  test.each(['127.0.0.1', 'localhost'])(
    'worker and API reach Temporal at %s over TLS with a client certificate',
    async (host) => {
      set({ ...trusting(authority), ...withCertificate(client) }, host);
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
    [
      'no client certificate',
      () => trusting(authority),
      /wants a client certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH/,
    ],
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
}
