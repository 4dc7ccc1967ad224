import { isSettled } from '../../domain/lifecycle.ts';
import type { Action, Order } from '../api/documents.ts';
import type { Column } from '../screen/columns.ts';
import { statusColour } from '../screen/marks.ts';
import { money } from '../screen/money.ts';
import { listLines } from '../screen/table.ts';
import { plain } from '../screen/text.ts';
import { ago, duration, moment } from '../screen/times.ts';
import type { Session } from '../session.ts';
import { failureLines } from './failure-story.ts';
import { stepLines } from './step-story.ts';

/** An order from its acceptance to where it is now, for a person. */
export function storyOf(order: Order, session: Session): string[] {
  const { paint } = session;
  return [
    `${paint('bold', order.order_id)}  ${paint(statusColour(order.status), order.status)}`,
    '',
    ...factLines(order, session),
    '',
    ...stepLines(order, session.frame),
    ...failureLines(order, session),
    ...actionLines(order.actions ?? [], session),
    '',
    `${paint('dim', 'run')}  ${plain(order.links.workflow)}`,
  ];
}

interface Fact {
  name: string;
  value: string;
}

const NAME_WIDTH = 10;

const factLines = (order: Order, { paint, now }: Session): string[] =>
  [...orderedFacts(order), ...timeFacts(order, now())].map(
    ({ name, value }) => `${paint('dim', name.padEnd(NAME_WIDTH))}${plain(value)}`,
  );

function orderedFacts({ items, amount, currency, metadata = {}, amendments = 0 }: Order): Fact[] {
  const lines = items.map(({ product_id, quantity, unit_amount }) => {
    const each = unit_amount === undefined ? '' : ` at ${money(unit_amount, currency)}`;
    return `${quantity} × ${product_id}${each}`;
  });
  const amended = amendments > 0 ? `, amended ${amendments === 1 ? 'once' : `${amendments} times`}` : '';
  return [
    ...lines.map((value, index) => ({ name: index === 0 ? 'ordered' : '', value })),
    { name: 'total', value: money(amount, currency) + amended },
    ...Object.entries(metadata).map(([key, value], index) => ({
      name: index === 0 ? 'metadata' : '',
      value: `${key}: ${value}`,
    })),
  ];
}

function timeFacts({ accepted_at, settled_at, status }: Order, now: number): Fact[] {
  const tookMs = (settled_at ? Date.parse(settled_at) : now) - Date.parse(accepted_at);
  const settled = settled_at
    ? [{ name: 'settled', value: `${moment(settled_at)}, after ${duration(tookMs)}` }]
    : isSettled(status)
      ? []
      : [{ name: 'settled', value: `not yet, after ${duration(tookMs)}` }];
  return [{ name: 'accepted', value: `${moment(accepted_at)}, ${ago(accepted_at, now)}` }, ...settled];
}

function actionLines(actions: Action[], session: Session): string[] {
  if (actions.length === 0) return [];
  const { frame, paint } = session;
  return [
    '',
    paint('bold', 'What operators did'),
    ...listLines(columns(session.now()), actions, { ...frame, indent: '  ' }),
  ];
}

const columns = (now: number): Column<Action>[] => [
  { title: 'when', cell: ({ at }) => ago(at, now) },
  { title: 'by', least: 8, cell: ({ by }) => by },
  { title: 'action', cell: ({ action, changes }) => [action, ...(changes ?? [])].join(' '), least: 6 },
  { title: 'outcome', cell: ({ outcome, code }) => (code ? `${outcome}: ${code}` : outcome), least: 7 },
  { title: 'why', cell: ({ reason, bulk_id }) => reason ?? (bulk_id ? `in bulk ${bulk_id}` : ''), least: 8 },
];
