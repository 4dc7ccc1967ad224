import { passagesOf, wayMs } from '../../chaos/judge/passage.ts';
import { evidence, order, posted } from './evidence-builder.ts';

const STORED_AT = Date.parse(order().accepted_at);

test('an order is on its way from its 201', () => {
  const [passage] = passagesOf(evidence({ posted: [posted({ acceptedAt: STORED_AT + 7 })] }));
  expect(passage).toMatchObject({ acceptedAt: STORED_AT + 7, isWaitedFor: false });
  expect(passage && wayMs(passage)).toBe(993);
});

test('one whose caller waits for the outcome is so from when it was stored: its 201 comes when all is over', () => {
  const [passage] = passagesOf(evidence({ posted: [posted({ acceptedAt: STORED_AT + 1050, waitSeconds: 5 })] }));
  expect(passage).toMatchObject({ acceptedAt: STORED_AT, isWaitedFor: true });
  expect(passage && wayMs(passage)).toBe(1000);
});

test('what was never answered, or has not settled, has none', () => {
  expect(passagesOf(evidence({ posted: [posted({ orderId: undefined, acceptedAt: undefined })] }))).toEqual([]);
  expect(passagesOf(evidence({ orders: [order({ settled_at: null })] }))).toEqual([]);
});
