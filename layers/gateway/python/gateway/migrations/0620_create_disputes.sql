-- What the processor knows and we did not ask for: money that came late or twice and goes back, refunds that were made
-- in its own dashboard or taken back, disputes.

-- A shopper's bank wants money back. As the processor tells it: the amount is not booked here.
CREATE TABLE disputes (
    id          text PRIMARY KEY CHECK (id ~ '^disp_[A-Za-z0-9]{16}$'),
    merchant_id uuid NOT NULL REFERENCES merchants,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    account_id  text NOT NULL REFERENCES processor_accounts,
    payment_id  text NOT NULL REFERENCES payments,
    -- The processor's id: it is found once.
    reference   text NOT NULL CHECK (length(reference) <= 255),
    amount      bigint NOT NULL CHECK (amount >= 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- In the processor's words, as is `raw`, its state.
    reason      text NOT NULL CHECK (length(reason) <= 100),
    status      text NOT NULL CHECK (status IN ('needs_response', 'under_review', 'won', 'lost')),
    raw         text NOT NULL CHECK (length(raw) <= 100),
    respond_by  timestamptz,
    sequence    int NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT disputes_once UNIQUE (account_id, reference)
);
CREATE INDEX disputes_by_payment ON disputes (payment_id);
CREATE INDEX disputes_by_merchant ON disputes (merchant_id, mode, created_at DESC, id DESC);

-- As all lists have it. (Nothing has written this table yet.)
ALTER TABLE unexpected_money RENAME COLUMN found_at TO created_at;
ALTER TABLE unexpected_money
    ADD COLUMN sequence int NOT NULL DEFAULT 1,
    -- How often its refund was asked for anew, after the processor had refused it: part of the refund's key.
    ADD COLUMN refund_number smallint NOT NULL DEFAULT 1,
    -- When the processor took the refund back: then a person looks at it.
    ADD COLUMN taken_back_at timestamptz,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    DROP CONSTRAINT unexpected_money_returned_at,
    ADD CONSTRAINT unexpected_money_returned_at CHECK (
        (status = 'returned' OR taken_back_at IS NOT NULL) = (returned_at IS NOT NULL)),
    ADD CONSTRAINT unexpected_money_taken_back CHECK (taken_back_at IS NULL OR status = 'review'),
    ADD CONSTRAINT unexpected_money_review CHECK ((status = 'review') = (review_reason IS NOT NULL));
CREATE INDEX unexpected_money_for_people ON unexpected_money (merchant_id, mode) WHERE status IN ('kept', 'review');

-- A refund that the processor took back was processed once, and is failed now.
ALTER TABLE refunds
    DROP CONSTRAINT refunds_processed_at_with_status,
    ADD CONSTRAINT refunds_processed_at_with_status CHECK (
        (status = 'processed' OR taken_back_at IS NOT NULL) = (processed_at IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT refunds_taken_back_means_failed CHECK (taken_back_at IS NULL OR status = 'failed') NOT VALID;

CREATE INDEX refunds_made_elsewhere ON refunds (merchant_id, mode, created_at DESC, id DESC) WHERE origin <> 'gateway';

ALTER TABLE ledger_entries
    DROP CONSTRAINT ledger_entries_id_check,
    ADD CONSTRAINT ledger_entries_id_check CHECK (id ~ '^(pay|rfnd|unex)_[A-Za-z0-9]{16}:[a-z_]+$') NOT VALID,
    DROP CONSTRAINT ledger_entries_kind_names_accounts,
    ADD CONSTRAINT ledger_entries_kind_names_accounts CHECK ((kind, debit, credit) IN (
        ('authorization',   'authorized_receivable', 'authorized_payable'),
        ('release',         'authorized_payable',    'authorized_receivable'),
        ('capture',         'processor_receivable',  'merchant_payable'),
        ('reserve',         'merchant_payable',      'refunds_pending'),
        ('payout',          'refunds_pending',       'processor_receivable'),
        ('return',          'refunds_pending',       'merchant_payable'),
        ('payout_reversal', 'processor_receivable',  'refunds_pending'),
        ('unexpected',      'processor_receivable',  'suspense'),
        ('unexpected_refund',          'suspense',             'processor_receivable'),
        ('unexpected_refund_reversal', 'processor_receivable', 'suspense'))) NOT VALID;

-- As in 0530, and: a payout that was taken back is reversed and the amount returned; money that nobody expected lies in
-- suspense until it has gone back.
CREATE OR REPLACE VIEW ledger_expected WITH (security_invoker = true) AS
SELECT object.id || ':' || step.kind AS id, object.id AS object_id, object.merchant_id, object.mode, object.currency,
       step.kind, step.debit, step.credit, step.amount, step.at AS created_at
FROM payments object
CROSS JOIN LATERAL (VALUES
    ('authorization', 'authorized_receivable', 'authorized_payable', object.amount,
     COALESCE(object.authorized_at, object.updated_at), object.capture = 'manual'
     AND (object.status = 'success' OR (object.status = 'cancelled' AND object.authorized_at IS NOT NULL))),
    ('release', 'authorized_payable', 'authorized_receivable', object.amount, object.updated_at,
     object.capture = 'manual'
     AND ((object.captured AND object.capture_status IS DISTINCT FROM 'pending')
          OR (object.status = 'cancelled' AND object.authorized_at IS NOT NULL))),
    ('capture', 'processor_receivable', 'merchant_payable', object.amount_captured,
     CASE WHEN object.capture = 'manual' THEN object.updated_at
          ELSE COALESCE(object.authorized_at, object.updated_at) END,
     object.captured AND object.capture_status IS DISTINCT FROM 'pending')
) AS step (kind, debit, credit, amount, at, has_happened)
WHERE step.has_happened
UNION ALL
SELECT object.id || ':' || step.kind, object.id, object.merchant_id, object.mode, object.currency,
       step.kind, step.debit, step.credit, object.amount, step.at
FROM refunds object
CROSS JOIN LATERAL (VALUES
    ('reserve', 'merchant_payable', 'refunds_pending', object.created_at,
     object.reserved OR object.status = 'processed'),
    ('payout', 'refunds_pending', 'processor_receivable', object.processed_at, object.processed_at IS NOT NULL),
    ('payout_reversal', 'processor_receivable', 'refunds_pending', object.taken_back_at,
     object.taken_back_at IS NOT NULL),
    ('return', 'refunds_pending', 'merchant_payable', object.updated_at, object.status = 'failed' AND object.reserved)
) AS step (kind, debit, credit, at, has_happened)
WHERE step.has_happened
UNION ALL
SELECT object.id || ':' || step.kind, object.id, object.merchant_id, object.mode, object.currency,
       step.kind, step.debit, step.credit, object.amount, step.at
FROM unexpected_money object
CROSS JOIN LATERAL (VALUES
    ('unexpected', 'processor_receivable', 'suspense', object.created_at, true),
    ('unexpected_refund', 'suspense', 'processor_receivable', object.returned_at, object.returned_at IS NOT NULL),
    ('unexpected_refund_reversal', 'processor_receivable', 'suspense', object.taken_back_at,
     object.taken_back_at IS NOT NULL)
) AS step (kind, debit, credit, at, has_happened)
WHERE step.has_happened;
