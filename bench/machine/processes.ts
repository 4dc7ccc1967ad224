import type { Part } from '../../local/part.ts';
import { DATABASES, type DatabaseUse } from './database.ts';
import type { Ground } from './ground.ts';
import type { Launched } from './launched.ts';
import { sessionsCpuMs, type Usage } from './usage.ts';

export const ROLES = ['accepting', 'carrying', 'temporal', 'services', 'broker'] as const;
export type Role = (typeof ROLES)[number];

/** The processes of one measurement, by the role they play in it. */
export class Processes {
  readonly #ground: Ground;
  readonly #all: { role: Role; process: Launched }[] = [];

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  async start(role: Role, part: Part): Promise<Launched> {
    const process = await this.#ground.launch(part);
    this.#all.push({ role, process });
    return process;
  }

  /** Processor time and memory so far, by role, with that of the shared PostgreSQL. */
  usage(): Record<Role | 'postgres', Usage> {
    const byRole = ROLES.map((role) => [role, added(this.#of(role).map((process) => process.usage()))]);
    return { ...Object.fromEntries(byRole), postgres: this.#ground.postgres.usage() };
  }

  /** Processor time that PostgreSQL's sessions have used so far, in milliseconds, by what their database is for. */
  sessionsCpuMs(): Record<DatabaseUse, number> {
    const byName = sessionsCpuMs(this.#ground.postgres.pid);
    const uses = Object.entries(DATABASES) as [DatabaseUse, string][];
    return Object.fromEntries(uses.map(([use, name]) => [use, byName[name] ?? 0])) as Record<DatabaseUse, number>;
  }

  /** At once, without a chance to say goodbye. They stay among the processes, for what is stopped in the end. */
  kill(role: Role): void {
    for (const process of this.#of(role)) process.kill();
  }

  /** From the last to the first. */
  async stop(): Promise<void> {
    for (const { process } of this.#all.splice(0).reverse()) await this.#ground.stop(process);
  }

  #of(role: Role): Launched[] {
    return this.#all.filter((each) => each.role === role).map(({ process }) => process);
  }
}

const added = (usages: Usage[]): Usage => ({
  cpuMs: usages.reduce((total, { cpuMs }) => total + cpuMs, 0),
  memoryBytes: usages.reduce((total, { memoryBytes }) => total + memoryBytes, 0),
});
