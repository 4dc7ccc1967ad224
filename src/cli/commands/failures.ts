import type { FailureGroup } from '../api/documents.ts';
import { withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Column } from '../screen/columns.ts';
import { statusColour } from '../screen/marks.ts';
import { count } from '../screen/money.ts';
import { tableLines } from '../screen/table.ts';
import { cut, plain } from '../screen/text.ts';
import { ago } from '../screen/times.ts';
import type { Session } from '../session.ts';

export const addFailures: AddTo = (program, perform) => {
  const command = program
    .command('failures')
    .description('orders that could not go on, grouped by what stopped them, the largest group first')
    .action(perform(failures));
  withExamples(
    command,
    'durable-orders failures',
    'durable-orders retry --failure-code service_unreachable --step pay --reason "payments are back"',
  );
};

async function failures(session: Session): Promise<void> {
  const found = await session.api.get<{ groups: FailureGroup[] }>('/api/failures');
  session.answer(found, () =>
    found.groups.length > 0 ? groupLines(found.groups, session) : ['No order is held or failed.'],
  );
}

/** A line of the table for each group; under it an order to look at, and what was last done. */
function groupLines(groups: FailureGroup[], session: Session): string[] {
  const [heading = '', ...rows] = tableLines(columns(session), groups, session.frame);
  const under = groups.map((group) => notesOf(group, session));
  return [heading, ...rows.flatMap((row, index) => [row, ...(under[index] ?? [])])];
}

const columns = (session: Session): Column<FailureGroup>[] => [
  { title: 'orders', align: 'right', cell: (group) => count(group.count) },
  { title: 'status', cell: ({ status }) => ({ text: status, colour: statusColour(status) }) },
  { title: 'code', cell: ({ failure_code }) => failure_code, least: 12 },
  { title: 'step', cell: ({ step }) => step ?? '' },
  { title: 'first seen', cell: ({ first_seen }) => ago(first_seen, session.now()) },
  { title: 'last seen', cell: ({ last_seen }) => ago(last_seen, session.now()) },
];

function notesOf({ sample, last_action }: FailureGroup, { frame, paint, now }: Session): string[] {
  const lines = [`such as ${sample.order_id}: ${sample.detail}`];
  if (last_action) {
    const { action, by, at, reason, outcome } = last_action;
    const why = reason ? `: ${reason}` : '';
    lines.push(`last ${action.replace('_', ' ')} by ${by} ${ago(at, now())}, ${outcome}${why}`);
  }
  return lines.map((line) => paint('dim', `        ${cut(plain(line), frame.width - 8)}`));
}
