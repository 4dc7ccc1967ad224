-- Up Migration

CREATE TABLE orders (
  order_id        uuid PRIMARY KEY,              -- UUIDv7: sorted by id is sorted by time of acceptance
  client_id       text NOT NULL,
  idempotency_key text,
  fingerprint     text,                          -- of the order that came with the key
  status          text NOT NULL DEFAULT 'accepted',
  request         json NOT NULL,                 -- as it was understood; shown, never searched
  traceparent     text NOT NULL,
  steps           jsonb,                         -- as last reported by the run; null before the first report
  failure_code    text,
  failure_step    text,
  failure_detail  text,
  accepted_at     timestamptz NOT NULL DEFAULT now(),
  dispatched_at   timestamptz,                   -- when a run was last started for it
  settled_at      timestamptz,
  -- When somebody must look at this order next: while accepted, the relay (a claim moves it into the future, which is
  -- its lease); while processing or held, the reconciler. Null once settled. Always the database's clock.
  due_at          timestamptz DEFAULT now()
);

-- The key outlives Temporal's retention: this is what makes a repeated POST the same order, for ever.
CREATE UNIQUE INDEX orders_idempotency_key ON orders (client_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX orders_to_dispatch ON orders (due_at) WHERE status = 'accepted';
CREATE INDEX orders_to_reconcile ON orders (due_at) WHERE status IN ('processing', 'held');

CREATE INDEX orders_by_status ON orders (status, order_id DESC);
CREATE INDEX orders_by_failure ON orders (failure_code, order_id DESC) WHERE failure_code IS NOT NULL;

-- Down Migration

DROP TABLE orders;
