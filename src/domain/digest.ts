import type { FailureCode } from './failures.ts';
import type { Step } from './lifecycle.ts';

/** Orders that wait for somebody, for the same reason. */
export interface WaitingGroup {
  status: 'held' | 'failed';
  failure_code: FailureCode;
  /** Null where no single step is to blame. */
  step: Step | null;
  count: number;
  /** Since when the oldest waits; RFC 3339, as everything here that is a time. */
  oldest: string;
  /** The newest. */
  sample: { order_id: string; detail: string };
}

export interface DigestGroup extends WaitingGroup {
  /** How many there were in the digest before, 0 for a group that is new; null where there was no digest. */
  before: number | null;
}

export type GoneGroup = Pick<WaitingGroup, 'status' | 'failure_code' | 'step'> & { before: number };

/** What waits for somebody, and how that has changed: as it is stored, and as it is sent. */
export interface Digest {
  taken_at: string;
  compared_with: string | null;
  total: number;
  before: number | null;
  oldest: { order_id: string; since: string } | null;
  /** The largest first. */
  groups: DigestGroup[];
  /** Of the digest before. */
  gone: GoneGroup[];
}

type Taken = Pick<Digest, 'taken_at' | 'oldest'> & { groups: WaitingGroup[] };

export function digestOf({ taken_at, oldest, groups }: Taken, before: Digest | undefined): Digest {
  const earlier = new Map(before?.groups.map((group) => [keyOf(group), group]));
  const now = new Set(groups.map(keyOf));
  return {
    taken_at,
    compared_with: before?.taken_at ?? null,
    total: groups.reduce((sum, { count }) => sum + count, 0),
    before: before?.total ?? null,
    oldest,
    groups: groups.map((group) => ({
      ...group,
      before: before ? (earlier.get(keyOf(group))?.count ?? 0) : null,
    })),
    gone: [...earlier].flatMap(([key, { status, failure_code, step, count }]) =>
      now.has(key) ? [] : [{ status, failure_code, step, before: count }],
    ),
  };
}

/** `+3`, `-2`, `±0` or `new`; undefined where there is nothing to compare with. */
export function changeOf({ count, before }: { count: number; before: number | null }): string | undefined {
  if (before === null) return undefined;
  if (before === 0 && count > 0) return 'new';
  if (count === before) return '±0';
  return count > before ? `+${count - before}` : `${count - before}`;
}

const keyOf = ({ status, failure_code, step }: Pick<WaitingGroup, 'status' | 'failure_code' | 'step'>): string =>
  JSON.stringify([status, failure_code, step]);
