import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep, regressions } from '../../chaos/regressions.ts';

const dir = mkdtempSync(join(tmpdir(), 'durable-orders-regressions-'));
const file = join(dir, 'regressions.json');
beforeEach(() => writeFileSync(file, '[]\n'));
afterAll(() => rmSync(dir, { recursive: true }));

const DRAW = { seed: 7, minutes: 30, rate: 12 };

test('a draw that failed is kept, with what it found', () => {
  expect(keep(DRAW, 'paid more than once', file)).toBe(true);
  expect(regressions(file)).toEqual([{ ...DRAW, reason: 'paid more than once' }]);
});

test('it is kept once, with what people have written about it; another length or rate is another draw', () => {
  keep(DRAW, 'what people have written', file);
  expect(keep(DRAW, 'paid more than once', file)).toBe(false);
  keep({ ...DRAW, rate: 15 }, 'stock does not add up', file);
  expect(regressions(file).map(({ reason }) => reason)).toEqual(['what people have written', 'stock does not add up']);
});

test('what is kept reads as what is there', () => {
  const path = join(import.meta.dirname, '../../chaos/regressions.json');
  const [first, ...others] = regressions();
  writeFileSync(file, `${JSON.stringify(others, null, 2)}\n`);
  if (first) keep(first, first.reason, file);
  expect(regressions(file)).toEqual([...others, first]);
  expect(`${JSON.stringify(regressions(), null, 2)}\n`).toBe(readFileSync(path, 'utf8'));
});
