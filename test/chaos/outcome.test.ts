import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { wholeLedger } from '../../chaos/judge/ledgers.ts';
import { BrokenOff, type Told } from '../../chaos/one-run.ts';
import { outcomeOf } from '../../chaos/outcome.ts';
import { regressions } from '../../chaos/regressions.ts';
import { Unanswered } from '../../chaos/unanswered.ts';
import { findings, ID } from './evidence-builder.ts';

const DRAW = { seed: 7, minutes: 30, rate: 12 };
const dir = mkdtempSync(join(tmpdir(), 'durable-orders-outcome-'));
const file = join(dir, 'regressions.json');
const said: string[] = [];
const faults: unknown[] = [];

beforeEach(() => {
  writeFileSync(file, '[]\n');
  said.length = 0;
  faults.length = 0;
  jest.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)));
  jest.spyOn(console, 'error').mockImplementation((text) => void faults.push(text));
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => rmSync(dir, { recursive: true }));

const outcome = (told: Promise<Told>) => outcomeOf(DRAW, told, file);

test('a run that has found nothing is fine, and nothing is kept of it', async () => {
  expect(await outcome(Promise.resolve({ findings: findings(), stories: new Map(), logs: undefined }))).toBe(true);
  expect(said.at(-1)).toBe('seed 7: all is as it should be');
  expect(regressions(file)).toEqual([]);
});

test('one that has found something says what, where the logs and all stories are, and its draw is kept', async () => {
  const violations = [{ rule: 'paid more than once' as const, orderId: ID, detail: '2 payments were captured' }];
  const told = { findings: findings({ violations }), stories: new Map([[ID, ['paid']]]), logs: '/logs' };
  expect(await outcome(Promise.resolve(told))).toBe(false);
  expect(said).toContain(`VIOLATION: paid more than once: ${ID} 2 payments were captured`);
  expect(said).toContain('the stories of 1 orders, in full: /logs/stories.txt');
  expect(said).toContain('seed 7: FAILED; the logs are in /logs');
  expect(regressions(file)).toEqual([{ ...DRAW, reason: 'paid more than once: 2 payments were captured' }]);
});

test('one in which something did not answer although all was healed has failed, and is kept as well', async () => {
  const error = new Unanswered('no API answers /api/orders, although all is healed');
  expect(await outcome(Promise.reject(new BrokenOff(error, '/logs')))).toBe(false);
  expect(said).toEqual([
    'BROKEN OFF: no API answers /api/orders, although all is healed',
    'seed 7: FAILED; the logs are in /logs',
    'kept in chaos/regressions.json',
  ]);
  expect(regressions(file)).toEqual([{ ...DRAW, reason: `broken off: ${error.message}` }]);
  expect(faults).toEqual([]);
});

test('one that breaks off for another reason says where in the code', async () => {
  const error = new TypeError('undefined is not a function');
  expect(await outcome(Promise.reject(new BrokenOff(error, '/logs')))).toBe(false);
  expect(faults).toEqual([error]);
});

test('a system that does not come up is not a finding', async () => {
  await expect(outcome(Promise.reject(new Error('api-1 did not come up')))).rejects.toThrow('api-1 did not come up');
  expect(regressions(file)).toEqual([]);
});

test('a ledger that does not answer is named', async () => {
  const asking = wholeLedger(() => 'http://127.0.0.1:1');
  await expect(asking).rejects.toThrow(Unanswered);
  await expect(asking).rejects.toThrow(/^the ledger of \w+ can't be had, although all is healed: /);
});
