-- Webhooks that the built-in receiver of test mode has taken: for merchants who have no receiver yet, and to see
-- what ours would verify. Anybody who knows an inbox's URL may post to it, so it is bounded: the newest hundred
-- of a merchant stay.
CREATE TABLE webhook_inbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode = 'test'),
    endpoint_id text NOT NULL REFERENCES webhook_endpoints,
    -- What the sender said: the webhook-id header and the event in the body, neither of them believed.
    event_id    text CHECK (length(event_id) <= 64),
    event_type  text CHECK (length(event_type) <= 64),
    -- Whether a receiver with the endpoint's secret would have taken it, and what was wrong.
    verified    boolean NOT NULL,
    problems    jsonb NOT NULL CHECK (jsonb_typeof(problems) = 'array'),
    -- Those that verification needs; never Authorization or cookies.
    headers     jsonb NOT NULL CHECK (jsonb_typeof(headers) = 'object'),
    body        bytea NOT NULL CHECK (length(body) <= 65536),
    -- The status that was answered.
    answered    int NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX webhook_inbox_by_merchant ON webhook_inbox (merchant_id, mode, id DESC);
