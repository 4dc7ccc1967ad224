import { type Client, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { BULK_RESOLVE, bulkWorkflowIdOf, TASK_QUEUE } from '../domain/names.ts';
import { claimBulks, releaseBulk, type StoredBulk } from '../store/bulks.ts';
import type { Sql } from '../store/connect.ts';
import { type Log, messageOf } from '../telemetry/log.ts';
import { promptly } from '../temporal/promptly.ts';
import type { BulkInput } from '../workflows/bulk-resolve.ts';
import { Rounds } from './rounds.ts';

const START_WITHIN_MS = 5000;

export type StartBulk = (bulk: StoredBulk) => Promise<void>;

/** Started twice is started once: what it has done is in the database, and so is what is left. */
export const bulkStarter =
  (client: Client): StartBulk =>
  async (bulk) => {
    const begin = () =>
      client.workflow.start(BULK_RESOLVE, {
        taskQueue: TASK_QUEUE,
        workflowId: bulkWorkflowIdOf(bulk.bulk_id),
        args: [{ bulkId: bulk.bulk_id } satisfies BulkInput],
        staticSummary: summaryOf(bulk),
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      });
    await promptly(client, begin, START_WITHIN_MS);
  };

const summaryOf = ({ action, total, filter, rate }: StoredBulk): string =>
  `${action} ${total} orders (${Object.values(filter).join(', ')}), ${rate} a second`;

interface Options {
  sql: Sql;
  start: StartBulk;
  log: Log;
  everyMs?: number;
}

/** After which a run that is lost is started again. */
const LEASE_SECONDS = 60;
const AGAIN_SECONDS = 5;

/** Sees to it that every unfinished bulk operation has a run; the only way from one to the other. */
export class BulkRelay {
  readonly #options: Options;
  readonly #rounds: Rounds;

  constructor(options: Options) {
    this.#options = options;
    this.#rounds = new Rounds(() => this.look(), options.everyMs ?? 1000);
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async look(): Promise<void> {
    const { sql, start, log } = this.#options;
    const due = await claimBulks(sql, LEASE_SECONDS).catch(() => []); // the relay says so already
    for (const bulk of due) {
      if (this.#rounds.isStopping) {
        await releaseBulk(sql, bulk.bulk_id, 0).catch(() => {}); // the lease ends by itself
        continue;
      }
      try {
        await start(bulk);
      } catch (error) {
        const { bulk_id } = bulk;
        log.warn({ bulk_id, error: messageOf(error) }, 'a bulk operation could not be started; it is tried again');
        await releaseBulk(sql, bulk_id, AGAIN_SECONDS).catch(() => {}); // the lease ends by itself
      }
    }
  }
}
