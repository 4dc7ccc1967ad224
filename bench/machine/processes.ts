import type { Part } from '../../local/part.ts';
import { DATABASES, type DatabaseUse } from './database.ts';
import type { Ground } from './ground.ts';
import type { Launched } from './launched.ts';
import { added, sessionsCpuMs, type Usage } from './usage.ts';

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

  /** Processor time, waits for a core and memory so far, by role, with that of the shared PostgreSQL. */
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

  pidsOf(role: Role): number[] {
    return this.#of(role).map(({ pid }) => pid);
  }

  /** At once, without a chance to say goodbye. They stay among the processes, for what is stopped in the end. */
  kill(role: Role): void {
    for (const process of this.#of(role)) process.kill();
  }

  /** All of them, or those of a role; from the last to the first. */
  async stop(role?: Role): Promise<void> {
    const stopped = this.#all.filter((each) => role === undefined || each.role === role);
    for (const each of stopped.reverse()) {
      this.#all.splice(this.#all.indexOf(each), 1);
      await this.#ground.stop(each.process);
    }
  }

  #of(role: Role): Launched[] {
    return this.#all.filter((each) => each.role === role).map(({ process }) => process);
  }
}
