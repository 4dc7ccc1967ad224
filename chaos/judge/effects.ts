import type { Entry, ShownOrder, Stock } from './evidence.ts';
import { unless, type Violation } from './violation.ts';

/** By whichever key: another payment that was given back is one too many as well. */
export function paidOnce({ order_id }: ShownOrder, entries: Entry[]): Violation[] {
  const count = entries.filter(({ kind }) => kind === 'pay').length;
  return unless(count <= 1, 'paid more than once', order_id, `${count} payments were captured`);
}

/** What is kept is the amount of a confirmed order, and nothing otherwise. */
export function moneyAddsUp({ order_id, status, amount }: ShownOrder, entries: Entry[]): Violation[] {
  const kept = sum(entries.filter(({ kind }) => kind === 'pay')) - sum(entries.filter(({ kind }) => kind === 'refund'));
  const due = status === 'confirmed' ? amount : 0;
  return unless(kept === due, 'money does not add up', order_id, `it is ${status}, ${kept} is kept, and ${due} is due`);
}

/** What is deducted for an order is what a confirmed one has, and nothing otherwise, nor of what it has not asked for. */
export function stockIsInPlace({ order_id, status, items }: ShownOrder, entries: Entry[]): Violation[] {
  const products = new Set([...items, ...entries].flatMap(({ product_id }) => product_id ?? []));
  return [...products].flatMap((product_id) => {
    const kept = deductedIn(entries.filter((entry) => entry.product_id === product_id));
    const due = status === 'confirmed' ? sum(items.filter((item) => item.product_id === product_id)) : 0;
    const detail = `it is ${status}, ${kept} × ${product_id} are deducted, and ${due} should be`;
    return unless(kept === due, 'stock is not where it belongs', order_id, detail);
  });
}

/** Of a product: nothing appears, nothing vanishes, nothing is negative. */
export function stockAddsUp({ product_id, initial, on_hand, deducted }: Stock, entries: Entry[]): Violation[] {
  const entered = deductedIn(entries);
  const addsUp = on_hand >= 0 && deducted >= 0 && on_hand + deducted === initial && entered === deducted;
  const detail = `${product_id}: of ${initial}, ${on_hand} are on hand and ${deducted} deducted; by the ledger ${entered}`;
  return unless(addsUp, 'stock does not add up', null, detail);
}

/** A confirmed order's customer is told once at most, another one's never. */
export function noticeIsTrue({ order_id, status }: ShownOrder, entries: Entry[]): Violation[] {
  const told = entries.filter(({ kind }) => kind === 'send').length;
  const isTrue = told === 0 || (told === 1 && status === 'confirmed');
  return unless(isTrue, 'customer was told what is not so', order_id, `it is ${status}, and was told of ${told} times`);
}

function deductedIn(entries: Entry[]): number {
  return sum(entries.filter(({ kind }) => kind === 'deduct')) - sum(entries.filter(({ kind }) => kind === 'restore'));
}

/** Of amounts or of quantities; an entry has one of them. */
const sum = (entries: Pick<Entry, 'amount' | 'quantity'>[]): number =>
  entries.reduce((total, { amount = 0, quantity = 0 }) => total + amount + quantity, 0);
