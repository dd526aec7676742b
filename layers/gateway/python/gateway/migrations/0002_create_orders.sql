-- An order is what is to be paid. Its amount never changes.
CREATE TABLE orders (
    id          text PRIMARY KEY CHECK (id ~ '^order_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    amount      bigint NOT NULL CHECK (amount BETWEEN 100 AND 1000000000000),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    receipt     text CHECK (length(receipt) <= 255),
    notes       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(notes) = 'object'),
    -- automatic: paid means captured. manual: paid means authorised until the merchant captures.
    capture     text NOT NULL CHECK (capture IN ('automatic', 'manual')),
    -- created: no payment yet. attempted: at least one payment. paid: money captured; never left again.
    status      text NOT NULL DEFAULT 'created' CHECK (status IN ('created', 'attempted', 'paid')),
    -- Number of events told about this order; the next one is this plus one.
    sequence    int NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
-- Keyset pages of the list, newest first.
CREATE INDEX orders_by_merchant ON orders (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX orders_by_receipt ON orders (merchant_id, mode, receipt) WHERE receipt IS NOT NULL;
