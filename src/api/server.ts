import type { Server } from 'node:http';
import { keysFrom, tokensFrom } from '../access/credentials.ts';
import { RateLimit } from '../access/rate-limit.ts';
import { apiSettings, asksWho, readSettings } from '../config.ts';
import { encryptionFrom } from '../encryption/encryption.ts';
import { type Running, runRoot } from '../run-root.ts';
import { AcceptedNotice } from '../store/accepted-notice.ts';
import { connect, ensureReachable } from '../store/connect.ts';
import { GroupCommit } from '../store/group-commit.ts';
import type { NewOrder } from '../store/insert-orders.ts';
import { createApiMetrics } from '../telemetry/api-metrics.ts';
import { createLog } from '../telemetry/log.ts';
import { portError } from '../telemetry/port.ts';
import { connectLazily } from '../temporal/connect.ts';
import { TemporalRuns } from '../temporal/temporal-runs.ts';
import { byCredential, byName } from './admission.ts';
import { createApp } from './app.ts';
import { limitConnections } from './connections.ts';
import { drainOf } from './drain.ts';
import { createApiServer } from './http-server.ts';

/** Load balancers get to see that this API is not ready before it takes no more connections. */
const UNREADY_MS = 500;
/** Requests under way may finish for so long. */
const DRAIN_MS = 5000;

async function start(): Promise<Running> {
  const settings = readSettings(apiSettings, process.env);
  const log = createLog('api', settings.LOG_LEVEL);
  const keys = keysFrom(settings);
  const sql = connect(settings.DATABASE_URL, { max: 10, applicationName: 'durable-orders-api' });
  await ensureReachable(sql);
  const { connection, client, complaint } = connectLazily(encryptionFrom(settings.PAYLOAD_KEYS_FILE));

  let isDraining = false;
  const notice = new AcceptedNotice(sql);
  const intake = new GroupCommit((orders: NewOrder[], isAlone) => notice.store(orders, isAlone), {
    maxWaiting: settings.INTAKE_QUEUE,
  });
  const app = createApp({
    sql,
    intake,
    runs: new TemporalRuns(client, settings.TEMPORAL_UI_URL),
    log,
    metrics: createApiMetrics(sql, () => intake.waiting),
    admission: asksWho(settings) ? byCredential(keys, tokensFrom(settings)) : byName(settings.OPERATORS),
    rateLimit: settings.RATE_LIMIT && new RateLimit(settings.RATE_LIMIT),
    isDraining: () => isDraining,
  });
  const server = createApiServer(app);
  const drain = drainOf(server);
  limitConnections(server, { total: settings.MAX_CONNECTIONS, perAddress: settings.MAX_CONNECTIONS_PER_ADDRESS }, log);
  const unfollow = keys?.follow(log);
  await listen(server, settings.HOST, settings.PORT);
  log.info({ address: `http://${settings.HOST}:${settings.PORT}` }, 'api ready');
  if (!asksWho(settings)) log.info({ address: settings.HOST }, 'no keys: whoever is on this machine is let in');
  void complaint().then((error) => error && log.warn({ error }, 'orders are accepted, and wait for Temporal'));

  return {
    async stop() {
      isDraining = true;
      log.info({}, 'api draining');
      await new Promise((resolve) => setTimeout(resolve, UNREADY_MS));
      await drain(DRAIN_MS);
      unfollow?.();
      await sql.end({ timeout: 2 });
      await connection.close();
      log.info({}, 'api stopped');
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, port, 'PORT')));
    server.listen(port, host, 4096, resolve);
  });
}

await runRoot(start);
