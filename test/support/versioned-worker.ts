import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RunningSystem } from './running-system.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '../..');

/** One more worker of a running system, of a version of its own. */
export class VersionedWorker {
  readonly #process: ChildProcess;
  output = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    for (const stream of [process.stdout, process.stderr])
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
  }

  static async start(
    system: RunningSystem,
    buildId: string,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<VersionedWorker> {
    const at = (port: keyof RunningSystem['ports']) => `127.0.0.1:${system.ports[port]}`;
    const env = {
      ...process.env,
      DATABASE_URL: `postgres://postgres@${at('POSTGRES_PORT')}/durable_orders`,
      TEMPORAL_ADDRESS: at('TEMPORAL_PORT'),
      INVENTORY_URL: `http://${at('INVENTORY_PORT')}`,
      PAYMENT_URL: `http://${at('PAYMENT_PORT')}`,
      NOTIFICATION_URL: `http://${at('NOTIFICATION_PORT')}`,
      METRICS_PORT: '0',
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
      ...settings,
      WORKER_BUILD_ID: buildId,
    };
    const child = spawn(process.execPath, ['worker.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const worker = new VersionedWorker(child);
    await worker.untilItSays('worker ready', 30_000);
    return worker;
  }

  async untilItSays(words: string, within = 15_000): Promise<void> {
    await until(
      () => {
        if (this.#process.exitCode !== null) throw new Error(`the worker ended:\n${this.output}`);
        return this.output.includes(words);
      },
      { within },
    );
  }

  /** SIGTERM, as every supervisor does. @returns exit code */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
    return this.#process.exitCode;
  }
}
