import type { OrdersApi, Query } from './orders-api.ts';

/** The most that the API gives at once. */
const PAGE = 200;

export interface Paging {
  /** At most so many; Infinity: all. */
  limit: number;
  cursor?: string | undefined;
  /** Told how many there are so far. */
  onPage?(count: number): void;
}

/** The first `limit` of a list, by as many pages as that takes, as one document of the same shape. */
export async function gather<Name extends string, Item>(
  api: OrdersApi,
  path: string,
  name: Name,
  query: Query,
  { limit, cursor, onPage }: Paging,
): Promise<Record<Name, Item[]> & { next_cursor: string | null }> {
  const items: Item[] = [];
  let next: string | null | undefined = cursor;
  do {
    const asked = Math.min(PAGE, limit - items.length);
    const page: Record<string, unknown> = await api.get(path, { ...query, limit: asked, cursor: next ?? undefined });
    items.push(...(page[name] as Item[]));
    next = page.next_cursor as string | null;
    onPage?.(items.length);
  } while (next && items.length < limit);
  return { [name]: items, next_cursor: next } as Record<Name, Item[]> & { next_cursor: string | null };
}
