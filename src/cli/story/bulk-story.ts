import type { Bulk, GroupFilter } from '../api/documents.ts';
import { bulkColour } from '../screen/marks.ts';
import { count, orders } from '../screen/money.ts';
import { plain } from '../screen/text.ts';
import { ago, duration } from '../screen/times.ts';
import type { Session } from '../session.ts';

/** A bulk from who began it to where it is, for a person. */
export function bulkLines(bulk: Bulk, { paint, now }: Session): string[] {
  const why = bulk.reason ? `: ${bulk.reason}` : '';
  const ended = bulk.finished_at
    ? `, finished after ${duration(Date.parse(bulk.finished_at) - Date.parse(bulk.created_at))}`
    : '';
  return [
    `${paint('bold', bulk.bulk_id)}  ${bulk.action} of ${orders(bulk.total)}  ${paint(bulkColour(bulk.state), bulk.state)}`,
    `  ${progressOf(bulk, now())}`,
    `  ${paint('dim', 'which')}  ${plain(groupInWords(bulk.filter))}`,
    `  ${paint('dim', 'by')}     ${plain(bulk.by)}, ${ago(bulk.created_at, now())}${ended}${plain(why)}`,
    ...(bulk.held_again > 0
      ? [`  ${paint('dim', 'see')}    durable-orders bulk items ${bulk.bulk_id} --outcome held_again`]
      : []),
    `  ${paint('dim', 'run')}    ${plain(bulk.links.workflow)}`,
  ];
}

/** `63 %: 630 done, 12 held again, 358 waiting, about 36 s left` */
export function progressOf(bulk: Bulk, now: number): string {
  const parts = [
    [bulk.done, 'done'],
    [bulk.held_again, 'held again'],
    [bulk.skipped, 'skipped'],
    [bulk.asked, 'under way'],
    [bulk.waiting - bulk.asked, 'waiting'],
  ] as const;
  const shown = parts.filter(([number], index) => number > 0 || index === 0);
  return `${percentOf(bulk)} %: ${shown.map(([number, what]) => `${count(number)} ${what}`).join(', ')}${timeLeft(bulk, now)}`;
}

export function barOf(bulk: Bulk, columns: number): string {
  const width = Math.floor(columns);
  const full = Math.round((percentOf(bulk) / 100) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** `held, service_unreachable, in pay` */
export const groupInWords = ({ status, failure_code, step }: GroupFilter): string =>
  [status, failure_code, step && `in ${step}`].filter(Boolean).join(', ');

const percentOf = ({ total, waiting }: Bulk): number =>
  total === 0 ? 100 : Math.floor(((total - waiting) / total) * 100);

/** Before that a pace says little. */
const PACE_AFTER_MS = 30_000;

/**
 * At its rate, or at the pace so far where that is lower. Those that were let go on already take as long as their services
 * do.
 */
function timeLeft({ state, total, waiting, asked, rate, created_at }: Bulk, now: number): string {
  const left = waiting - asked;
  const sinceMs = now - Date.parse(created_at);
  const pace = sinceMs > PACE_AFTER_MS ? Math.min(rate, ((total - left) / sinceMs) * 1000) : rate;
  const ms = pace > 0 ? (left / pace) * 1000 : 0;
  return state === 'running' && ms >= 1000 ? `, about ${duration(Math.round(ms / 1000) * 1000)} left` : '';
}
