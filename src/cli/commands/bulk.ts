import { type Command, Option } from 'commander';
import type { Bulk, BulkItem } from '../api/documents.ts';
import { allOption, cursorOption, limitOption, reasonOption, watchOption, withExamples } from '../options.ts';
import type { AddTo, Perform } from '../performing.ts';
import { bulkColour } from '../screen/marks.ts';
import { tableLines } from '../screen/table.ts';
import type { Session } from '../session.ts';
import { bulkLines } from '../story/bulk-story.ts';
import { followBulk } from './bulk-progress.ts';
import { bulkColumns, itemColumns } from './bulk-tables.ts';
import { type ListingOptions, listing, noteMore } from './listing.ts';

const OUTCOMES = ['waiting', 'asked', 'done', 'held_again', 'skipped'];

export const addBulk: AddTo = (program, perform) => {
  const bulk = program
    .command('bulk')
    .description('operations on many orders: how they go, and pausing or stopping them');
  bulk
    .command('list', { isDefault: true })
    .description('all of them, newest first; what "bulk" alone does')
    .addOption(limitOption(20))
    .addOption(cursorOption())
    .addOption(allOption())
    .action(perform(list));
  bulk
    .command('show')
    .description('one of them')
    .argument('<id>', 'of the bulk')
    .addOption(watchOption('follow it until it is done or stopped'))
    .action(perform(show));
  bulk
    .command('items')
    .description('its orders, and what became of each')
    .argument('<id>', 'of the bulk')
    .addOption(new Option('--outcome <outcome>', 'only those').choices(OUTCOMES))
    .addOption(limitOption(50))
    .addOption(cursorOption())
    .addOption(allOption())
    .action(perform(items));
  addControl(bulk, perform, 'pause', 'let no further orders go on for now');
  addControl(bulk, perform, 'resume', 'go on with it');
  addControl(bulk, perform, 'stop', 'let no further orders go on, for good');
  withExamples(
    bulk,
    'durable-orders bulk',
    'durable-orders bulk show 01a20b1f-2765-7602-a2ed-e838197a50c0 --watch',
    'durable-orders bulk items 01a20b1f-2765-7602-a2ed-e838197a50c0 --outcome held_again',
    'durable-orders bulk pause 01a20b1f-2765-7602-a2ed-e838197a50c0 --reason "payments are slow again"',
  );
};

const addControl = (bulk: Command, perform: Perform, verb: string, description: string): Command =>
  bulk
    .command(verb)
    .description(description)
    .argument('<id>', 'of the bulk')
    .addOption(reasonOption())
    .action(perform(control(verb)));

async function list(session: Session, paging: ListingOptions): Promise<void> {
  const found = await listing<'bulks', Bulk>(session, '/api/bulk', 'bulks', {}, paging);
  session.answer(found, () =>
    found.bulks.length > 0 ? tableLines(bulkColumns(session.now()), found.bulks, session.frame) : ['There are none.'],
  );
  noteMore(session, found);
}

async function show(session: Session, id: string, { watch }: { watch?: boolean }): Promise<void> {
  const bulk = watch ? await followBulk(session, id) : await session.api.get<Bulk>(pathOf(id));
  if (!(watch && session.asJson)) session.answer(bulk, () => bulkLines(bulk, session));
}

async function items(
  session: Session,
  id: string,
  { outcome, ...paging }: ListingOptions & { outcome?: string },
): Promise<void> {
  const found = await listing<'items', BulkItem>(session, `${pathOf(id)}/items`, 'items', { outcome }, paging);
  session.answer(found, () =>
    found.items.length > 0
      ? tableLines(itemColumns(session.now()), found.items, session.frame)
      : ['There are no such orders.'],
  );
  noteMore(session, found);
}

const control =
  (verb: string) =>
  async (session: Session, id: string, { reason }: { reason?: string }): Promise<void> => {
    const bulk = await session.api.post<Bulk>(`${pathOf(id)}/${verb}`, reason === undefined ? undefined : { reason });
    session.answer(bulk, () => [`${bulk.bulk_id}  ${session.paint(bulkColour(bulk.state), bulk.state)}`]);
  };

const pathOf = (id: string): string => `/api/bulk/${encodeURIComponent(id)}`;
