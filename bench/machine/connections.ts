import { existsSync, readFileSync } from 'node:fs';

const ESTABLISHED = '01';

/**
 * Connections to a port of this machine that whoever listens there has taken up. Source: proc_net(5), /proc/net/tcp: those that still wait
 * for it have no inode.
 */
export const takenUp = (port: number): number =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((table) => existsSync(table))
    .flatMap((table) => readFileSync(table, 'utf8').trim().split('\n').slice(1))
    .filter((line) => isTakenUp(line, port)).length;

export function isTakenUp(line: string, port: number): boolean {
  const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
  return Number.parseInt(local.split(':')[1] ?? '', 16) === port && state === ESTABLISHED && inode !== '0';
}
