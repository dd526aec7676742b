-- Refunds that a daily cap has refused, for people to look at: nothing else is stored of them.
CREATE TABLE refund_cap_reviews (
    id          text PRIMARY KEY CHECK (id ~ '^capr_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    currency    text NOT NULL,
    day         date NOT NULL,
    -- The key or person, as `refund_cap_uses` names it, and what a person recognises of it.
    maker       text NOT NULL,
    asked_by    text NOT NULL CHECK (length(asked_by) <= 255),
    -- What was asked for last, and how often something was.
    payment_id  text NOT NULL REFERENCES payments,
    amount      bigint NOT NULL CHECK (amount > 0),
    asks        int NOT NULL CHECK (asks > 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    -- Null: it waits for a person.
    settled_at  timestamptz,
    settled_by  text CHECK (length(settled_by) <= 255),
    CONSTRAINT refund_cap_reviews_one_a_day UNIQUE (merchant_id, mode, day, currency, maker)
);
