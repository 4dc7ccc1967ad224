-- Up Migration

-- Since when an order is held or failed; and what an operator has changed of it: how often, and what each step was asked
-- under its earlier keys ({"lines": [[earlier quantities], …], "payment": [earlier amounts]}).
ALTER TABLE orders
  ADD COLUMN failed_at timestamptz,
  ADD COLUMN amendments int NOT NULL DEFAULT 0,
  ADD COLUMN earlier jsonb,
  ADD COLUMN amended_hold timestamptz,                    -- failed_at of the hold that was ended by an amendment
  ADD COLUMN cancel_asked boolean NOT NULL DEFAULT false; -- its next run only undoes

UPDATE orders SET failed_at = now() WHERE status IN ('held', 'failed');

-- First, last and sample of a group of failures are its ends in this index.
CREATE INDEX orders_failing ON orders (status, failure_code, coalesce(failure_step, ''), failed_at)
  WHERE status IN ('held', 'failed');

-- How many orders each group has, kept as they come and go: counting them would cost more the more there are.
CREATE TABLE failure_counts (
  status       text,
  failure_code text,
  failure_step text,                              -- '' where no single step is to blame
  orders       bigint NOT NULL,
  PRIMARY KEY (status, failure_code, failure_step)
);

-- Once a statement, and in the order of the key: two that meet the same groups don't lock each other out.
CREATE FUNCTION count_failures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO failure_counts AS counts (status, failure_code, failure_step, orders)
  SELECT status, failure_code, coalesce(failure_step, ''), sum(change)
  FROM (
    SELECT status, failure_code, failure_step, -1 AS change FROM before WHERE status IN ('held', 'failed')
    UNION ALL
    SELECT status, failure_code, failure_step, 1 FROM after WHERE status IN ('held', 'failed')
  ) AS changes
  WHERE failure_code IS NOT NULL
  GROUP BY 1, 2, 3 HAVING sum(change) <> 0 ORDER BY 1, 2, 3
  ON CONFLICT (status, failure_code, failure_step) DO UPDATE SET orders = counts.orders + excluded.orders;
  RETURN NULL;
END $$;

CREATE TRIGGER count_failures AFTER UPDATE ON orders
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION count_failures();

CREATE FUNCTION uncount_failures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE failure_counts AS counts SET orders = counts.orders - gone.orders
  FROM (
    SELECT status, failure_code, coalesce(failure_step, '') AS failure_step, count(*) AS orders
    FROM before WHERE status IN ('held', 'failed') GROUP BY 1, 2, 3
  ) AS gone
  WHERE (counts.status, counts.failure_code, counts.failure_step) = (gone.status, gone.failure_code, gone.failure_step);
  RETURN NULL;
END $$;

CREATE TRIGGER uncount_failures AFTER DELETE ON orders
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION uncount_failures();

INSERT INTO failure_counts (status, failure_code, failure_step, orders)
SELECT status, failure_code, coalesce(failure_step, ''), count(*) FROM orders
WHERE status IN ('held', 'failed') AND failure_code IS NOT NULL GROUP BY 1, 2, 3;

-- An operation on many orders: the set is frozen in bulk_items when it begins.
CREATE TABLE bulks (
  bulk_id      uuid PRIMARY KEY,                  -- UUIDv7
  action       text NOT NULL,                     -- retry or cancel
  filter       jsonb NOT NULL,
  rate         int NOT NULL,                      -- orders per second
  reason       text,
  by_client    text NOT NULL,
  wanted       text NOT NULL DEFAULT 'running' CHECK (wanted IN ('running', 'paused', 'stopped')),
  total        int NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  started_at   timestamptz,
  finished_at  timestamptz,
  counts       jsonb,                             -- of its items by outcome, once it is finished
  due_at       timestamptz DEFAULT now()          -- when a worker must see to it that it has a run; null once finished
);
CREATE INDEX bulks_due ON bulks (due_at) WHERE due_at IS NOT NULL;

-- waiting -> asking -> asked -> done | held_again; or skipped. An order that is being asked when the worker dies is asked
-- about again, which is harmless: it can be let go on once only.
CREATE TABLE bulk_items (
  bulk_id      uuid REFERENCES bulks,
  position     int,
  order_id     uuid NOT NULL,
  outcome      text NOT NULL DEFAULT 'waiting',
  tries        smallint NOT NULL DEFAULT 0,
  order_status text,
  failure_code text,
  asked_at     timestamptz,
  decided_at   timestamptz,
  PRIMARY KEY (bulk_id, position)
);
CREATE INDEX bulk_items_open ON bulk_items (bulk_id, outcome, position) WHERE outcome IN ('waiting', 'asking', 'asked');

-- Who decided what, when, and why. The outcome is filled in once, when it is known; nothing else ever changes.
CREATE TABLE actions (
  action_id    uuid PRIMARY KEY,                  -- UUIDv7
  at           timestamptz NOT NULL DEFAULT now(),
  action       text NOT NULL,
  by_client    text NOT NULL,
  reason       text,
  order_id     uuid,
  bulk_id      uuid,
  failure_code text,                              -- of the order, or of the group, when it was decided
  failure_step text,
  changes      jsonb,                             -- pointers to what was amended; no values
  outcome      text,                              -- taken or refused; null: not known
  code         text                               -- why it was refused
);
CREATE INDEX actions_of_order ON actions (order_id, action_id) WHERE order_id IS NOT NULL;
CREATE INDEX actions_of_bulk ON actions (bulk_id, action_id) WHERE bulk_id IS NOT NULL;
CREATE INDEX actions_of_group ON actions (failure_code, coalesce(failure_step, ''), action_id);

CREATE FUNCTION keep_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.outcome IS NULL
    AND (to_jsonb(NEW) - 'outcome' - 'code') = (to_jsonb(OLD) - 'outcome' - 'code') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'the record of actions is append-only';
END $$;
CREATE TRIGGER keep_actions BEFORE UPDATE OR DELETE ON actions FOR EACH ROW EXECUTE FUNCTION keep_actions();
CREATE TRIGGER keep_all_actions BEFORE TRUNCATE ON actions FOR EACH STATEMENT EXECUTE FUNCTION keep_actions();

-- Down Migration

DROP TABLE actions, bulk_items, bulks, failure_counts;
DROP FUNCTION keep_actions;
DROP TRIGGER count_failures ON orders;
DROP TRIGGER uncount_failures ON orders;
DROP FUNCTION count_failures, uncount_failures;
DROP INDEX orders_failing;
ALTER TABLE orders DROP COLUMN failed_at, DROP COLUMN amendments, DROP COLUMN earlier, DROP COLUMN amended_hold, DROP COLUMN cancel_asked;
