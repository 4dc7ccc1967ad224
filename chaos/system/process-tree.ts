import { treeOf } from '../../local/process-tree.ts';

export function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const pid of treeOf(root)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
}
