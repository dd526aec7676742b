-- A fact about an order, a payment, a refund or an endpoint, frozen as the exact bytes that are signed and sent.
CREATE TABLE events (
    id          text PRIMARY KEY CHECK (id ~ '^evt_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    type        text NOT NULL CHECK (type ~ '^[a-z]+\.[a-z_]+$'),
    -- What the fact is about, and its number among the facts about it, from 1.
    object_id   text NOT NULL,
    sequence    int NOT NULL CHECK (sequence >= 1),
    payload     bytea NOT NULL CHECK (length(payload) <= 20480),
    created_at  timestamptz NOT NULL,
    -- Commit order for readers: (era, xact, position) below pg_snapshot_xmin(pg_current_snapshot())
    -- never gains an earlier row, so a reader that follows it misses nothing.
    xact        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position    bigint GENERATED ALWAYS AS IDENTITY,
    -- Transaction numbers start anew where a dump is restored into another cluster. `gateway migrate`
    -- notices and raises this default, so that later events stay behind the restored ones.
    era         int NOT NULL DEFAULT 1,
    -- A number is told once: two writers that both believe to be next cannot both commit.
    CONSTRAINT events_number_is_told_once UNIQUE (object_id, sequence)
);
-- The feed. created_at lets a search by time pass over rows without reading them.
CREATE INDEX events_by_merchant ON events (merchant_id, mode, era, xact, position) INCLUDE (created_at);

-- A URL of a merchant that wants to be told. The first one is also the face of /webhooks/config.
CREATE TABLE webhook_endpoints (
    id          text PRIMARY KEY CHECK (id ~ '^we_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    -- The endpoint behind /webhooks/config; it may wait for its URL.
    is_default  boolean NOT NULL DEFAULT false,
    url         text CHECK (length(url) <= 2048),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 255),
    -- Which events it wants; null is all of them, those of later versions included.
    events      text[],
    status      text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
    disabled_reason text,
    disabled_at timestamptz,
    -- Encrypted with the master key, bound to the endpoint's id. After a rotation the one before
    -- signs as well, until its time is over.
    secret      bytea NOT NULL,
    previous_secret bytea,
    previous_secret_expires_at timestamptz,
    -- Headers that the merchant wants on every attempt: a JSON object, encrypted like the secret,
    -- since they often carry a token.
    headers     bytea,
    -- Attempts per second at most, over all sender processes; null is no limit.
    rate_limit  int CHECK (rate_limit BETWEEN 1 AND 1000),
    -- Number of events told about this endpoint.
    sequence    int NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    -- The row outlives the endpoint, for the log.
    deleted_at  timestamptz,
    CONSTRAINT webhook_endpoints_enabled_has_url CHECK (status <> 'enabled' OR url IS NOT NULL),
    CONSTRAINT webhook_endpoints_disabled_has_reason CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    CONSTRAINT webhook_endpoints_deleted_is_disabled CHECK (
        deleted_at IS NULL OR (status = 'disabled' AND NOT is_default)),
    CONSTRAINT webhook_endpoints_rotation CHECK (
        (previous_secret IS NULL) = (previous_secret_expires_at IS NULL))
);
CREATE UNIQUE INDEX webhook_endpoints_one_default ON webhook_endpoints (merchant_id, mode) WHERE is_default;
CREATE INDEX webhook_endpoints_by_merchant ON webhook_endpoints (merchant_id, mode, created_at, id);

-- How an endpoint has been doing, for the sender. Apart from the endpoint itself, whose row every
-- publisher reads and locks: this one changes with the receiver's mood. No row: never tried.
CREATE TABLE endpoint_health (
    endpoint_id     text PRIMARY KEY REFERENCES webhook_endpoints,
    -- Failures since the last success, and when the first of them was.
    failures_in_row int NOT NULL DEFAULT 0,
    failing_since   timestamptz,
    -- Exact to a minute: a healthy endpoint is not written down at every delivery.
    last_success_at timestamptz,
    -- The breaker: nothing is sent before this moment, and then one probe.
    open_until      timestamptz,
    -- The rate limit: the moment of the next free slot.
    next_slot_at    timestamptz,
    CONSTRAINT endpoint_health_failing CHECK ((failures_in_row > 0) = (failing_since IS NOT NULL))
);

-- One event for one endpoint: the contract's "webhook log".
CREATE TABLE deliveries (
    id              uuid PRIMARY KEY,
    -- Merchant and mode are the event's: no further foreign key needed.
    merchant_id     uuid NOT NULL,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    event_id        text NOT NULL REFERENCES events,
    endpoint_id     text NOT NULL REFERENCES webhook_endpoints,
    event_type      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'success', 'failed')),
    -- Attempts that have ended in the present run; a retry by hand starts a new run from 0.
    attempts        int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Claims that were never finished since the last attempt: a delivery that kills its sender is
    -- counted as failed rather than tried for ever.
    claims          int NOT NULL DEFAULT 0,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    -- Of the last attempt. error_class as in delivery_attempts.
    response_code   int,
    error_class     text,
    created_at      timestamptz NOT NULL,
    -- The work; see payments. Between attempts due_at is next_attempt_at.
    due_at          timestamptz,
    lease_token     uuid,
    -- An event reaches an endpoint once, whoever fans out or replays.
    CONSTRAINT deliveries_one_per_endpoint UNIQUE (event_id, endpoint_id),
    CONSTRAINT deliveries_pending_is_due CHECK ((status = 'pending') = (due_at IS NOT NULL)),
    CONSTRAINT deliveries_next_only_when_pending CHECK (status = 'pending' OR next_attempt_at IS NULL)
);
-- What waits, by endpoint: the sender goes round over endpoints, so that one with a long queue
-- (or a hanging one) is passed in a single step. See work_queries.py.
CREATE INDEX deliveries_due ON deliveries (endpoint_id, due_at) WHERE status = 'pending';
CREATE INDEX deliveries_by_merchant ON deliveries (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, created_at DESC, id DESC);
CREATE INDEX deliveries_failed ON deliveries (merchant_id, mode, created_at DESC, id DESC) WHERE status = 'failed';

-- One HTTP try of a delivery. Append-only.
CREATE TABLE delivery_attempts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id   uuid NOT NULL REFERENCES deliveries,
    started_at    timestamptz NOT NULL,
    duration_ms   int NOT NULL CHECK (duration_ms >= 0),
    response_code int,
    -- dns, connect, tls, timeout, reset, protocol, refused_address, status; null for a success.
    error_class   text,
    error         text CHECK (length(error) <= 1000),
    -- As they were sent; values of the merchant's own headers are blotted out.
    request_headers json NOT NULL,
    response_body text CHECK (length(response_body) <= 4096)
);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (delivery_id, id);
