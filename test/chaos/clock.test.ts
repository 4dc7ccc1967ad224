import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettableClock } from '../../chaos/system/clock.ts';
import { until } from '../support/until.ts';

const TELLS_THE_TIME = 'setInterval(() => process.send({ wall: Date.now(), measured: performance.now() }), 20)';

const dir = mkdtempSync(join(tmpdir(), 'durable-orders-clock-'));
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill();
  rmSync(dir, { recursive: true, force: true });
});

test("a process's wall clock is set while it runs; what only measures stays right", async () => {
  const clock = new SettableClock(dir, 'one');
  child = spawn(process.execPath, [...clock.nodeOptions, '-e', TELLS_THE_TIME], {
    env: { ...process.env, ...clock.environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let told = { wall: 0, measured: 0 };
  child.on('message', (message) => {
    told = message as typeof told;
  });
  const untilOffBy = (seconds: number) => until(() => Math.abs(told.wall - Date.now() - seconds * 1000) < 1500);
  await untilOffBy(0);
  clock.set(-3600);
  await untilOffBy(-3600);
  clock.set(0);
  await untilOffBy(0);
  expect(told.measured).toBeLessThan(20_000);
});
