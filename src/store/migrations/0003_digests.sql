-- Up Migration

-- What was held and failed at each review: the next one compares with it.
CREATE TABLE digests (
  scheduled_at timestamptz PRIMARY KEY,           -- one a review, however often it is tried
  digest_id    uuid NOT NULL,                     -- UUIDv7; the webhook's id
  digest       json NOT NULL
);

-- Down Migration

DROP TABLE digests;
