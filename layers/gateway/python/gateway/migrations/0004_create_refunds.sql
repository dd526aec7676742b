-- Money on its way back to the shopper. The amount is reserved on the payment from the first moment.
CREATE TABLE refunds (
    id           text PRIMARY KEY CHECK (id ~ '^rfnd_[A-Za-z0-9]{16}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    payment_id   text NOT NULL REFERENCES payments,
    amount       bigint NOT NULL CHECK (amount > 0),
    currency     text NOT NULL,
    reason       text CHECK (length(reason) <= 255),
    status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'failed')),
    error_code        text,
    error_description text,
    sequence     int NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    processed_at timestamptz,
    -- The work; see payments.
    work         text CHECK (work IN ('refund')),
    due_at       timestamptz,
    attempts     int NOT NULL DEFAULT 0,
    lease_token  uuid,
    sent_at      timestamptz,
    review_reason text,

    CONSTRAINT refunds_processed_at_with_status CHECK ((status = 'processed') = (processed_at IS NOT NULL)),
    CONSTRAINT refunds_error_only_in_failure CHECK ((status = 'failed') = (error_code IS NOT NULL)),
    CONSTRAINT refunds_work_is_due CHECK ((work IS NULL) = (due_at IS NULL)),
    CONSTRAINT refunds_pending_is_worked CHECK (
        (status = 'pending') = (work IS NOT NULL OR review_reason IS NOT NULL))
);
CREATE INDEX refunds_by_payment ON refunds (payment_id, created_at DESC, id DESC);
CREATE INDEX refunds_by_merchant ON refunds (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX refunds_due ON refunds (due_at) WHERE work IS NOT NULL;
CREATE INDEX refunds_in_review ON refunds (merchant_id, mode) WHERE review_reason IS NOT NULL;
