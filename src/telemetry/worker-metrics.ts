import type { MetricMeter } from '@temporalio/common';

export interface StepSample {
  step: string;
  outcome: string;
  local: boolean;
  milliseconds: number;
}

/**
 * The worker's own figures. They go out through the SDK's meter, so that they stand on one page with the SDK's:
 * `http://METRICS_HOST:METRICS_PORT/metrics`.
 */
export function createWorkerMetrics(meter: MetricMeter) {
  const stepSeconds = meter.createHistogram(
    'orders_step_duration_seconds',
    'float',
    '',
    'Duration of one call of a step, by outcome',
  );
  const settled = meter.createCounter('orders_settled', 'order', 'Orders settled, by status');
  const holds = meter.createCounter('orders_held', 'order', 'Orders held, by failure code and step');
  const starts = meter.createCounter('orders_relay_starts', 'order', 'Runs started by the relay, by outcome');
  const backlogDepth = meter.createGauge('orders_backlog_depth', 'int', 'order', 'Accepted orders without a run');
  const backlogAge = meter.createGauge(
    'orders_backlog_oldest_age_seconds',
    'float',
    '',
    'Age of the oldest accepted order without a run',
  );
  const queueAge = meter.createGauge(
    'orders_queue_oldest_age_seconds',
    'float',
    '',
    "Age of the oldest order's task that waits in Temporal's queue for a worker",
  );
  const inFlight = meter.createGauge('orders_in_flight', 'int', 'order', 'Orders in their first pass in this worker');
  const inFlightLimit = meter.createGauge(
    'orders_in_flight_limit',
    'int',
    'order',
    'How many of them there may be: as many as Temporal and the workers keep up with; 0 while new orders give way to those that wait for a worker',
  );
  return {
    step: ({ step, outcome, local, milliseconds }: StepSample) =>
      stepSeconds.record(milliseconds / 1000, { step, outcome, local: String(local) }),
    settled: (status: string) => settled.add(1, { status }),
    held: (code: string, step: string) => holds.add(1, { code, step }),
    started: (outcome: 'eager' | 'queued' | 'already_started' | 'failed') => starts.add(1, { outcome }),
    backlog: (depth: number, oldestSeconds: number) => {
      backlogDepth.set(depth);
      backlogAge.set(notNegative(oldestSeconds));
    },
    oldestWaiting: (seconds: number) => queueAge.set(notNegative(seconds)),
    inFlight: (count: number) => inFlight.set(count),
    mayBeInFlight: (count: number) => inFlightLimit.set(count),
  };
}

/** The SDK ends the process over a gauge below 0 (1.24). */
const notNegative = (value: number): number => Math.max(0, value);

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** Seconds; a step usually takes 150 to 300 ms, a regular attempt up to 15 s. */
export const STEP_BUCKETS = [0.005, 0.025, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 20];
