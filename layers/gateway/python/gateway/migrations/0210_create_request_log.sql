-- What was asked of the API with a key or by a person, for whoever has to find out why an integration fails: never
-- a body, a query string, a header or a secret. Written in batches behind the answers (gateway.requests.record),
-- so a crash loses the last second of it; nothing else depends on it. The sweep deletes what is older than
-- GATEWAY_REQUEST_LOG_HOURS.
CREATE TABLE request_log (
    -- In the order of writing, which is nearly that of time: the oldest are found by it.
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- No foreign key: every batch would meet in the merchant's row.
    merchant_id uuid NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    -- The answer's X-Request-Id. A caller may choose it, so it need not be unique.
    request_id  text NOT NULL CHECK (length(request_id) <= 64),
    method      text NOT NULL CHECK (length(method) <= 16),
    -- Without the query; digits that could be a card's number are blotted out.
    path        text NOT NULL CHECK (length(path) <= 200),
    status      int NOT NULL,
    -- Milliseconds until the answer had been sent.
    duration_ms real NOT NULL CHECK (duration_ms >= 0),
    -- Of the error in the answer, if it was one.
    error_code  text,
    -- Who asked: the key, or the person at the dashboard.
    key_id      text,
    user_email  text,
    -- The answer was the kept one of an earlier request with the same idempotency key.
    replayed    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL
);
CREATE INDEX request_log_by_merchant ON request_log (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX request_log_by_request ON request_log (merchant_id, mode, request_id);
CREATE INDEX request_log_errors ON request_log (merchant_id, mode, created_at DESC, id DESC) WHERE status >= 400;
CREATE INDEX request_log_by_status ON request_log (merchant_id, mode, status, created_at DESC, id DESC)
    WHERE status >= 400;
