import { IllegalStateError } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type ReplayResult,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';
import { messageOf } from '../telemetry/log.ts';
import { causeOf } from './cause.ts';
import { WrongUsage } from './complaint.ts';
import { firstTaskOf, hasBegun, idOf, type RecordedEvent, type RecordedRun, typeOf } from './recorded-run.ts';

/** Where and why a run can't go on. */
export interface Break {
  eventId: number;
  eventType: string;
  cause: string;
}

/** Without it a workflow that loops would block this process, as a replay has no limit of its own. */
const LIMIT_OF_A_TASK = '5s';

/** Replays runs, one at a time, on one version of the workflow code. */
export class Replayer {
  readonly #results: AsyncIterableIterator<ReplayResult>;
  #next: { workflowId: string; history: History } | undefined;

  private constructor(workflowBundle: WorkflowBundle) {
    const options = { workflowBundle, isolateExecutionTimeout: LIMIT_OF_A_TASK, replayName: 'replay' } as const;
    this.#results = Worker.runReplayHistories(options, this.#offered());
  }

  /**
   * @param workflowsPath the module that exports every workflow, as a worker is given it
   * @throws WrongUsage for code that can't be bundled
   */
  static async on(workflowsPath: string): Promise<Replayer> {
    const logger = new DefaultLogger('ERROR', () => {});
    const bundle = await bundleWorkflowCode({ workflowsPath, logger }).catch((error) => {
      throw new WrongUsage(`the workflow code at ${workflowsPath} can't be bundled: ${messageOf(error)}`);
    });
    return new Replayer(bundle);
  }

  /** @returns null for a run that goes on */
  async replay(run: RecordedRun): Promise<Break | null> {
    if (!hasBegun(run)) return null;
    const error = await this.#errorOf(run, run.history.events);
    if (!error) return null;
    const { text, eventId } = causeOf(error);
    const named = run.history.events.find((event) => idOf(event) === eventId);
    const event = named ?? (await this.#breakingEvent(run));
    return { eventId: idOf(event), eventType: typeOf(event), cause: text };
  }

  async stop(): Promise<void> {
    await this.#results.return?.();
  }

  /**
   * Core names the event in few of its complaints. But a history may be cut after any event and replayed, as a run that
   * is still under way is; so the event is the last of the shortest beginning that breaks.
   */
  async #breakingEvent(run: RecordedRun): Promise<RecordedEvent> {
    const { events } = run.history;
    let goesOn = firstTaskOf(events); // events; too few to replay
    let breaks = events.length;
    while (breaks - goesOn > 1) {
      const middle = Math.floor((goesOn + breaks) / 2);
      if (await this.#errorOf(run, events.slice(0, middle))) breaks = middle;
      else goesOn = middle;
    }
    return events[breaks - 1] as RecordedEvent;
  }

  async #errorOf({ workflowId }: RecordedRun, events: RecordedEvent[]): Promise<Error | undefined> {
    if (!this.#next) silenceRuntime(); // only now: a runtime without a worker keeps the process from ending
    this.#next = { workflowId, history: { events } as History };
    const { value, done } = await this.#results.next();
    if (done) throw new Error('the replay ended before its histories did');
    return value.error;
  }

  /** The worker asks for a history when its last result is taken, so this is always the one to be replayed. */
  *#offered() {
    while (this.#next) yield this.#next;
  }
}

/** The SDK would tell of each broken replay itself, with stacks. One runtime a process: another's is kept. */
function silenceRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      shutdownSignals: [],
      telemetryOptions: { logging: { forward: { level: 'ERROR' }, filter: { core: 'ERROR', other: 'ERROR' } } },
    });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
