import type { LogLevel, LogMetadata } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { Log } from './log.ts';
import { createWorkerMetrics, STEP_BUCKETS, type WorkerMetrics } from './worker-metrics.ts';

/**
 * The SDK's process-wide runtime: its logs go to ours, its metrics and ours to one Prometheus page, and signals are left
 * to the root, which knows what has to stop first.
 */
export function installRuntime(log: Log, metricsAddress: string): WorkerMetrics {
  Runtime.install({
    logger: sdkLogger(log),
    shutdownSignals: [],
    workerHeartbeatInterval: '30s',
    telemetryOptions: {
      logging: { forward: { level: 'WARN' }, filter: { core: 'WARN', other: 'ERROR' } },
      metrics: {
        prometheus: {
          bindAddress: metricsAddress,
          unitSuffix: true,
          countersTotalSuffix: true,
          useSecondsForDurations: true,
          histogramBucketOverrides: { orders_step_duration_seconds: STEP_BUCKETS },
        },
      },
    },
  });
  return createWorkerMetrics(Runtime.instance().metricMeter);
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK's own news (worker states, bundle sizes) are details to us: its INFO is our debug. */
function sdkLogger(log: Log) {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}) =>
    // Failed activities have their line already, from whoever made the call.
    log[message.startsWith('Activity failed') ? 'debug' : LEVELS[level]](
      {
        workflow_id: meta.workflowId,
        run_id: meta.runId,
        step: meta.step,
        code: meta.code,
        attempt: meta.attempt,
        error: meta.error instanceof Error ? meta.error.message : meta.error,
      },
      message,
    );
  return {
    log: write,
    trace: (message: string, meta?: LogMetadata) => write('TRACE', message, meta),
    debug: (message: string, meta?: LogMetadata) => write('DEBUG', message, meta),
    info: (message: string, meta?: LogMetadata) => write('INFO', message, meta),
    warn: (message: string, meta?: LogMetadata) => write('WARN', message, meta),
    error: (message: string, meta?: LogMetadata) => write('ERROR', message, meta),
  };
}
