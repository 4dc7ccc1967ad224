import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { Activities, BulkProgress } from '../../src/activities/contract.ts';
import { firstPassActivity } from '../../src/activities/first-pass.ts';
import {
  BULK_RESOLVE,
  bulkWorkflowIdOf,
  EDITION,
  PROCESS_ORDER,
  QUERY_PROGRESS,
  workflowIdOf,
} from '../../src/domain/names.ts';
import type { OrderToProcess } from '../../src/domain/order.ts';
import type { Encryption } from '../../src/encryption/encryption.ts';
import { registerSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { TemporalRuns } from '../../src/temporal/temporal-runs.ts';
import { workflowCode } from '../../src/temporal/workflow-code.ts';
import type { bulkResolve } from '../../src/workflows/bulk-resolve.ts';
import type { RunProgress } from '../../src/workflows/messages.ts';
import type { ProcessOrderInput, processOrder } from '../../src/workflows/process-order.ts';
import type { RunSettings } from '../../src/workflows/run-settings.ts';
import type { FakeWorld } from './fake-world.ts';
import { losingWorker } from './losing-worker.ts';
import { temporalCliPath, testServerPath } from './temporal-server.ts';
import { until } from './until.ts';

const SOURCES = join(import.meta.dirname, '../../src');
const QUEUE = 'orders-under-test';

/** The bundle of the present workflow code, built once however many test files ask for it. */
export async function bundlePath(encryption?: Encryption): Promise<string> {
  const failureConverterPath = encryption?.failureConverterPath;
  const hash = createHash('sha256').update(failureConverterPath ?? '');
  for (const file of globSync('{workflows,domain}/*.ts', { cwd: SOURCES }).sort())
    hash.update(readFileSync(join(SOURCES, file)));
  const path = join(tmpdir(), `durable-orders-workflows-preloaded-${hash.digest('hex').slice(0, 16)}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({
    ...workflowCode,
    ...(failureConverterPath && { failureConverterPath }),
    logger: new DefaultLogger('ERROR'),
  });
  const mine = `${path}.${randomUUID()}`;
  writeFileSync(mine, code);
  renameSync(mine, path);
  return path;
}

export type OrderHandle = WorkflowHandle<typeof processOrder>;

/** The real workflow on the time-skipping server, with a fake world per order. */
export class WorkflowHarness {
  readonly environment: TestWorkflowEnvironment;
  readonly runs: TemporalRuns;
  /** What the next seconds of a bulk operation answer; then it is at its end. */
  readonly bulkAnswers: BulkProgress['next'][] = [];
  /** By workflow id. */
  readonly #worlds = new Map<string, FakeWorld>();
  /** The worker's; the client has what the harness was started with. */
  #encryption: Encryption | undefined;
  #worker: { worker: Worker; running: Promise<void> } | undefined;

  private constructor(environment: TestWorkflowEnvironment, encryption: Encryption | undefined) {
    this.environment = environment;
    this.runs = new TemporalRuns(environment.client);
    this.#encryption = encryption;
  }

  /** The development server where a test is about workers: the time-skipping one does not live through their going. */
  static async start(
    server: 'time-skipping' | 'development' = 'time-skipping',
    encryption?: Encryption,
  ): Promise<WorkflowHarness> {
    const client = { ...(encryption && { dataConverter: encryption }) };
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    });
    const environment =
      server === 'time-skipping'
        ? await TestWorkflowEnvironment.createTimeSkipping({
            client,
            server: { executable: { type: 'existing-path', path: await testServerPath() } },
          })
        : await TestWorkflowEnvironment.createLocal({
            client,
            server: { executable: { type: 'existing-path', path: await temporalCliPath() } },
          });
    await registerSearchAttributes(environment.nativeConnection, 'default');
    const harness = new WorkflowHarness(environment, encryption);
    await harness.startWorker();
    return harness;
  }

  async startWorker(encryption = this.#encryption): Promise<void> {
    const losing = losingWorker((workflowId) => this.#worlds.get(workflowId)?.takeLoss() ?? false);
    const dispatching = this.#dispatching();
    const worker = await losing.create({
      connection: this.environment.nativeConnection,
      taskQueue: QUEUE,
      workflowBundle: { codePath: await bundlePath(encryption) },
      ...(encryption && { dataConverter: encryption }),
      activities: { ...dispatching, ...firstPassActivity(dispatching), resolveSome: () => this.#resolveSome() },
      stickyQueueScheduleToStartTimeout: '1s',
    });
    this.#worker = { worker, running: worker.run() };
  }

  async stopWorker(): Promise<void> {
    this.#worker?.worker.shutdown();
    await this.#worker?.running;
    this.#worker = undefined;
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    await this.environment.teardown();
  }

  /** Places an order; the test states what differs from an ordinary one. */
  async place(
    world: FakeWorld,
    order: Partial<OrderToProcess> = {},
    settings: Partial<RunSettings> = {},
    edition?: number,
  ): Promise<OrderHandle> {
    const input = inputOf({ id: randomUUID(), ...order }, settings, edition);
    this.#worlds.set(workflowIdOf(input.order.id), world);
    world.order = input.order;
    return await this.environment.client.workflow.start<typeof processOrder>(PROCESS_ORDER, {
      taskQueue: QUEUE,
      workflowId: workflowIdOf(input.order.id),
      args: [input],
    });
  }

  startBulk(): Promise<WorkflowHandle<typeof bulkResolve>> {
    const bulkId = randomUUID();
    return this.environment.client.workflow.start<typeof bulkResolve>(BULK_RESOLVE, {
      taskQueue: QUEUE,
      workflowId: bulkWorkflowIdOf(bulkId),
      args: [{ bulkId }],
    });
  }

  /** Waits, skipping time, until the run says what is expected of it. */
  async until(handle: OrderHandle, expected: (progress: RunProgress) => boolean): Promise<RunProgress> {
    const look = async () => {
      await this.environment.sleep('5s');
      const progress = await handle.query<RunProgress>(QUERY_PROGRESS);
      return expected(progress) && progress;
    };
    return await until(look, { within: 30_000, every: 0 }); // the server's time has passed meanwhile
  }

  untilHeld(handle: OrderHandle): Promise<RunProgress> {
    return this.until(handle, ({ status }) => status === 'held');
  }

  async #resolveSome(): Promise<BulkProgress> {
    const counts = { waiting: 0, asked: 0, done: 0, held_again: 0, skipped: 0 };
    return { next: this.bulkAnswers.shift() ?? 'end', counts };
  }

  #dispatching(): Activities {
    const names: (keyof Activities)[] = [
      'deductStock',
      'restoreStock',
      'takePayment',
      'refundPayment',
      'voidPayment',
      'sendNotification',
      'recordStatus',
      'readOrder',
    ];
    const entries = names.map((name) => [
      name,
      (call: { orderId: string }) => {
        const world = this.#worlds.get(workflowIdOf(call.orderId));
        if (!world) throw new Error(`no world for order ${call.orderId}`);
        return (world.activities[name] as (call: unknown) => Promise<unknown>)(call);
      },
    ]);
    return Object.fromEntries(entries) as Activities;
  }
}

export const inputOf = (
  order: Partial<OrderToProcess> & { id: string },
  settings: Partial<RunSettings> = {},
  edition = EDITION,
): ProcessOrderInput => ({
  order: {
    items: [{ productId: 'sku-1', quantity: 2 }],
    amount: 4200,
    currency: 'EUR',
    paymentMethod: 'pm_card',
    locale: 'en',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...order,
  },
  settings: { stepPatience: '10m', holdLimit: '7d', ...settings },
  edition,
});
