import { STEPS } from '../../src/domain/lifecycle.ts';
import type { FollowedOrder } from './followed-order.ts';
import { type Colour, colourOf, LEGEND, markOf, type Paint, seconds, shortId } from './marks.ts';

interface Column {
  title: string;
  width: number;
  cell(order: FollowedOrder): { text: string; colour?: Colour };
}

const GAP = '  ';
const WHAT = { title: 'what it is', least: 10, most: 28 };

const steps: Column[] = STEPS.map((step) => ({
  title: step,
  width: step.length,
  cell: (order) => markOf(order.progressOf(step)),
}));

const BEFORE: Column[] = [{ title: 'order', width: 8, cell: ({ orderId }) => ({ text: shortId(orderId) }) }];
const AFTER: Column[] = [
  { title: 'status', width: 10, cell: ({ status }) => ({ text: status, colour: colourOf(status) }) },
  ...steps,
  { title: 'time', width: 6, cell: ({ elapsedMs }) => ({ text: seconds(elapsedMs) }) },
  { title: 'accepted in', width: 11, cell: ({ acceptedInMs }) => ({ text: `${Math.round(acceptedInMs)} ms` }) },
];
const FIXED = [...BEFORE, ...AFTER].reduce((sum, { width }) => sum + width + GAP.length, 0);

/** A terminal narrower than this would wrap lines, and a wrapped line can't be redrawn in place. */
export const LEAST_COLUMNS = FIXED + WHAT.least;

/** The table as lines that fit into `columns`. */
export function tableLines(orders: FollowedOrder[], note: string, columns: number, paint: Paint): string[] {
  const width = Math.min(Math.max(columns - FIXED, WHAT.least), WHAT.most);
  const what: Column = { title: WHAT.title, width, cell: ({ scenario }) => ({ text: cut(scenario.what, width) }) };
  const all = [...BEFORE, what, ...AFTER];
  const heading = all.map(({ title, width }) => paint('dim', title.padEnd(width))).join(GAP);
  const rows = orders.map((order) => all.map((column) => cellOf(column, order, paint)).join(GAP));
  return [heading, ...rows, '', paint('dim', cut(LEGEND, columns)), paint('bold', cut(note, columns))];
}

function cellOf({ width, cell }: Column, order: FollowedOrder, paint: Paint): string {
  const { text, colour } = cell(order);
  const padded = text.padEnd(width);
  return colour ? paint(colour, padded) : padded;
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
