-- Keys that cannot be exchanged, since what was hashed under them is not kept: the pepper of API secrets and the key
-- of card fingerprints. Each is sealed under the master key, so that a new master key only means sealing them anew.
CREATE TABLE data_keys (
    name       text PRIMARY KEY,
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
