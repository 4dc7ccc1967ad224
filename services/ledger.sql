-- One row for each key that was answered. had_effect is false where an undo found nothing to undo: its answer is
-- kept, but nothing happened.
create table if not exists ledger (
  seq bigint generated always as identity primary key,
  idempotency_key text not null unique,
  order_id text not null,
  kind text not null,
  product_id text,
  quantity bigint,
  amount bigint,
  had_effect boolean not null,
  body jsonb not null,
  answer json not null,
  at timestamptz not null default clock_timestamp()
);
create index if not exists ledger_by_order on ledger (order_id, seq);

-- `is_undone(asked)` is the service's own too: whether this is an original that has been undone since.
--
-- Answers calls [{kind, key, order_id, body, …}] in their order, in one transaction. `perform(asked)` is the service's
-- own: it does the work and enters it, or answers {"error"} and has done nothing.
--
-- The lock lets one batch at a time happen, whichever process sends it. So a repeated key sees the first answer, an
-- undo and what it undoes never pass each other unseen, and batches that touch the same rows cannot deadlock.
-- It must be plpgsql and volatile: each statement then gets a snapshot of its own, taken after the lock.
create or replace function answer_all(calls jsonb) returns setof json language plpgsql as $$
declare
  asked jsonb;
  earlier ledger;
begin
  perform pg_advisory_xact_lock(hashtextextended('durable-orders:' || current_schema, 0));
  for asked in select jsonb_array_elements(calls) loop
    select * into earlier from ledger where idempotency_key = asked ->> 'key';
    if not found then
      return next perform(asked);
    elsif (earlier.kind, earlier.body) is distinct from (asked ->> 'kind', asked -> 'body') then
      return next '{"error":"idempotency_key_reused"}'::json;
    elsif is_undone(asked) then
      return next '{"error":"undone"}'::json; -- "it happened" would be untrue by now
    else
      return next earlier.answer;
    end if;
  end loop;
end $$;

create or replace function enter(
  asked jsonb, answer json, product_id text default null, quantity bigint default null, amount bigint default null,
  had_effect boolean default true
) returns json language sql as $$
  insert into ledger (idempotency_key, order_id, kind, product_id, quantity, amount, had_effect, body, answer)
  values (asked ->> 'key', asked ->> 'order_id', asked ->> 'kind', product_id, quantity, amount, had_effect,
    asked -> 'body', answer)
  returning ledger.answer;
$$;
