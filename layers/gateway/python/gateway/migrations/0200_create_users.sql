-- A person who works in a merchant's dashboard. An e-mail address belongs to one person at one merchant.
CREATE TABLE users (
    id            uuid PRIMARY KEY,
    merchant_id   uuid NOT NULL REFERENCES merchants,
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    name          text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    role          text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'support', 'viewer')),
    -- argon2id, in the PHC format. Null until an invitation is accepted.
    password_hash text,
    -- SHA-256 of the token in an invitation's link, until it is accepted.
    invite_hash   bytea CHECK (length(invite_hash) = 32),
    invite_expires_at timestamptz,
    created_at    timestamptz NOT NULL,
    last_login_at timestamptz,
    -- A removed person keeps the row, since the audit log names it; the address becomes free.
    removed_at    timestamptz,
    CONSTRAINT users_invite_has_end CHECK ((invite_hash IS NULL) = (invite_expires_at IS NULL)),
    CONSTRAINT users_invited_or_able CHECK (
        removed_at IS NOT NULL OR (invite_hash IS NULL) = (password_hash IS NOT NULL))
);
CREATE UNIQUE INDEX users_one_per_email ON users (email) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX users_by_invite ON users (invite_hash) WHERE invite_hash IS NOT NULL;
CREATE INDEX users_by_merchant ON users (merchant_id, created_at);

-- A log-in on one browser. The cookie holds the token; here is only its SHA-256.
CREATE TABLE user_sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users,
    token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at   timestamptz NOT NULL,
    -- Written at most once a minute.
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    address      text NOT NULL CHECK (length(address) <= 64),
    user_agent   text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300)
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id, created_at DESC);
CREATE INDEX user_sessions_by_end ON user_sessions (expires_at);

-- Wrong passwords, counted under keyed hashes of what was tried: an e-mail address, known or not, with
-- an address, and each alone. Nothing here tells whether an account exists.
CREATE TABLE login_failures (
    subject      bytea PRIMARY KEY CHECK (length(subject) = 32),
    failures     int NOT NULL CHECK (failures >= 1),
    last_at      timestamptz NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (last_at);
