import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Log } from '../telemetry/log.ts';
import { messageOf } from '../telemetry/log.ts';
import type { WorkerMetrics } from '../telemetry/worker-metrics.ts';
import type { Activities, OrderCall } from './contract.ts';
import { failWith } from './failing.ts';

type Bare = { [Name in keyof Activities]: (call: Parameters<Activities[Name]>[0]) => Promise<unknown> };

export interface Observer {
  log: Log;
  metrics: Pick<WorkerMetrics, 'step'>;
  /** An order's first pass is over: it goes on as regular activities. */
  onLeftFirstPass(orderId: string): void;
}

const HEARTBEAT_MS = 2000;

/**
 * Wraps activities with what all of them share: one log line and one sample per call, heartbeats that bring a
 * cancellation in, the attempt in the receipt and in the failure, and no failure without a code.
 */
export function observed(activities: Bare, observer: Observer): Activities {
  const entries = Object.entries(activities).map(([name, run]) => [
    name,
    observe(name, run as (call: OrderCall) => Promise<unknown>, observer),
  ]);
  return Object.fromEntries(entries) as Activities;
}

function observe(
  name: string,
  run: (call: OrderCall) => Promise<unknown>,
  { log, metrics, onLeftFirstPass }: Observer,
) {
  return async (call: OrderCall) => {
    const { info } = Context.current();
    const started = performance.now();
    const finish = (outcome: string, detail?: string) => {
      const milliseconds = performance.now() - started;
      metrics.step({ step: name, outcome, local: info.isLocal, milliseconds });
      const fields = {
        order_id: call.orderId,
        step: name,
        outcome,
        attempt: info.attempt,
        local: info.isLocal,
        duration_ms: Math.round(milliseconds),
        detail,
      };
      log[outcome === 'done' ? 'info' : 'warn'](fields, outcome === 'done' ? 'step done' : 'step not done');
    };
    try {
      const result = await whileHeartbeating(() => run(call));
      finish('done');
      return { ...(result as object | undefined), attempt: info.attempt };
    } catch (error) {
      if (error instanceof CancelledFailure) {
        finish('cancelled');
        throw error;
      }
      const failure = withAttempt(error, info.attempt);
      finish(failure.type ?? 'internal_error', failure.message);
      if (info.isLocal) onLeftFirstPass(call.orderId);
      throw failure;
    }
  };
}

/** A local activity has no heartbeat; it is short, and cancelled in this process. */
async function whileHeartbeating<Result>(run: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  if (context.info.isLocal) return await run();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}

function withAttempt(error: unknown, attempt: number): ApplicationFailure {
  const failure = error instanceof ApplicationFailure ? error : failWith('internal_error', messageOf(error));
  return ApplicationFailure.create({
    message: failure.message,
    type: failure.type ?? 'internal_error',
    nonRetryable: failure.nonRetryable ?? false,
    category: failure.category ?? undefined,
    nextRetryDelay: failure.nextRetryDelay ?? undefined,
    // The SDK does not hand nextRetryDelay on to a workflow, so it travels here as well.
    details: [attempt, failure.nextRetryDelay ?? null],
  });
}
