import { createServer, type Server } from 'node:http';
import { apiSettings, readSettings } from '../config.ts';
import { encryptionFrom } from '../encryption/encryption.ts';
import { type Running, runRoot } from '../run-root.ts';
import { connect, ensureReachable } from '../store/connect.ts';
import { GroupCommit } from '../store/group-commit.ts';
import { insertOrders, type NewOrder } from '../store/insert-orders.ts';
import { createApiMetrics } from '../telemetry/api-metrics.ts';
import { createLog } from '../telemetry/log.ts';
import { portError } from '../telemetry/port.ts';
import { connectLazily } from '../temporal/connect.ts';
import { TemporalRuns } from '../temporal/temporal-runs.ts';
import { createApp } from './app.ts';

/** Load balancers get to see that this API is not ready before it takes no more connections. */
const UNREADY_MS = 500;
/** Requests under way may finish for so long. */
const DRAIN_MS = 5000;

async function start(): Promise<Running> {
  const settings = readSettings(apiSettings, process.env);
  const log = createLog('api', settings.LOG_LEVEL);
  const sql = connect(settings.DATABASE_URL, { max: 10, applicationName: 'durable-orders-api' });
  await ensureReachable(sql);
  const { connection, client, complaint } = connectLazily(encryptionFrom(settings.PAYLOAD_KEYS_FILE));

  let isDraining = false;
  const intake = new GroupCommit((orders: NewOrder[]) => insertOrders(sql, orders), {
    maxWaiting: settings.INTAKE_QUEUE,
  });
  const app = createApp({
    sql,
    intake,
    runs: new TemporalRuns(client, settings.TEMPORAL_UI_URL),
    log,
    metrics: createApiMetrics(sql, () => intake.waiting),
    operators: settings.OPERATORS,
    isDraining: () => isDraining,
  });
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 }, app);
  await listen(server, settings.HOST, settings.PORT);
  log.info({ address: `http://${settings.HOST}:${settings.PORT}` }, 'api ready');
  void complaint().then((error) => error && log.warn({ error }, 'orders are accepted, and wait for Temporal'));

  return {
    async stop() {
      isDraining = true;
      log.info({}, 'api draining');
      await new Promise((resolve) => setTimeout(resolve, UNREADY_MS));
      await drain(server);
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

async function drain(server: Server): Promise<void> {
  const forced = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(forced);
}

await runRoot(start);
