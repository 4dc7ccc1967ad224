import { bulkActivities } from './src/activities/bulk.ts';
import type { Activities, FirstPassActivity } from './src/activities/contract.ts';
import { firstPassActivity } from './src/activities/first-pass.ts';
import { inventoryActivities } from './src/activities/inventory.ts';
import { notificationActivities } from './src/activities/notification.ts';
import { observed } from './src/activities/observed.ts';
import { paymentActivities } from './src/activities/payment.ts';
import { reviewActivities } from './src/activities/review.ts';
import { ServiceClient } from './src/activities/service-client.ts';
import { storedOrderActivities } from './src/activities/stored-order.ts';
import { milliseconds, readSettings, type WorkerSettings, workerSettings } from './src/config.ts';
import { TASK_QUEUE } from './src/domain/names.ts';
import { type Encryption, encryptionFrom } from './src/encryption/encryption.ts';
import { bundleFor } from './src/encryption/workflow-bundle.ts';
import { BulkRelay, bulkStarter } from './src/relay/bulk-relay.ts';
import { closedFrom, doesMoreFrom, endRunWith, fateFrom } from './src/relay/fates.ts';
import { InFlight } from './src/relay/in-flight.ts';
import { Pace } from './src/relay/pace.ts';
import { Reconciler } from './src/relay/reconciler.ts';
import { Relay } from './src/relay/relay.ts';
import { orderStarter } from './src/relay/starter.ts';
import { VersionGate } from './src/relay/version-gate.ts';
import { type Running, runRoot } from './src/run-root.ts';
import { connect, ensureReachable, type Sql } from './src/store/connect.ts';
import { findOrderToProcess } from './src/store/find-orders.ts';
import { GroupCommit } from './src/store/group-commit.ts';
import { type InForce, recordStatuses, type StatusReport } from './src/store/record-status.ts';
import { createLog, type Log, messageOf } from './src/telemetry/log.ts';
import { ensurePortIsFree } from './src/telemetry/port.ts';
import { installRuntime } from './src/telemetry/runtime.ts';
import type { WorkerMetrics } from './src/telemetry/worker-metrics.ts';
import { connectWorker } from './src/temporal/connect.ts';
import { drained } from './src/temporal/drained.ts';
import { watchLoop } from './src/temporal/loop-watch.ts';
import { ensureReviewSchedule } from './src/temporal/review-schedule.ts';
import { routingFrom } from './src/temporal/routing.ts';
import { ensureSearchAttributes } from './src/temporal/search-attributes.ts';
import { TemporalRuns } from './src/temporal/temporal-runs.ts';
import { oldestWaitingFrom } from './src/temporal/waiting-tasks.ts';
import { workflowCode } from './src/temporal/workflow-code.ts';
import { WorkflowWorker } from './src/temporal/workflow-worker.ts';
import type { RunSettings } from './src/workflows/run-settings.ts';

/**
 * The slots are above MAX_IN_FLIGHT, so that updates, retries and what another worker has left find one while the relay fills the
 * rest. Each poll holds one, too.
 */
const SPARE_SLOTS = 40;
/**
 * Half of them for runs that are not in memory, as thousands of held ones are not: with the usual two a bulk operation let
 * 14 of them a second go on, whatever its rate.
 */
const WORKFLOW_POLLS = 20;
/**
 * The end of a regular attempt goes to the worker that last had the order, and from there, after this, to any. An attempt that was
 * lost with its worker has taken 5 s and the pause before the next by then: together they are what a workflow task that was lost takes.
 */
const STICKY_TIMEOUT = '5s';
/** As long as Temporal waits for a workflow task before it gives it to another worker. */
const STUCK_SECONDS = 10;

async function start(): Promise<Running> {
  const settings = readSettings(workerSettings, process.env);
  const log = createLog('worker', settings.LOG_LEVEL);
  await ensurePortIsFree(settings.METRICS_HOST, settings.METRICS_PORT, 'METRICS_PORT');
  const metrics = installRuntime(log, `${settings.METRICS_HOST}:${settings.METRICS_PORT}`);
  const sql = connect(settings.DATABASE_URL, { max: 10, applicationName: 'durable-orders-worker' });
  await ensureReachable(sql);
  const encryption = encryptionFrom(settings.PAYLOAD_KEYS_FILE);
  const { connection, client, namespace } = await connectWorker(encryption);
  await ensureSearchAttributes(connection, namespace);
  await ensureReviewSchedule(client, settings.REVIEW_SCHEDULE, log);

  const version = versionOf(settings);
  const inFlight = new InFlight(settings.MAX_IN_FLIGHT);
  const worker = await WorkflowWorker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    ...workflowSource(settings.WORKFLOW_BUNDLE, encryption),
    ...(encryption && { dataConverter: encryption }),
    activities: {
      ...buildActivities({ settings, sql, log, metrics, inFlight }),
      ...bulkActivities({ sql, runs: new TemporalRuns(client) }),
      ...reviewActivities({ sql, log, webhook: webhookOf(settings) }),
    },
    maxConcurrentWorkflowTaskExecutions: settings.MAX_IN_FLIGHT + SPARE_SLOTS,
    maxConcurrentLocalActivityExecutions: settings.MAX_IN_FLIGHT * 2,
    maxCachedWorkflows: settings.MAX_CACHED_WORKFLOWS,
    // `maxConcurrentWorkflowTaskPolls` is read nowhere in SDK 1.24.
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: WORKFLOW_POLLS },
    nonStickyToStickyPollRatio: 0.5,
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownGraceTime: settings.SHUTDOWN_GRACE,
    shutdownForceTime: milliseconds(settings.SHUTDOWN_GRACE) + 3000,
    ...(version && {
      workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' },
    }),
  });

  const reconcileSeconds = milliseconds(settings.RECONCILE_AFTER) / 1000;
  const runSettings = { stepPatience: settings.STEP_PATIENCE, holdLimit: settings.HOLD_LIMIT } as RunSettings;
  const gate = version && new VersionGate({ version, askRouting: routingFrom(connection, namespace), log });
  const pace = new Pace({ askOldestWaiting: oldestWaitingFrom(connection, namespace), inFlight, log, metrics });
  const relay = new Relay({
    sql,
    start: pace.timed(orderStarter(client, runSettings)),
    inFlight,
    log,
    metrics,
    reconcileSeconds,
    way: () => gate?.way ?? 'eager',
  });
  const reconciler = new Reconciler({
    sql,
    askFate: fateFrom(client),
    askWhetherItDoesMore: doesMoreFrom(client),
    endRun: endRunWith(client),
    listClosed: closedFrom(client),
    log,
    reconcileSeconds,
  });
  const bulkRelay = new BulkRelay({ sql, start: bulkStarter(client), log });

  watchLoop(STUCK_SECONDS);
  const running = worker.run();
  running.catch((error) => die(log, error));
  await gate?.start();
  await pace.start();
  await relay.start();
  reconciler.start();
  bulkRelay.start();
  log.info({ queue: TASK_QUEUE }, 'worker ready');

  return {
    async stop() {
      log.info({}, 'worker draining');
      await Promise.all([gate?.stop(), pace.stop(), relay.stop(), reconciler.stop(), bulkRelay.stop()]);
      worker.shutdown();
      const ended = running.catch(() => {}).then(() => true);
      const mayClose = await Promise.race([ended, drained(worker).then(() => false)]);
      await sql.end({ timeout: 2 });
      if (mayClose) await connection.close(); // else its polls still use it, and end with the process
      log.info({}, 'worker stopped');
    },
  };
}

interface Parts {
  settings: WorkerSettings;
  sql: Sql;
  log: Log;
  metrics: WorkerMetrics;
  inFlight: InFlight;
}

function buildActivities({ settings, sql, log, metrics, inFlight }: Parts): Activities & FirstPassActivity {
  const reports = new GroupCommit((group: StatusReport[]) => recordStatuses(sql, group));
  const stored = storedOrderActivities({
    record: (report) => reports.add(report),
    read: (orderId) => findOrderToProcess(sql, orderId),
    onRecorded(report, inForce) {
      inFlight.leave(report.orderId);
      tell(report, inForce, log, metrics);
    },
  });
  const activities = observed(
    {
      ...inventoryActivities(new ServiceClient('inventory', settings.INVENTORY_URL)),
      ...paymentActivities(new ServiceClient('payment', settings.PAYMENT_URL)),
      ...notificationActivities(new ServiceClient('notification', settings.NOTIFICATION_URL), stored.recordStatus),
      ...stored,
    },
    { log, metrics, onLeftFirstPass: (orderId) => inFlight.leave(orderId) },
  );
  return { ...activities, ...firstPassActivity(activities) };
}

function tell({ orderId, status, failure }: StatusReport, inForce: InForce, log: Log, metrics: WorkerMetrics): void {
  const fields = { order_id: orderId, status: inForce.status, code: failure?.code, step: failure?.step };
  if (inForce.settledNow) {
    metrics.settled(inForce.status);
    log.info(fields, 'order settled');
  } else if (status === 'held' && inForce.status === 'held') {
    metrics.held(failure?.code ?? 'internal_error', failure?.step ?? 'none');
    log.warn({ ...fields, detail: failure?.detail }, 'order held');
  }
}

const webhookOf = ({ REVIEW_WEBHOOK_URL: url, REVIEW_WEBHOOK_SECRET: secret }: WorkerSettings) =>
  url ? { url, secret } : undefined;

/** Undefined: the worker runs what has no version. */
const versionOf = ({ WORKER_BUILD_ID: buildId, WORKER_DEPLOYMENT: deploymentName }: WorkerSettings) =>
  buildId ? { buildId, deploymentName } : undefined;

/** A prebuilt bundle (the image has one) saves some seconds of every start. */
function workflowSource(prebuilt: string | undefined, encryption: Encryption | undefined) {
  if (prebuilt) return { workflowBundle: { codePath: bundleFor(encryption, prebuilt) } };
  const { workflowsPath, preloadModules } = workflowCode;
  return { workflowsPath, bundlerOptions: { preloadModules } };
}

/** Whoever supervises this process starts it again; a worker that polls no more must not look alive. */
function die(log: Log, error: unknown): void {
  log.fatal({ error: messageOf(error) }, 'the worker failed');
  process.exit(1);
}

await runRoot(start);
