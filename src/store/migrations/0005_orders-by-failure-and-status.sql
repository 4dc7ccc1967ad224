-- Up Migration

-- The list of what is held, or failed, with one failure code: read from its end.
CREATE INDEX orders_by_failure_and_status ON orders (failure_code, status, order_id) WHERE failure_code IS NOT NULL;

-- Down Migration

DROP INDEX orders_by_failure_and_status;
