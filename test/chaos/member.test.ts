import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Member } from '../../chaos/system/member.ts';

const dir = mkdtempSync(join(tmpdir(), 'durable-orders-member-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A process that runs this script; 'ready' is to be said by it. */
const member = (script: string, graceMs = 2000, patienceMs?: number) =>
  new Member(
    'worker-1',
    {
      ...{ name: 'worker-1', needs: [], ready: 'says so', stop: { signal: 'SIGTERM', graceMs } },
      log: join(dir, `${Math.random()}.log`),
      command: async () => ({ file: process.execPath, args: ['--eval', script] }),
    },
    () => {},
    patienceMs,
  );

const onTerm = (doing: string) => `process.on('SIGTERM', () => { ${doing} });`;

async function until(isSo: () => boolean): Promise<void> {
  for (const limit = Date.now() + 10_000; !isSo(); await pause(20))
    if (Date.now() > limit) throw new Error('it does not become so');
}

test('an end by itself is written down with its last words, and the process is started again', async () => {
  const one = member(`process.send('ready'); setTimeout(() => { console.log('out of order'); process.exit(3); }, 100)`);
  await one.start({ isFirst: true });
  await until(() => one.pids.size > 1);
  await one.kill();
  expect(one.ownEnds[0]).toMatchObject({ process: 'worker-1', why: 'exit code 3', when: 'up' });
  expect(one.ownEnds[0]?.lastWords).toContain('out of order');
});

test('what the harness ends has not ended by itself', async () => {
  const one = member(`${onTerm('process.exit(0)')} process.send('ready'); setInterval(() => {}, 1000)`);
  await one.start({ isFirst: true });
  await one.kill();
  await one.start();
  await one.stop();
  await pause(50); // an end is written down after the process is gone
  expect(one.ownEnds).toEqual([]);
});

test('a process that ends while it starts again is written down as one that did not come up', async () => {
  const one = member(`console.log('nothing to connect to'); setTimeout(() => process.exit(1), 50)`);
  const starting = one.start();
  await until(() => one.ownEnds.length > 0);
  await one.kill();
  await starting;
  expect(one.ownEnds[0]).toMatchObject({ why: 'exit code 1', when: 'starting' });
});

test.each([
  ['does not end within its grace', '', 300, 'ended by SIGKILL'],
  ['ends as one that has failed', 'process.exit(1)', 5000, 'exit code 1'],
])('a process that %s when it is asked to end is written down', async (_, doing, graceMs, why) => {
  const one = member(`${onTerm(doing)} process.send('ready'); setInterval(() => {}, 1000)`, graceMs);
  await one.start({ isFirst: true });
  await one.stop();
  expect(one.ownEnds).toMatchObject([{ process: 'worker-1', why, when: 'stopping' }]);
});

test('one that is asked to end before it was ready had nothing to see to an end', async () => {
  const one = member(`console.log('begun'); setInterval(() => {}, 1000)`);
  const starting = one.start();
  await until(() => one.lastWords().includes('begun'));
  await one.stop();
  await starting;
  expect(one.ownEnds).toEqual([]);
});

test('a process that does not come up any more is not waited for for ever', async () => {
  const one = member('process.exit(1)', 2000, 300);
  await expect(one.start()).rejects.toThrow('worker-1 does not come up any more: exit code 1');
});
