import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmallDisk, whyNot } from '../../chaos/system/disk.ts';

const dir = mkdtempSync(join(tmpdir(), 'durable-orders-disk-'));
const disk = SmallDisk.mount(dir);
afterAll(() => {
  disk?.unmount();
  rmdirSync(dir);
});

(disk ? test : test.skip)('a full disk takes nothing more, and what is on it stays; freed, it takes more', () => {
  const megabyte = Buffer.alloc(1024 * 1024);
  writeFileSync(join(dir, 'before'), megabyte);
  disk?.fill();
  expect(() => writeFileSync(join(dir, 'meanwhile'), megabyte)).toThrow('ENOSPC');
  disk?.free();
  writeFileSync(join(dir, 'afterwards'), megabyte);
});

test('where there is no such disk, it is said what is left out', () => {
  expect(whyNot('disk full', undefined)).toMatch(/^disk full: needs root/);
  expect(whyNot('kill', undefined)).toBeUndefined();
});
