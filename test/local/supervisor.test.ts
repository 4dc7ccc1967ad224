import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Plan } from '../../local/part.ts';
import { Supervisor } from '../../local/supervisor.ts';
import { until } from '../support/until.ts';
import { isAlive, stage } from './stand-ins.ts';

const BACK_OFF = { firstMs: 20, longestMs: 80, healthyMs: 60_000 };

let set: ReturnType<typeof stage>;
let supervisor: Supervisor;

beforeEach(() => {
  set = stage();
});

afterEach(async () => {
  supervisor.kill();
  await supervisor.stop();
  set.clear();
});

function supervise(plan: Plan): Supervisor {
  supervisor = new Supervisor(plan, set.reporter, BACK_OFF);
  return supervisor;
}

test('a part is started only when what it needs is ready', async () => {
  const gate = Promise.withResolvers<void>();
  const slow = set.standIn('database', { ready: () => gate.promise });
  const starting = supervise([[slow], [set.standIn('API', { needs: ['database'] })]]).start();
  await until(() => set.events().includes('database up'));
  expect(Object.keys(set.pids)).toEqual(['database']);
  gate.resolve();
  await starting;
  expect(set.events()).toEqual(['database up', 'API up']);
  expect(set.reports).toEqual(['database ready', 'API ready']);
});

test('a need that is not in the plan is taken to be there', async () => {
  await supervise([[set.standIn('API', { needs: ['database'] })]]).start();
  expect(set.reports).toEqual(['API ready']);
});

test('rows stop from the last to the first', async () => {
  await supervise([[set.standIn('database')], [set.standIn('worker')], [set.standIn('API')]]).start();
  await supervisor.stop();
  const stops = set.events().filter((event) => !event.endsWith('up'));
  expect(stops).toEqual(['API', 'worker', 'database'].flatMap((name) => [`${name} told to stop`, `${name} stopped`]));
});

test('a part that dies is started again, after pauses that grow to a limit', async () => {
  await supervise([[set.standIn('API', {}, 'dies')]]).start();
  await until(() => set.reports.filter((report) => report.includes('died')).length >= 4);
  const pauses = set.reports.filter((report) => report.includes('died')).slice(0, 4);
  expect(pauses).toEqual([20, 40, 80, 80].map((ms) => `API died: exit code 1, again in ${ms} ms`));
  expect(set.reports).toContain('API back');
});

test('a part ended by somebody else comes back as another process', async () => {
  await supervise([[set.standIn('worker')]]).start();
  const { worker: first = 0 } = set.pids;
  process.kill(first, 'SIGKILL');
  await until(() => set.reports.includes('worker back'));
  expect(set.pids.worker).not.toBe(first);
  expect(set.reports[1]).toBe('worker died: ended by SIGKILL, again in 20 ms');
});

test('a part that does not stop in time is ended, and what it started with it', async () => {
  await supervise([[set.standIn('worker', { stop: { signal: 'SIGTERM', graceMs: 1000 } }, 'stubborn')]]).start();
  await supervisor.stop();
  expect(set.events()).toEqual(['worker up', 'worker told to stop']);
  expect(isAlive(set.pids.worker)).toBe(false);
});

test('everything can be ended at once', async () => {
  await supervise([[set.standIn('database')], [set.standIn('worker', {}, 'stubborn')]]).start();
  supervisor.kill();
  await until(() => !Object.values(set.pids).some(isAlive));
  expect(set.events()).toEqual(expect.not.arrayContaining(['database told to stop']));
});

test('a first start that fails is told with the end of its log', async () => {
  const starting = supervise([[set.standIn('database')], [set.standIn('API', {}, 'breaks')]]).start();
  await expect(starting).rejects.toThrow(
    /^API did not come up: exit code 3\nThe end of .*API.log:\n {2}the cause of it all$/,
  );
});

test('a stop during the start leaves nothing that was still to be started', async () => {
  const never = { ready: () => new Promise<void>(() => {}) };
  const starting = supervise([[set.standIn('database', never)], [set.standIn('API', { needs: ['database'] })]]).start();
  starting.catch(() => {});
  await until(() => set.events().includes('database up'));
  await supervisor.stop();
  await expect(starting).rejects.toThrow();
  expect(Object.keys(set.pids)).toEqual(['database']);
  expect(isAlive(set.pids.database)).toBe(false);
});
