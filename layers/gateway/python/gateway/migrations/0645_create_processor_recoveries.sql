-- A comparison with the processors after a restore that has not ended: what goes on where it was, and whose stops
-- are its own (those that were made at `started_at`).
CREATE TABLE processor_recoveries (
    -- The account that is compared alone, or `all`.
    scope      text PRIMARY KEY,
    -- From when on the processors are asked what they have.
    since      timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    by_whom    text NOT NULL,
    -- Accounts that are done: whoever goes on leaves them out.
    compared   text[] NOT NULL DEFAULT '{}'
);
