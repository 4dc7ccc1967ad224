import { readdirSync, readFileSync } from 'node:fs';

/**
 * A process and all its descendants, from /proc: Linux only. PostgreSQL's backends lead sessions of their own, so a
 * signal to the group of their parent does not reach them.
 */
export function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name) }));
  const tree = [root];
  for (const pid of tree) tree.push(...parents.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]); // after the name, which may hold anything
  } catch {
    return undefined;
  }
}
