import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

const WATCH = new URL('../../src/temporal/loop-watch.ts', import.meta.url).href;

/** A process of its own that watches its loop for two seconds of silence, and then does this. */
async function watched(what: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const script = `const { watchLoop } = await import('${WATCH}'); watchLoop(2); ${what}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, signal, output };
}

test('a process whose event loop does not turn any more says so, and is killed', async () => {
  const { signal, output } = await watched('for (;;);');
  expect(signal).toBe('SIGKILL');
  expect(JSON.parse(output)).toMatchObject({ level: 'fatal', event: 'the worker failed' });
});

test('a process that is busy, but comes back in time, goes on; and is not kept alive by its watch', async () => {
  const busy = 'const end = Date.now() + 1500; while (Date.now() < end);';
  const twice = `${busy} setTimeout(() => { ${busy} setTimeout(() => console.log('done'), 1200); }, 1200);`;
  expect(await watched(twice)).toEqual({ code: 0, signal: null, output: 'done\n' });
});
