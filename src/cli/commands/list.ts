import { Option } from 'commander';
import { ORDER_STATUSES, type OrderStatus, type Step } from '../../domain/lifecycle.ts';
import type { Order } from '../api/documents.ts';
import { allOption, cursorOption, failureCodeOption, limitOption, stepOption, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Column } from '../screen/columns.ts';
import { statusColour } from '../screen/marks.ts';
import { money } from '../screen/money.ts';
import { tableLines } from '../screen/table.ts';
import { age } from '../screen/times.ts';
import type { Session } from '../session.ts';
import { type ListingOptions, listing, noteMore } from './listing.ts';

interface Options extends ListingOptions {
  status?: OrderStatus;
  failureCode?: string;
  step?: Step;
}

export const addList: AddTo = (program, perform) => {
  const command = program
    .command('list')
    .description('orders, newest first')
    .addOption(new Option('--status <status>', 'only those in this status').choices(ORDER_STATUSES))
    .addOption(failureCodeOption('only those that failed with this code'))
    .addOption(stepOption('only those that failed at this step'))
    .addOption(limitOption(50))
    .addOption(cursorOption())
    .addOption(allOption())
    .action(perform(list));
  withExamples(
    command,
    'durable-orders list --status held',
    'durable-orders list --failure-code service_unreachable --step pay --all',
    "durable-orders list --status held --all --json | jq -r '.orders[].order_id'",
  );
};

async function list(session: Session, { status, failureCode, step, ...paging }: Options): Promise<void> {
  const query = { status, failure_code: failureCode, step };
  const found = await listing<'orders', Order>(session, '/api/orders', 'orders', query, paging);
  session.answer(found, () =>
    found.orders.length > 0 ? tableLines(columns(session), found.orders, session.frame) : ['There are no such orders.'],
  );
  noteMore(session, found);
}

const columns = (session: Session): Column<Order>[] => [
  { title: 'order', cell: ({ order_id }) => order_id },
  { title: 'status', cell: ({ status }) => ({ text: status, colour: statusColour(status) }) },
  { title: 'age', align: 'right', cell: ({ accepted_at }) => age(accepted_at, session.now()) },
  { title: 'amount', align: 'right', cell: ({ amount, currency }) => money(amount, currency) },
  { title: 'failure', least: 8, cell: ({ failure }) => failureInWords(failure) },
  { title: 'ordered', least: 12, isSpare: true, cell: ({ items }) => itemsInWords(items) },
];

const failureInWords = (failure: Order['failure']): string =>
  failure ? [failure.code, ...(failure.step ? [`in ${failure.step}`] : [])].join(' ') : '';

const itemsInWords = (items: Order['items']): string =>
  items.map(({ quantity, product_id }) => `${quantity} × ${product_id}`).join(', ');
