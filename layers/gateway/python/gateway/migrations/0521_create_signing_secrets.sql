-- The secret that signs a shopper's result: one per mode, so that who holds a test key cannot sign a live result.
-- Test mode keeps the merchant's secret of before; a live one is made afresh when it is first needed.
CREATE TABLE signing_secrets (
    -- What the ciphertexts are bound to.
    id           uuid PRIMARY KEY,
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    secret       bytea NOT NULL,
    -- A rotation: shown at once, and signs from then on, so that merchants have time to accept both.
    next_secret  bytea,
    activates_at timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    UNIQUE (merchant_id, mode),
    CHECK ((next_secret IS NULL) = (activates_at IS NULL))
);

-- Of a merchant that the previous version makes beside us the row is copied in the same way when it is needed:
-- until the next release merchants.signing_secret is the copy of test mode that it reads.
INSERT INTO signing_secrets (id, merchant_id, mode, secret, created_at, updated_at)
SELECT id, id, 'test', signing_secret, now(), now() FROM merchants;
