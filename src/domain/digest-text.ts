import { changeOf, type Digest, type DigestGroup, type GoneGroup } from './digest.ts';

const MOST_GROUPS = 20;
const LONGEST_DETAIL = 200;

/** A digest for people: a line that says it all, then one a group. */
export function textOf(digest: Digest): string {
  const { groups, gone } = digest;
  const more = groups.length - MOST_GROUPS;
  return [
    headline(digest),
    ...groups.slice(0, MOST_GROUPS).map(groupLine),
    ...(more > 0 ? [`• and ${more} more groups`] : []),
    ...gone.map(goneLine),
  ].join('\n');
}

function headline({ total, before, compared_with, oldest }: Digest): string {
  const change = changeOf({ count: total, before });
  const since = change && compared_with ? ` (${change} since ${minuteOf(compared_with)})` : '';
  if (total === 0 || !oldest) return `No order is held or failed${since}.`;
  const count = total === 1 ? '1 order is held or failed' : `${total} orders are held or failed`;
  return `${count}${since}. The oldest waits since ${minuteOf(oldest.since)}: ${oldest.order_id}.`;
}

function groupLine(group: DigestGroup): string {
  const { count, oldest, sample } = group;
  const change = changeOf(group);
  const detail = sample.detail && `: ${plain(sample.detail)}`;
  return `• ${nameOf(group)}: ${count}${change ? ` (${change})` : ''}, oldest since ${minuteOf(oldest)}, such as ${sample.order_id}${detail}`;
}

const goneLine = (group: GoneGroup): string => `• ${nameOf(group)}: gone (there were ${group.before})`;

const nameOf = ({ status, failure_code, step }: Pick<DigestGroup, 'status' | 'failure_code' | 'step'>): string =>
  `${status} ${failure_code}${step ? ` at ${step}` : ''}`;

const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** On one line, and without what a chat takes for a link or for calling everybody: `<!channel>`. */
const plain = (detail: string): string =>
  detail.replace(/\s+/g, ' ').replaceAll('<', '‹').replaceAll('>', '›').slice(0, LONGEST_DETAIL);
