import { globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';
import { type Change, OtherCode, payFirst, withDefect, withExtraStep, withPatchedStep } from '../support/other-code.ts';
import { replayed } from './replayed.ts';

const HISTORIES = join(ROOT, 'test/workflows/histories');
const COUNT = globSync('*.json', { cwd: HISTORIES }).length;
const CONFIRMED = join(HISTORIES, '0.1.0-confirmed.json');

async function on(change: Change, ...argv: string[]) {
  using code = new OtherCode(change);
  return await replayed('--workflows', code.path, ...argv);
}

test('the saved histories all go on under the present code', async () => {
  expect(await replayed(HISTORIES)).toMatchObject({ code: 0, out: expect.stringContaining('all go on') });
});

test('a payment before the stock breaks orders, and is told with order, event and cause', async () => {
  const { code, out } = await on(payFirst, HISTORIES);
  expect(code).toBe(1);
  expect(out).toContain(`of ${COUNT} runs would break`);
  expect(out).toMatch(/breaks {2}order [\da-f-]{36} \(.*0\.1\.0-confirmed\.json\)\n +at event 5 MarkerRecorded: /);
  expect(out).toContain("'deductStock' does not match activity type of local activity command 'takePayment'");
});

test('many that break alike are some examples and a number, so that another cause among them is seen', async () => {
  const { out } = await on(payFirst, HISTORIES);
  expect(out.match(/^breaks {2}order/gm)?.length).toBeLessThan(10);
  expect(out).toMatch(/^and \d+ more at event 5 MarkerRecorded: .*'takePayment' \(--json names them all\)$/m);
  expect(out).toContain("command 'voidPayment'");
});

test('an extra step breaks the orders that were beyond it, at the event where they differ, and no others', async () => {
  const { code, out } = await on(withExtraStep, '--json', HISTORIES);
  expect(code).toBe(1);
  const { replayed, breaking } = JSON.parse(out);
  expect(replayed).toBe(COUNT);
  expect(breaking.length).toBeGreaterThan(COUNT / 2);
  expect(breaking.filter(({ file }: { file: string }) => file.endsWith('sold-out.json'))).toEqual([]);
  expect(breaking.find(({ file }: { file: string }) => file === CONFIRMED)).toEqual({
    order_id: '5a7e9157-ba21-4c3d-ac54-196c58af5f34',
    workflow_id: 'order-5a7e9157-ba21-4c3d-ac54-196c58af5f34',
    file: CONFIRMED,
    event_id: 7,
    event_type: 'MarkerRecorded',
    cause: expect.stringContaining('LocalActivity'),
  });
});

test('the same step behind patched() breaks none', async () => {
  expect(await on(withPatchedStep, HISTORIES)).toMatchObject({ code: 0 });
});

test('code that throws is told with the event that it threw at', async () => {
  const { code, out } = await on(withDefect, CONFIRMED);
  expect(code).toBe(1);
  expect(out).toMatch(/at event 6 MarkerRecorded: no such thing/);
});

test('code that can not be bundled is wrong usage, and so is code that is not there', async () => {
  expect(await on(() => 'import ;', CONFIRMED)).toMatchObject({ code: 2, err: expect.stringContaining('bundled') });
  expect(await replayed('--workflows', 'nowhere', CONFIRMED)).toMatchObject({ code: 2 });
});
