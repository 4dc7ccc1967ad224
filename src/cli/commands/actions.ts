import type { Action } from '../api/documents.ts';
import { allOption, cursorOption, limitOption, withExamples } from '../options.ts';
import type { AddTo } from '../performing.ts';
import type { Column } from '../screen/columns.ts';
import { tableLines } from '../screen/table.ts';
import { age } from '../screen/times.ts';
import type { Session } from '../session.ts';
import { type ListingOptions, listing, noteMore } from './listing.ts';

interface Options extends ListingOptions {
  order?: string;
  bulk?: string;
  by?: string;
  action?: string;
}

export const addActions: AddTo = (program, perform) => {
  const command = program
    .command('actions')
    .description('the record: who decided what, when and why, newest first')
    .option('--order <id>', 'only about this order')
    .option('--bulk <id>', 'only of this bulk')
    .option('--by <name>', 'only by this person')
    .option(
      '--action <action>',
      'only retry, cancel, amend, bulk_retry, bulk_cancel, bulk_pause, bulk_resume or bulk_stop',
    )
    .addOption(limitOption(50))
    .addOption(cursorOption())
    .addOption(allOption())
    .action(perform(actions));
  withExamples(
    command,
    'durable-orders actions --by alice',
    'durable-orders actions --order 01a20ae7-7451-75ec-820e-d0999b3cebc5',
  );
};

async function actions(session: Session, { order, bulk, by, action, ...paging }: Options): Promise<void> {
  const query = { order_id: order, bulk_id: bulk, by, action };
  const found = await listing<'actions', Action>(session, '/api/actions', 'actions', query, paging);
  session.answer(found, () =>
    found.actions.length > 0
      ? tableLines(columns(session.now()), found.actions, session.frame)
      : ['Nothing was done yet.'],
  );
  noteMore(session, found);
}

const columns = (now: number): Column<Action>[] => [
  { title: 'age', align: 'right', cell: ({ at }) => age(at, now) },
  { title: 'by', least: 6, cell: ({ by }) => by },
  {
    title: 'action',
    least: 6,
    cell: ({ action, changes }) => [action.replace('_', ' '), ...(changes ?? [])].join(' '),
  },
  { title: 'order or bulk', cell: ({ order_id, bulk_id }) => order_id ?? bulk_id ?? '' },
  { title: 'outcome', least: 7, cell: ({ outcome, code }) => (code ? `${outcome}: ${code}` : outcome) },
  {
    title: 'about',
    least: 8,
    isSpare: true,
    cell: ({ failure_code, step }) => [failure_code, step && `in ${step}`].filter(Boolean).join(' '),
  },
  { title: 'why', least: 8, cell: ({ reason }) => reason ?? '' },
];
