import { ApplicationFailure, allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { OrderStatus } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';
import { CallFailed } from './call-failed.ts';
import { changesOf } from './edition.ts';
import { answerMessages } from './messages.ts';
import { OrderRun } from './order-run.ts';
import type { RunSettings } from './run-settings.ts';

export interface ProcessOrderInput {
  order: OrderToProcess;
  settings: RunSettings;
  /** Of the story (`edition.ts`); a run of before there were any has none. */
  edition?: number;
}

export interface OrderOutcome {
  status: OrderStatus;
}

/**
 * Sees one order through. May be started from the top at any time, since every step is idempotent: nothing here may
 * rely on being first.
 */
export async function processOrder({ order, settings, edition }: ProcessOrderInput): Promise<OrderOutcome> {
  const run = new OrderRun(order, settings, changesOf(edition));
  answerMessages(run);

  const status = await run
    .carryThrough(async ({ lines, payment }) => {
      await run.makeFirstPass(); // the steps find what came of it
      for (const line of lines) await run.deduct(line);
      await run.pay(payment);
      await run.confirm(); // the point of no return
    })
    .catch(failRun);
  if (status === 'confirmed') await run.notify().catch(failRun);

  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return { status };
}

/** A status that can't be written at all ends the run, as `failed`; otherwise its task would fail for ever, unseen. */
function failRun(error: unknown): never {
  if (error instanceof CallFailed) throw ApplicationFailure.nonRetryable(error.message, error.code);
  throw error;
}
