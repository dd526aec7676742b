-- The first answer to a request with an Idempotency-Key. The row is inserted first in the transaction
-- that does the work: a rival waits on the primary key, and a crash leaves nothing behind.
CREATE TABLE idempotency_keys (
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of method, path and body.
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    -- Null only inside the transaction that made the row.
    status_code  int,
    response     bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (merchant_id, mode, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
