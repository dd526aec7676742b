-- A fact about an order, a payment or a refund, frozen as the exact bytes that are signed and sent.
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
    -- Commit order for readers: (xact, position) below pg_snapshot_xmin(pg_current_snapshot())
    -- never gains an earlier row, so a reader that follows it misses nothing.
    xact        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position    bigint GENERATED ALWAYS AS IDENTITY,
    -- A number is told once: two writers that both believe to be next cannot both commit.
    CONSTRAINT events_number_is_told_once UNIQUE (object_id, sequence)
);
CREATE INDEX events_by_merchant ON events (merchant_id, mode, xact, position);

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
    -- Encrypted with the master key, bound to the endpoint's id.
    secret      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT webhook_endpoints_enabled_has_url CHECK (status <> 'enabled' OR url IS NOT NULL)
);
CREATE UNIQUE INDEX webhook_endpoints_one_default ON webhook_endpoints (merchant_id, mode) WHERE is_default;
CREATE INDEX webhook_endpoints_by_merchant ON webhook_endpoints (merchant_id, mode, created_at, id);

-- One event for one endpoint: the contract's "webhook log".
CREATE TABLE deliveries (
    id              uuid PRIMARY KEY,
    merchant_id     uuid NOT NULL REFERENCES merchants,
    mode            text NOT NULL CHECK (mode IN ('test', 'live')),
    event_id        text NOT NULL REFERENCES events,
    endpoint_id     text NOT NULL REFERENCES webhook_endpoints,
    event_type      text NOT NULL,
    status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'success', 'failed')),
    -- Failures of the present run; a retry by hand starts a new run from 0.
    attempts        int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    response_code   int,
    created_at      timestamptz NOT NULL,
    -- The work; see payments. Between attempts due_at is next_attempt_at.
    due_at          timestamptz,
    lease_token     uuid,
    CONSTRAINT deliveries_pending_is_due CHECK ((status = 'pending') = (due_at IS NOT NULL)),
    CONSTRAINT deliveries_next_only_when_pending CHECK (status = 'pending' OR next_attempt_at IS NULL)
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'pending';
CREATE INDEX deliveries_by_merchant ON deliveries (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX deliveries_by_event ON deliveries (event_id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, created_at DESC);

-- One HTTP try of a delivery.
CREATE TABLE delivery_attempts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id   uuid NOT NULL REFERENCES deliveries,
    started_at    timestamptz NOT NULL,
    duration_ms   int NOT NULL CHECK (duration_ms >= 0),
    response_code int,
    -- dns, connect, tls, timeout, reset, refused_address, status; null for a success.
    error_class   text,
    error         text CHECK (length(error) <= 1000),
    response_body text CHECK (length(response_body) <= 4096)
);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (delivery_id, id);
