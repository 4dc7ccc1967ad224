-- Up Migration

-- A client's list: its own orders, however few they are among all. Read from its end.
CREATE INDEX orders_by_client ON orders (client_id, order_id);

-- Down Migration

DROP INDEX orders_by_client;
