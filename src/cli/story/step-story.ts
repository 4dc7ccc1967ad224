import type { Step, StepProgress, StepState } from '../../domain/lifecycle.ts';
import type { Order } from '../api/documents.ts';
import type { Column } from '../screen/columns.ts';
import { STEP_MARKS } from '../screen/marks.ts';
import { count, money } from '../screen/money.ts';
import { type Frame, listLines } from '../screen/table.ts';

/** Each step: where it is, how often it was tried, and what it did. */
export const stepLines = (order: Order, frame: Frame): string[] =>
  listLines(columns(order), order.steps, { ...frame, indent: '  ' });

const columns = (order: Order): Column<StepProgress>[] => [
  {
    title: '',
    cell({ state }) {
      const { mark, colour } = STEP_MARKS[state];
      return { text: mark, colour };
    },
  },
  { title: 'step', cell: ({ step }) => step },
  { title: 'state', cell: ({ state }) => ({ text: state, colour: STEP_MARKS[state].colour }) },
  { title: 'attempts', cell: ({ attempts }) => attemptsInWords(attempts) },
  { title: 'what it did', least: 10, cell: ({ step, state }) => EFFECTS[step](order)[state] ?? '' },
];

const attemptsInWords = (attempts: number): string =>
  attempts === 0 ? '' : attempts === 1 ? '1 attempt' : `${count(attempts)} attempts`;

type Effect = (order: Order) => Partial<Record<StepState, string>>;

const EFFECTS: Record<Step, Effect> = {
  deduct: ({ items }) => {
    const pieces = items.reduce((sum, { quantity }) => sum + quantity, 0);
    return {
      done: `${count(pieces)} taken from stock`,
      undone: `${count(pieces)} given back to stock`,
      running: 'asking the inventory',
    };
  },
  pay: ({ amount, currency }) => ({
    done: `${money(amount, currency)} taken`,
    undone: `${money(amount, currency)} given back, or never taken`,
    running: 'asking the payment service',
  }),
  confirm: () => ({ done: 'the point of no return' }),
  notify: () => ({
    done: 'the customer was told',
    failed: 'the customer was not told; that never fails an order',
    running: 'telling the customer',
  }),
};
