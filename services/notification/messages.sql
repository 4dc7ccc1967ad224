create or replace function perform(asked jsonb) returns json language plpgsql as $$
begin
  return enter(asked, json_build_object('ok', true, 'message_id', 'msg_' || md5(asked ->> 'key')));
end $$;

create or replace function is_undone(asked jsonb) returns boolean language sql immutable as $$
  select false; -- a message can't be unsent
$$;
