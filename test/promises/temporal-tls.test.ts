import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isBuilt, VERSION } from '../../bench/machine/real-temporal/build.ts';
import { realTemporalPart } from '../../bench/machine/real-temporal/real-temporal-part.ts';
import { Child } from '../../local/child.ts';
import { freePorts } from '../../local/free-ports.ts';
import { becomesReady } from '../../local/readiness.ts';
import { Authority, pemOf } from '../support/certificates.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { RunningSystem } from '../support/running-system.ts';
import { lettingInByCertificate, NAMES, trusting, withCertificate } from '../support/temporal-tls-cases.ts';

/** Building it takes Go and four minutes on two cores, so it is done where it is asked for: `REAL_TEMPORAL=1`. */
const isWanted = isBuilt() || process.env.REAL_TEMPORAL === '1';
const BUILT_WITHIN_MS = 15 * 60_000;

(isWanted ? describe : describe.skip)(`Temporal's server ${VERSION}, which ends TLS itself`, () => {
  const authority = new Authority();
  const client = authority.issue('worker');
  const dataDir = mkdtempSync(join(tmpdir(), 'tls-temporal-'));
  let database: TestDatabase;
  let port: number;
  let server: Child;
  let part: ReturnType<typeof realTemporalPart>;

  beforeAll(async () => {
    database = await createDatabase();
    [port = 0] = await freePorts(1);
    part = realTemporalPart({ dataDir, port, databaseUrl: database.url, tls: tls() });
    const { signal } = new AbortController();
    server = new Child(part, await part.command(signal, console.log));
    await becomesReady(part, server, signal);
  }, BUILT_WITHIN_MS);
  afterAll(async () => {
    await server.stop(part.stop);
    await database.drop();
    authority.remove();
    rmSync(dataDir, { recursive: true });
  }, 30_000);

  function tls() {
    const { certificate, key } = authority.issue('temporal.test', NAMES);
    const { cert: crt, key: keyOfClient } = pemOf(client);
    return {
      server: { certificate, key, authority: authority.certificate, name: 'temporal.test' },
      client: {
        serverRootCACertificate: readFileSync(authority.certificate),
        clientCertPair: { crt, key: keyOfClient },
      },
    };
  }

  lettingInByCertificate(authority, () => port);

  test('an order goes all its way through it', async () => {
    const settings = {
      TEMPORAL_ADDRESS: `localhost:${port}`,
      ...trusting(authority),
      ...withCertificate(client),
    };
    const system = await RunningSystem.start({ LATENCY_MS: '5', LOG_LEVEL: 'warn', ...settings });
    try {
      const id = await system.place();
      await system.untilStatus(id, 'confirmed');
      expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    } finally {
      await system.remove();
    }
  }, 90_000);
});
