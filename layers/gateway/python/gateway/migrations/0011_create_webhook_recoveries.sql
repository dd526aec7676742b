-- A request to send again what an endpoint (or all of a merchant's) has missed. Worked off in steps by the
-- webhooks process, in the order of the feed; era, xact and position are where it has come to.
CREATE TABLE webhook_recoveries (
    id          text PRIMARY KEY CHECK (id ~ '^rec_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    endpoint_id text REFERENCES webhook_endpoints,
    -- From (inclusive) and until (exclusive) when the events happened.
    since       timestamptz NOT NULL,
    until       timestamptz NOT NULL,
    -- Only these types; null is all.
    events      text[],
    -- Which deliveries: failed ones, those that were never made, those that succeeded.
    wants_failed  boolean NOT NULL,
    wants_missing boolean NOT NULL,
    wants_success boolean NOT NULL,
    status      text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'completed', 'cancelled')),
    -- Counted when it was asked for, up to a bound; and how many it has made due so far.
    total       bigint NOT NULL,
    scheduled   bigint NOT NULL DEFAULT 0,
    era         int NOT NULL DEFAULT 0,
    xact        xid8 NOT NULL DEFAULT '0',
    position    bigint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT webhook_recoveries_range CHECK (since < until),
    CONSTRAINT webhook_recoveries_finished CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX webhook_recoveries_running ON webhook_recoveries (created_at) WHERE status = 'running';
CREATE INDEX webhook_recoveries_by_merchant ON webhook_recoveries (merchant_id, mode, created_at DESC, id DESC);
