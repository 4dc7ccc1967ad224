import type { Database } from '../machine/database.ts';

/**
 * So many orders, as years of use would leave them: nearly all confirmed, one in a hundred held, for one of six
 * reasons. Written straight into the table, since carrying a million through would take hours.
 * @returns the ids of `some` of them, spread over all of their time
 */
export async function fillOrders(database: Database, count: number, some: number): Promise<string[]> {
  // Sorted by time, as UUIDv7 are: the first 48 bits count milliseconds.
  const id = (n: string) =>
    `(lpad(to_hex(1700000000000 + ${n} * 1000), 12, '0') || '7000' || '8' || lpad(to_hex(${n}), 15, '0'))::uuid`;
  await database.run(`
    insert into orders (order_id, client_id, status, request, traceparent, steps, accepted_at, dispatched_at, settled_at, due_at)
    select ${id('n')}, 'bench', 'confirmed',
      '{"items":[{"product_id":"sku-1","quantity":1,"unit_amount":4200}],"amount":4200,"currency":"EUR"}',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      '[{"step":"deduct","state":"done","attempts":1},{"step":"pay","state":"done","attempts":1},{"step":"confirm","state":"done","attempts":1},{"step":"notify","state":"done","attempts":1}]',
      at, at, at, null
    from generate_series(1, ${count}) as n, lateral (select to_timestamp(1700000000 + n) as at)`);
  await database.run(`
    update orders set status = 'held', settled_at = null, failed_at = accepted_at, due_at = now() + interval '1 day',
      failure_code = case when right(order_id::text, 1) < '8' then 'service_timeout' else 'service_error' end,
      failure_step = case substr(order_id::text, 34, 1) when '0' then 'deduct' when '1' then 'pay' else 'confirm' end,
      failure_detail = 'as it was'
    where ('x' || right(order_id::text, 7))::bit(28)::int % 100 = 0`);
  await database.run('vacuum analyze orders');
  return Array.from({ length: some }, (_, index) => idOf(1 + Math.floor((index * (count - 1)) / some)));
}

/** As the statement above makes it. */
const idOf = (n: number): string =>
  `${(1700000000000 + n * 1000).toString(16).padStart(12, '0')}70008${n.toString(16).padStart(15, '0')}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    '$1-$2-$3-$4-$5',
  );
