import type { Bulk, BulkItem } from '../api/documents.ts';
import type { Column } from '../screen/columns.ts';
import { bulkColour, statusColour } from '../screen/marks.ts';
import { count } from '../screen/money.ts';
import { age, ago } from '../screen/times.ts';
import { groupInWords } from '../story/bulk-story.ts';

export const bulkColumns = (now: number): Column<Bulk>[] => [
  { title: 'bulk', cell: ({ bulk_id }) => bulk_id },
  { title: 'age', align: 'right', cell: ({ created_at }) => age(created_at, now) },
  { title: 'action', cell: ({ action }) => action },
  { title: 'state', cell: ({ state }) => ({ text: state, colour: bulkColour(state) }) },
  { title: 'orders', align: 'right', cell: ({ total }) => count(total) },
  { title: 'done', align: 'right', cell: ({ done }) => count(done) },
  { title: 'held again', align: 'right', isSpare: true, cell: ({ held_again }) => count(held_again) },
  { title: 'which', least: 10, isSpare: true, cell: ({ filter }) => groupInWords(filter) },
  { title: 'by', least: 6, isSpare: true, cell: ({ by }) => by },
];

export const itemColumns = (now: number): Column<BulkItem>[] => [
  { title: 'order', cell: ({ order_id }) => order_id },
  { title: 'outcome', cell: ({ outcome }) => outcome.replace('_', ' ') },
  {
    title: 'status',
    cell: ({ order_status }) => (order_status ? { text: order_status, colour: statusColour(order_status) } : ''),
  },
  { title: 'failure', least: 8, cell: ({ failure_code }) => failure_code ?? '' },
  { title: 'when', isSpare: true, cell: ({ at }) => (at ? ago(at, now) : '') },
];
