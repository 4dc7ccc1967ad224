import { Option } from 'commander';
import { ORDER_STATUSES, type OrderStatus, type Step } from '../../domain/lifecycle.ts';
import type { Order } from '../api/documents.ts';
import { gather } from '../api/pages.ts';
import { cursorOption, failureCodeOption, limitOption, stepOption, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Column } from '../screen/columns.ts';
import { LiveLine } from '../screen/live-line.ts';
import { statusColour } from '../screen/marks.ts';
import { money, orders } from '../screen/money.ts';
import { tableLines } from '../screen/table.ts';
import { age } from '../screen/times.ts';
import type { Session } from '../session.ts';

interface Options {
  status?: OrderStatus;
  failureCode?: string;
  step?: Step;
  limit: number;
  cursor?: string;
  all?: boolean;
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
    .option('--all', 'all of them, page by page')
    .action(perform(list));
  withExamples(
    command,
    'durable-orders list --status held',
    'durable-orders list --failure-code service_unreachable --step pay --all',
    "durable-orders list --status held --all --json | jq -r '.orders[].order_id'",
  );
};

async function list(session: Session, { status, failureCode, step, limit, cursor, all }: Options): Promise<void> {
  const progress = new LiveLine(session.terminal.err);
  const query = { status, failure_code: failureCode, step };
  const found = await gather<'orders', Order>(session.api, '/api/orders', 'orders', query, {
    limit: all ? Number.POSITIVE_INFINITY : limit,
    cursor,
    onPage: (sofar) => all && progress.show(`${orders(sofar)} so far`),
  }).finally(() => progress.clear());
  session.answer(found, () =>
    found.orders.length > 0 ? tableLines(columns(session), found.orders, session.frame) : ['There are no such orders.'],
  );
  if (found.next_cursor && !session.asJson)
    session.note('There are more: --limit shows as many as you say, --all all of them.');
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
