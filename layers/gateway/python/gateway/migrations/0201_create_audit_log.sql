-- Who did what to what makes money or access: one row per control action, in the transaction of the action.
-- Orders and payments have their events; they are not repeated here.
CREATE TABLE audit_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id uuid NOT NULL REFERENCES merchants,
    -- Null where the action concerns no mode (team, log-ins).
    mode        text CHECK (mode IN ('test', 'live')),
    actor_kind  text NOT NULL CHECK (actor_kind IN ('user', 'key', 'system')),
    -- The user's or the key's id.
    actor_id    text NOT NULL,
    -- What a person recognises: the e-mail at that time, or the key's id.
    actor       text NOT NULL,
    action      text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_id   text,
    -- What was asked for or changed; never a secret.
    details     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
    address     text,
    request_id  text,
    created_at  timestamptz NOT NULL
);
CREATE INDEX audit_log_by_merchant ON audit_log (merchant_id, id DESC);
CREATE INDEX audit_log_by_object ON audit_log (merchant_id, object_id, id) WHERE object_id IS NOT NULL;
