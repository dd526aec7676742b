-- A payment is one try to pay an order. The row is also the work: `work` says what the
-- processor still has to be told, `due_at` when.
CREATE TABLE payments (
    id           text PRIMARY KEY CHECK (id ~ '^pay_[A-Za-z0-9]{16}$'),
    merchant_id  uuid NOT NULL REFERENCES merchants,
    mode         text NOT NULL CHECK (mode IN ('test', 'live')),
    order_id     text NOT NULL REFERENCES orders,
    amount       bigint NOT NULL CHECK (amount BETWEEN 100 AND 1000000000000),
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    capture      text NOT NULL CHECK (capture IN ('automatic', 'manual')),
    method       text NOT NULL CHECK (method IN ('upi', 'card')),
    vpa          text,
    card_network text,
    card_last4   text CHECK (card_last4 ~ '^[0-9]{4}$'),
    card_expiry_month smallint CHECK (card_expiry_month BETWEEN 1 AND 12),
    card_expiry_year  smallint CHECK (card_expiry_year BETWEEN 2000 AND 2199),
    -- Keyed hash of the number: tells that two payments used one card, and nothing else.
    card_fingerprint  bytea,
    status       text NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'requires_action', 'success', 'failed', 'cancelled')),
    captured     boolean NOT NULL DEFAULT false,
    amount_captured       bigint NOT NULL DEFAULT 0,
    amount_refund_pending bigint NOT NULL DEFAULT 0,
    amount_refunded       bigint NOT NULL DEFAULT 0,
    error_code        text,
    error_description text,
    -- What the shopper has to do while the status is requires_action.
    next_action  jsonb,
    authorized_at timestamptz,
    -- An authorisation that is not captured by then is cancelled.
    expires_at   timestamptz,
    sequence     int NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,

    -- The work. A claim moves due_at to the end of its lease and sets a new token:
    -- a claim that is never finished falls due again by itself, and its late finish meets another token.
    work         text CHECK (work IN ('authorize', 'capture', 'void')),
    due_at       timestamptz,
    attempts     int NOT NULL DEFAULT 0,
    lease_token  uuid,
    -- Committed before the first call to the processor: after a crash, look up before sending again.
    sent_at      timestamptz,
    -- Why a person has to look at it: the machine would have to guess. Never set together with work.
    review_reason text,

    CONSTRAINT payments_method_fields CHECK (
        (method = 'upi' AND vpa IS NOT NULL AND card_last4 IS NULL)
        OR (method = 'card' AND card_last4 IS NOT NULL AND card_network IS NOT NULL AND vpa IS NULL)),
    -- Money: never more captured than authorised, never more paid back (or promised) than captured.
    CONSTRAINT payments_capture_bounds CHECK (
        amount_captured BETWEEN 0 AND amount AND captured = (amount_captured > 0)),
    CONSTRAINT payments_refund_bounds CHECK (
        amount_refund_pending >= 0 AND amount_refunded >= 0
        AND amount_refund_pending + amount_refunded <= amount_captured),
    CONSTRAINT payments_captured_only_in_success CHECK (NOT captured OR status = 'success'),
    CONSTRAINT payments_error_only_in_failure CHECK ((status = 'failed') = (error_code IS NOT NULL)),
    CONSTRAINT payments_action_only_when_required CHECK ((status = 'requires_action') = (next_action IS NOT NULL)),
    CONSTRAINT payments_automatic_means_captured CHECK (
        capture = 'manual' OR status <> 'success' OR captured),
    CONSTRAINT payments_work_is_due CHECK ((work IS NULL) = (due_at IS NULL)),
    CONSTRAINT payments_review_ends_work CHECK (review_reason IS NULL OR work IS NULL),
    -- Undecided means that something is due, or that a person looks at it.
    CONSTRAINT payments_pending_is_worked CHECK (
        status NOT IN ('pending', 'requires_action') OR work = 'authorize' OR review_reason IS NOT NULL)
);
-- One live payment per order: the double click, the retry and the race all meet this.
CREATE UNIQUE INDEX payments_one_live_per_order ON payments (order_id)
    WHERE status IN ('pending', 'requires_action', 'success');
CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_by_merchant ON payments (merchant_id, mode, created_at DESC, id DESC);
CREATE INDEX payments_due ON payments (due_at) WHERE work IS NOT NULL;
CREATE INDEX payments_in_review ON payments (merchant_id, mode) WHERE review_reason IS NOT NULL;
CREATE INDEX payments_expiring ON payments (expires_at) WHERE expires_at IS NOT NULL;

-- Card data on its way to the processor: AES-256-GCM under the master key, bound to the payment's id.
-- Deleted with the processor's answer, at the latest after GATEWAY_CARD_VAULT_SECONDS.
CREATE TABLE card_vault (
    payment_id text PRIMARY KEY REFERENCES payments,
    ciphertext bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX card_vault_by_age ON card_vault (created_at);
