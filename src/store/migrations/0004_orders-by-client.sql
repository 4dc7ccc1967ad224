-- Up Migration

-- A client's list: its own orders, newest first, however few they are among all.
CREATE INDEX orders_by_client ON orders (client_id, order_id DESC);

-- Down Migration

DROP INDEX orders_by_client;
