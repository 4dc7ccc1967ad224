import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * PostgreSQL refuses to start as long as the process named in postmaster.pid exists, whatever that process is. After a
 * restart of a container, where ids begin anew, it is often one of ours. Removed only if it is not a server of this
 * cluster.
 */
export function clearStaleLock(cluster: string): void {
  const lock = join(cluster, 'postmaster.pid');
  try {
    const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    const command = commandOf(pid);
    if (command !== undefined && !command.includes(cluster)) rmSync(lock);
  } catch {
    // No lock: the last server was stopped well.
  }
}

/** Undefined where it cannot be found out, '' where there is no such process. */
function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined; // PostgreSQL finds out by itself that nobody is there
  }
}
