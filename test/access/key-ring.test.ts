import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing } from '../../src/access/key-ring.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { until } from '../support/until.ts';
import { aHolder } from './key-holders.ts';

const dir = mkdtempSync(join(tmpdir(), 'durable-orders-keys-'));
const file = join(dir, 'keys');
afterAll(() => rmSync(dir, { recursive: true }));

const logTo = (told: object[]) =>
  ({
    info: (fields: object) => told.push({ level: 'info', ...fields }),
    error: (fields: object) => told.push({ level: 'error', ...fields }),
  }) as unknown as Log;
const write = (...holders: { line: string }[]) => put(holders.map(({ line }) => `${line}\n`).join(''));
/** At once: while a file is written to, who looks may find it empty. */
function put(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

describe('a ring of keys', () => {
  test('says whose a key is, and nothing of one that it does not know', () => {
    const [shop, other] = [aHolder('shop'), aHolder('other')];
    const ring = new KeyRing({ lines: shop.line });
    expect(ring.callerOf(shop.key)).toEqual({ id: 'shop', role: 'client' });
    for (const key of [other.key, '', shop.line, shop.key.slice(0, -1)]) expect(ring.callerOf(key)).toBeUndefined();
  });

  test('takes no key for another whose hash begins like it', () => {
    const [shop, ann] = [aHolder('shop'), aHolder('ann', 'operator')];
    const alike = shop.line.replace('shop client', 'like operator').replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const ring = new KeyRing({ lines: [alike, ann.line].join('\n') });
    expect(ring.callerOf(shop.key)).toBeUndefined();
    expect(new KeyRing({ lines: [alike, shop.line].join('\n') }).callerOf(shop.key)).toEqual({
      id: 'shop',
      role: 'client',
    });
  });

  test('has the keys of its file and of its lines', () => {
    const [shop, ann] = [aHolder('shop'), aHolder('ann', 'operator')];
    write(shop);
    const ring = new KeyRing({ file, lines: ann.line });
    expect([ring.callerOf(shop.key)?.id, ring.callerOf(ann.key)?.id]).toEqual(['shop', 'ann']);
  });

  test.each([
    ['is not there', () => rmSync(file, { force: true })],
    ['has nothing in it', () => write()],
  ])('does not come about where its file %s', (_, prepare) => {
    prepare();
    expect(() => new KeyRing({ file })).toThrow();
  });
});

describe('while it follows its file', () => {
  const [before, after, ann] = [aHolder('shop'), aHolder('shop'), aHolder('ann', 'operator')];
  let ring: KeyRing;
  let told: object[];
  let end: () => void;
  beforeEach(() => {
    told = []; // what a test before this one may still be looking at is not told here
    write(before);
    ring = new KeyRing({ file, lines: ann.line });
    end = ring.follow(logTo(told), 5);
  });
  afterEach(() => end());
  const knows = (...keys: string[]) => keys.map((key) => ring.callerOf(key) !== undefined);

  test('a key is replaced without a moment in which neither counts', async () => {
    write(before, after);
    await until(() => knows(after.key)[0]);
    expect(knows(before.key)).toEqual([true]);
    write(after);
    await until(() => !knows(before.key)[0]);
    expect(knows(after.key, ann.key)).toEqual([true, true]);
    expect(told).toEqual([
      { level: 'info', path: file, count: 3 },
      { level: 'info', path: file, count: 2 },
    ]);
  });

  test('a file that is put in its place is seen as well as one that is written to', async () => {
    put(after.line);
    await until(() => knows(after.key)[0]);
    writeFileSync(file, before.line);
    await until(() => knows(before.key)[0]);
  });

  test.each([
    ['is gone', () => rmSync(file)],
    ['is empty, as in the middle of being written', () => writeFileSync(file, '')],
    ['does not fit', () => put(`${after.line}\nsecret-of-somebody client\n`)],
  ])('the keys of before stay where it %s, which is logged once', async (_, break_) => {
    break_();
    await until(() => told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 30)); // looks some more times
    expect(knows(before.key, after.key)).toEqual([true, false]);
    expect(told).toEqual([{ level: 'error', path: file, error: expect.any(String) }]);
    expect(JSON.stringify(told)).not.toContain('secret');
    write(before, after);
    await until(() => knows(after.key)[0]);
  });
});
