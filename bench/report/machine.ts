import { cpus, release, totalmem, type } from 'node:os';

/** What was measured on, in a line. */
export function machineText(): string {
  const all = cpus();
  return `${all.length} cores (${all[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}
