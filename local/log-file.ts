import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes room for the output of a new run; that of the run before is kept beside it. */
export function freshLog(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    renameSync(path, path.replace(/\.log$/, '.previous.log'));
  } catch {
    // There was no run before.
  }
  return path;
}

/** The end of a file, indented; empty when there is nothing in it. */
export function lastLines(path: string, count: number): string {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count);
    return lines
      .map((line) => `  ${line}`.trimEnd())
      .join('\n')
      .trimEnd();
  } catch {
    return '';
  }
}
