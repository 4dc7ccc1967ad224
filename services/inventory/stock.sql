create table if not exists stock (
  product_id text primary key,
  on_hand bigint not null check (on_hand >= 0),
  deducted bigint not null default 0 check (deducted >= 0)
) with (fillfactor = 50); -- room on the page keeps the updates of a hot product out of the index

-- The mark an undo leaves: a deduction that arrives after it is refused. Of one deduction by its key, or of all that an
-- order has of a product where the undo names none ('').
create table if not exists barred (
  order_id text,
  product_id text,
  barred_key text,
  primary key (order_id, product_id, barred_key)
);

create or replace function perform(asked jsonb) returns json language plpgsql as $$
declare
  of_order text := asked ->> 'order_id';
  product text := asked #>> '{body,product_id}';
begin
  case asked ->> 'kind'
    when 'deduct' then
      return deduct(asked, of_order, product, (asked #>> '{body,quantity}')::bigint);
    when 'restore' then
      return restore(asked, of_order, product, coalesce(asked #>> '{body,undoes}', ''));
  end case;
end $$;

create or replace function deduct(asked jsonb, of_order text, product text, wanted bigint)
returns json language plpgsql as $$
begin
  if is_undone(asked) then return '{"error":"undone"}'; end if;

  insert into stock (product_id, on_hand) values (product, (asked ->> 'initial_stock')::bigint) on conflict do nothing;
  update stock set on_hand = on_hand - wanted, deducted = deducted + wanted
  where product_id = product and on_hand >= wanted;
  if not found then return '{"error":"out_of_stock"}'; end if;

  return enter(asked, json_build_object('ok', true, 'product_id', product, 'quantity', wanted),
    product_id => product, quantity => wanted);
end $$;

create or replace function restore(asked jsonb, of_order text, product text, of_key text) returns json language plpgsql as $$
declare
  given_back bigint;
begin
  insert into barred values (of_order, product, of_key) on conflict do nothing;

  select coalesce(sum(case kind when 'deduct' then quantity else -quantity end), 0) into given_back
  from ledger where order_id = of_order and product_id = product and had_effect
    and (of_key = '' or of_key = case kind when 'deduct' then idempotency_key else body ->> 'undoes' end);
  update stock set on_hand = on_hand + given_back, deducted = deducted - given_back
  where product_id = product and given_back > 0;

  return enter(asked, json_build_object('ok', true, 'product_id', product, 'quantity', given_back),
    product_id => product, quantity => given_back, had_effect => given_back > 0);
end $$;

create or replace function is_undone(asked jsonb) returns boolean language sql stable as $$
  select asked ->> 'kind' = 'deduct' and exists (
    select from barred where order_id = asked ->> 'order_id' and product_id = asked #>> '{body,product_id}'
      and barred_key in ('', asked ->> 'key')
  );
$$;
