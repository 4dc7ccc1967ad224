import { writeFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { fixtureText } from '../src/replay/fixture.ts';
import { cancelUpdate, retryUpdate } from '../src/workflows/messages.ts';
import { FakeWorld } from '../test/support/fake-world.ts';
import { WorkflowHarness } from '../test/support/workflow-harness.ts';

/**
 * `npm run histories -- <version>`: runs the present workflow code through its typical ways and saves the histories
 * under `test/workflows/histories/`. Done once when a version goes out; from then on the tests replay them, because
 * orders that began on that version may still be under way.
 */
const WAYS: Record<string, (harness: WorkflowHarness) => Promise<WorkflowHandle>> = {
  confirmed: (harness) => harness.place(new FakeWorld(), { items: [item('sku-1'), item('sku-2')] }),
  'sold-out': (harness) => harness.place(new FakeWorld().fail('deductStock', 'out_of_stock')),
  'card-declined': (harness) => harness.place(new FakeWorld().fail('takePayment', 'card_declined')),
  'payment-away-then-back': (harness) =>
    harness.place(new FakeWorld().fail('takePayment', 'service_unreachable', { times: 4 })),
  'notification-given-up': (harness) =>
    harness.place(new FakeWorld().fail('sendNotification', 'service_unreachable'), {}, { stepPatience: '1m' }),
  'held-then-retried': async (harness) => {
    const world = new FakeWorld().fail('takePayment', 'service_unreachable');
    const handle = await harness.place(world, {}, { stepPatience: '1m' });
    await harness.untilHeld(handle);
    world.heal('takePayment');
    await handle.executeUpdate(retryUpdate);
    return handle;
  },
  'held-then-cancelled': async (harness) => {
    const handle = await harness.place(new FakeWorld().fail('takePayment', 'service_contract'));
    await harness.untilHeld(handle);
    await handle.executeUpdate(cancelUpdate);
    return handle;
  },
  'hold-limit': (harness) =>
    harness.place(new FakeWorld().fail('takePayment', 'service_contract'), {}, { holdLimit: '1h' }),
  'held-then-amended': async (harness) => {
    const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
    const handle = await harness.place(world, {}, { stepPatience: '1m' });
    await harness.untilHeld(handle);
    const items = [{ productId: 'sku-1', quantity: 1, earlier: [2] }];
    Object.assign(world.order as object, { items, amount: 2100, earlierAmounts: [4200], amendments: 1 });
    world.heal('takePayment');
    await handle.executeUpdate(retryUpdate);
    return handle;
  },
  'amended-from-the-top': (harness) =>
    harness.place(new FakeWorld(), { earlierAmounts: [4200], amendments: 1, paymentMethod: 'pm_other' }),
  'cancelled-without-a-run': (harness) => harness.place(new FakeWorld(), { isCancelled: true }),
  bulk: (harness) => {
    harness.bulkAnswers.push('ask', 'ask', 'rest', 'ask', 'follow', 'follow');
    return harness.startBulk();
  },
  'undo-held': async (harness) => {
    const world = new FakeWorld().fail('takePayment', 'card_declined').fail('refundPayment', 'service_contract');
    const handle = await harness.place(world);
    await harness.untilHeld(handle);
    world.heal('refundPayment');
    await handle.executeUpdate(retryUpdate);
    return handle;
  },
};

const item = (productId: string) => ({ productId, quantity: 1 });

const version = process.argv[2];
if (!version) {
  console.error('Say which version these histories are of: npm run histories -- 0.1.0');
  process.exit(1);
}
const harness = await WorkflowHarness.start();
for (const [name, way] of Object.entries(WAYS)) {
  const handle = await way(harness);
  await handle.result();
  const file = `${import.meta.dirname}/../test/workflows/histories/${version}-${name}.json`;
  writeFileSync(file, fixtureText(historyToJSON(await handle.fetchHistory())));
  console.log(file);
}
await harness.stop();
