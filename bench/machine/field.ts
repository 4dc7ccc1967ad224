import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { settingsFrom } from '../../local/config.ts';
import type { Part } from '../../local/part.ts';
import { NICENESS } from '../../local/plan.ts';
import { temporalPart } from '../../local/temporal-part.ts';
import type { Contestant, Need } from '../peers/contestants.ts';
import { DATABASES, Database } from './database.ts';
import { type Environment, freshEnvironment } from './environment.ts';
import type { Ground } from './ground.ts';
import { Processes, type Role } from './processes.ts';
import { programPart } from './program-part.ts';
import { rabbitmqPart } from './rabbitmq.ts';
import { restatePart } from './restate.ts';
import { LATENCIES, SERVICES, type ServiceName, Services } from './services.ts';

export interface Laid {
  latencies: keyof typeof LATENCIES;
  /** False: orders are accepted and left lying, and what would carry them is not there. */
  carrying: boolean;
  /** How many of what carries orders; 1. */
  workers?: number;
  /** For the contestant's processes. */
  settings?: Record<string, string>;
  server?: 'embedded' | 'real';
}

/** One contestant with all it needs, made anew for one measurement: empty databases, fresh processes. */
export class Field implements AsyncDisposable {
  readonly contestant: Contestant;
  readonly environment: Environment;
  readonly processes: Processes;
  readonly services: Services;
  readonly database: Database;
  readonly #ground: Ground;
  readonly #laid: Laid;

  private constructor(ground: Ground, contestant: Contestant, environment: Environment, laid: Laid) {
    this.#ground = ground;
    this.#laid = laid;
    this.contestant = contestant;
    this.environment = environment;
    this.processes = new Processes(ground);
    this.database = new Database(environment.DATABASE_URL);
    this.services = new Services({
      inventory: environment.INVENTORY_URL as string,
      payment: environment.PAYMENT_URL as string,
      notification: environment.NOTIFICATION_URL as string,
    });
  }

  static async lay(ground: Ground, contestant: Contestant, laid: Laid): Promise<Field> {
    const environment = await freshEnvironment(ground.options.dataDir, await ground.emptyDatabase(DATABASES.orders));
    if (contestant.name === 'durable-orders' && laid.carrying)
      environment.WORKFLOW_BUNDLE = await ground.workflowBundle(); // each worker would make one, for seconds
    const field = new Field(ground, contestant, { ...environment, ...laid.settings }, laid);
    try {
      await field.#bringUp();
      return field;
    } catch (error) {
      await field[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where orders are posted. */
  get url(): string {
    return `http://127.0.0.1:${this.environment.PORT}`;
  }

  /** One more of what carries orders. */
  async startCarrying(): Promise<void> {
    for (const program of this.contestant.carrying)
      await this.#startBehind('carrying', programPart(program, this.environment));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.close();
    await this.processes.stop();
    rmSync(this.environment.DATA_DIR, { recursive: true, force: true });
  }

  async #bringUp(): Promise<void> {
    const { latencies, workers = 1 } = this.#laid;
    const { prepare, accepting, name, needsCarryingToAccept = false } = this.contestant;
    const carrying = this.#laid.carrying || needsCarryingToAccept;
    mkdirSync(join(this.environment.DATA_DIR, 'logs'), { recursive: true });
    // Made before the rest: Temporal's real server makes databases of its own.
    const servicesUrl = await this.#ground.emptyDatabase(DATABASES.services);
    // Accepting needs no Temporal where orders are only stored.
    const areNeeded = carrying || name !== 'durable-orders';
    await allOf([
      this.#startServices(servicesUrl, LATENCIES[latencies]),
      areNeeded && this.#startNeeds(),
      prepare && this.#ground.run({ ...programPart(prepare, this.environment), ready: 'exits' }),
    ]);
    if (accepting) await this.processes.start('accepting', programPart(accepting, this.environment));
    if (carrying) for (let worker = 0; worker < workers; worker++) await this.startCarrying();
  }

  async #startNeeds(): Promise<void> {
    for (const need of this.contestant.needs) {
      await this.#startBehind(need === 'temporal' ? 'temporal' : 'broker', await this.#partFor(need));
    }
  }

  async #startServices(DATABASE_URL: string, latencies: Record<string, number>): Promise<void> {
    const start = (name: ServiceName) => {
      const environment = { ...this.environment, DATABASE_URL, LATENCY_MS: `${latencies[name]}` };
      const program = { name: `${name} service`, script: `services/${name}/server.ts` };
      return this.#startBehind('services', programPart(program, environment));
    };
    await allOf(SERVICES.map(start));
    await this.services.fillUp('sku-1');
  }

  /** As `npm start` has it: what accepts orders goes first. So are empty runs, our own limit; the others are as they come. */
  #startBehind(role: Role, part: Part): Promise<unknown> {
    const isOurs = ['durable-orders', 'empty'].includes(this.contestant.name);
    const niceness = role === 'temporal' ? NICENESS.temporal : NICENESS.carrying;
    return this.processes.start(role, isOurs ? { ...part, niceness } : part);
  }

  async #partFor(need: Need): Promise<Part> {
    const { environment } = this;
    switch (need) {
      case 'rabbitmq':
        return rabbitmqPart(environment);
      case 'restate':
        return restatePart(environment);
      case 'temporal':
        if (this.#laid.server === 'real') return this.#ground.realTemporalPart(Number(environment.TEMPORAL_PORT));
        return temporalPart(settingsFrom({ ...environment, TEMPORAL_ADDRESS: '', METRICS_PORT: '' }), process.env);
    }
  }
}

/** As Promise.all, but fails only when nothing is coming up any more that would have to be stopped. */
async function allOf(all: unknown[]): Promise<void> {
  await Promise.allSettled(all);
  await Promise.all(all);
}
