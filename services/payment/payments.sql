-- The mark a refund leaves: a payment that arrives after it is refused.
create table if not exists undone (order_id text primary key);

create or replace function perform(asked jsonb) returns json language plpgsql as $$
begin
  case asked ->> 'kind'
    when 'pay' then
      return pay(asked, asked ->> 'order_id', (asked #>> '{body,amount}')::bigint);
    when 'refund' then
      return refund(asked, asked ->> 'order_id');
  end case;
end $$;

create or replace function pay(asked jsonb, of_order text, price bigint) returns json language plpgsql as $$
begin
  if is_undone(asked) then return '{"error":"undone"}'; end if;
  if (asked ->> 'declined')::boolean then return '{"error":"card_declined"}'; end if;

  return enter(asked, json_build_object('ok', true, 'payment_id', 'pay_' || md5(asked ->> 'key'),
    'amount', price, 'currency', asked #>> '{body,currency}'), amount => price);
end $$;

create or replace function refund(asked jsonb, of_order text) returns json language plpgsql as $$
declare
  given_back bigint;
begin
  insert into undone (order_id) values (of_order) on conflict do nothing;

  select coalesce(sum(case kind when 'pay' then amount else -amount end), 0) into given_back
  from ledger where order_id = of_order;

  return enter(asked, json_build_object('ok', true, 'refunded', given_back),
    amount => given_back, had_effect => given_back > 0);
end $$;

create or replace function is_undone(asked jsonb) returns boolean language sql stable as $$
  select asked ->> 'kind' = 'pay' and exists (select from undone where order_id = asked ->> 'order_id');
$$;
