import type { Query } from '../api/orders-api.ts';
import { gather } from '../api/pages.ts';
import { LiveLine } from '../screen/live-line.ts';
import { count } from '../screen/money.ts';
import type { Session } from '../session.ts';

/** Of every command that lists. */
export interface ListingOptions {
  limit: number;
  cursor?: string;
  all?: boolean;
}

/** The first `limit` of a list or all of it, with how many there are so far; and, for people, whether there are more. */
export async function listing<Name extends string, Item>(
  session: Session,
  path: string,
  name: Name,
  query: Query,
  { limit, cursor, all = false }: ListingOptions,
): Promise<Record<Name, Item[]> & { next_cursor: string | null }> {
  const progress = new LiveLine(session.terminal.err);
  return await gather<Name, Item>(session.api, path, name, query, {
    limit: all ? Number.POSITIVE_INFINITY : limit,
    cursor,
    onPage: (sofar) => all && progress.show(`${count(sofar)} so far`),
  }).finally(() => progress.clear());
}

/** After what was listed. */
export function noteMore(session: Session, { next_cursor }: { next_cursor: string | null }): void {
  if (next_cursor && !session.asJson)
    session.note('There are more: --limit shows as many as you say, --all all of them.');
}
