-- The mark an undo leaves: a payment that arrives after it is refused. Of one payment by its key, or of all that an order
-- has where the undo names none ('').
create table if not exists barred (
  order_id text,
  barred_key text,
  primary key (order_id, barred_key)
);

create or replace function perform(asked jsonb) returns json language plpgsql as $$
begin
  case asked ->> 'kind'
    when 'pay' then
      return pay(asked, asked ->> 'order_id', (asked #>> '{body,amount}')::bigint);
    when 'refund' then
      return refund(asked, asked ->> 'order_id', coalesce(asked #>> '{body,undoes}', ''));
    when 'void' then
      return void_payment(asked, asked ->> 'order_id', asked #>> '{body,undoes}');
  end case;
end $$;

create or replace function pay(asked jsonb, of_order text, price bigint) returns json language plpgsql as $$
begin
  if is_undone(asked) then return '{"error":"undone"}'; end if;
  if (asked ->> 'invalid')::boolean then return '{"error":"invalid_payment_method"}'; end if;
  if (asked ->> 'declined')::boolean then return '{"error":"card_declined"}'; end if;

  return enter(asked, json_build_object('ok', true, 'payment_id', 'pay_' || md5(asked ->> 'key'),
    'amount', price, 'currency', asked #>> '{body,currency}'), amount => price);
end $$;

create or replace function refund(asked jsonb, of_order text, of_key text) returns json language plpgsql as $$
declare
  given_back bigint := captured(of_order, of_key);
begin
  insert into barred values (of_order, of_key) on conflict do nothing;
  return enter(asked, json_build_object('ok', true, 'refunded', given_back),
    amount => given_back, had_effect => given_back > 0);
end $$;

-- Tells what a payment has taken; one that has taken nothing never will.
create or replace function void_payment(asked jsonb, of_order text, of_key text) returns json language plpgsql as $$
declare
  taken bigint := captured(of_order, of_key);
begin
  if taken = 0 then insert into barred values (of_order, of_key) on conflict do nothing; end if;
  return enter(asked, json_build_object('ok', true, 'captured', taken), amount => taken, had_effect => false);
end $$;

create or replace function captured(of_order text, of_key text) returns bigint language sql stable as $$
  select coalesce(sum(case kind when 'pay' then amount else -amount end), 0)
  from ledger where order_id = of_order and had_effect
    and (of_key = '' or of_key = case kind when 'pay' then idempotency_key else body ->> 'undoes' end);
$$;

create or replace function is_undone(asked jsonb) returns boolean language sql stable as $$
  select asked ->> 'kind' = 'pay' and exists (
    select from barred where order_id = asked ->> 'order_id' and barred_key in ('', asked ->> 'key')
  );
$$;
