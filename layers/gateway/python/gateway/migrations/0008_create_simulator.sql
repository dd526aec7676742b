-- The simulated processor's own books: what a bank would hold on its side of the wire.
-- The gateway never reads this schema except through gateway.processors.simulator.
CREATE SCHEMA simulator;

CREATE TABLE simulator.operations (
    -- Our key for the call: a repeat with the same key is the same operation.
    key        text PRIMARY KEY,
    payment_id text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
    amount     bigint NOT NULL,
    currency   text NOT NULL,
    -- The magic outcome that was asked for, by number or VPA.
    scenario   text NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('approved', 'declined', 'pending', 'action')),
    error_code text,
    error_description text,
    -- The bank knows its answer from this moment on.
    answer_at  timestamptz NOT NULL,
    -- How often the call was made; how often it was made anew is the number of rows.
    requests   int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX simulator_operations_by_payment ON simulator.operations (payment_id);
