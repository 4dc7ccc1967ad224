import type { WorkerDeploymentVersion } from '@temporalio/common';
import { type Log, messageOf } from '../telemetry/log.ts';
import type { AskRouting, Routing } from '../temporal/routing.ts';
import { LastSaid } from './last-said.ts';
import { Rounds } from './rounds.ts';

/** How this worker starts orders: their first task comes back with the answer, Temporal deals them out, or not at all. */
export type Way = 'eager' | 'queued' | 'closed';

/**
 * An eager start runs here, and stays here, whichever version is current: so an older version would take new orders for
 * ever. And with no current version an order whose first task is lost is nobody's. While Temporal deals new runs out by
 * percentage, only the current version starts them, and none eagerly.
 */
export function wayFor(version: WorkerDeploymentVersion, { current, ramping, percentage }: Routing): Way {
  if (percentage >= 100) return isSame(ramping, version) ? 'eager' : 'closed';
  if (!isSame(current, version)) return 'closed';
  return percentage > 0 ? 'queued' : 'eager';
}

const isSame = (one: WorkerDeploymentVersion | null, other: WorkerDeploymentVersion): boolean =>
  one?.buildId === other.buildId && one.deploymentName === other.deploymentName;

interface Options {
  version: WorkerDeploymentVersion;
  askRouting: AskRouting;
  log: Log;
  everyMs?: number;
}

/** Lets a versioned worker's relay claim orders while its version is the one that takes new ones. */
export class VersionGate {
  readonly #options: Options;
  readonly #rounds: Rounds;
  #way: Way = 'closed';
  readonly #said = new LastSaid();

  constructor(options: Options) {
    this.#options = options;
    this.#rounds = new Rounds(() => this.look(), options.everyMs ?? 2000);
  }

  /** As last heard: while Temporal is away nothing can be started anyway. */
  get way(): Way {
    return this.#way;
  }

  async start(): Promise<void> {
    await this.look();
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async look(): Promise<void> {
    try {
      const routing = await this.#options.askRouting();
      this.#way = wayFor(this.#options.version, routing);
      this.#tell(routing);
    } catch (error) {
      this.#said.once('unknown', () =>
        this.#options.log.warn({ error: messageOf(error) }, 'the current version could not be asked for; asked again'),
      );
    }
  }

  #tell({ current, ramping, percentage }: Routing): void {
    const { version, log } = this.#options;
    const { deploymentName, buildId } = version;
    const taker = percentage >= 100 ? ramping : current;
    const detail = `to let this version take new orders: temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;
    this.#said.once(`${this.#way} ${taker?.buildId}`, () => {
      if (this.#way === 'eager') log.info({ build: buildId }, 'this version takes new orders');
      else if (this.#way === 'queued') log.info({ build: buildId }, 'this version shares new orders with another');
      else if (taker)
        log.info({ build: taker.buildId, detail }, 'another version takes new orders; this one finishes its own');
      else log.warn({ build: buildId, detail }, 'no version is current: new orders wait in PostgreSQL');
    });
  }
}
