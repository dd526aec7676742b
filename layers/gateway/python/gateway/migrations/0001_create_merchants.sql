-- A merchant is a tenant: everything else belongs to exactly one, in one mode.
CREATE TABLE merchants (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    email       text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    -- Key of HMAC(order_id|payment_id) in the checkout's signed result. Encrypted with the master key.
    signing_secret bytea NOT NULL,
    created_at  timestamptz NOT NULL
);

-- A key pair of a merchant. Several may be live at once, so that one can be rotated without a gap.
-- The id is public (it stands in the checkout); the secret is kept as HMAC-SHA256 under a pepper only.
CREATE TABLE api_keys (
    id           text PRIMARY KEY CHECK (id ~ '^key_(test|live)_[A-Za-z0-9]{1,64}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    secret_hash  bytea NOT NULL CHECK (length(secret_hash) = 32),
    label        text NOT NULL DEFAULT '',
    -- What the key may do; the empty list is a key that can only name its merchant (checkout).
    scopes       text[] NOT NULL DEFAULT '{read,write}',
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    -- Set by a rotation: from this moment on the key is refused.
    expires_at   timestamptz,
    revoked_at   timestamptz,
    -- The mode is part of the id, so that a person can see it.
    CONSTRAINT api_keys_mode_in_id CHECK (id LIKE 'key\_' || mode || '\_%')
);
CREATE INDEX api_keys_by_merchant ON api_keys (merchant_id, mode);
