-- Net banking and wallets. `instrument` is the bank's or the wallet's code; over an account the shopper may choose it
-- in the processor's own form.
ALTER TABLE payments ADD COLUMN instrument text;

CREATE FUNCTION payment_holds(
    id text, mode text, amount bigint, currency text, capture text, method text, vpa text,
    card_network text, card_last4 text, card_expiry_month smallint, card_expiry_year smallint, flow text,
    instrument text, account_id text, status text, captured boolean, amount_captured bigint,
    amount_refund_pending bigint, amount_refunded bigint, error_code text, has_action boolean, sequence integer,
    work text, is_due boolean, review_reason text, capture_status text, void_status text
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT (
        id ~ '^pay_[A-Za-z0-9]{16}$' AND mode IN ('test', 'live') AND amount BETWEEN 100 AND 1000000000000
        AND currency ~ '^[A-Z]{3}$' AND capture IN ('automatic', 'manual') AND sequence >= 0
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_are_of_an_order', MESSAGE = 'payment ' || id;
    END IF;
    IF NOT (
        method IN ('upi', 'card', 'netbanking', 'wallet') AND flow IN ('collect', 'intent', 'qr')
        AND card_last4 ~ '^[0-9]{4}$' AND card_expiry_month BETWEEN 1 AND 12
        AND card_expiry_year BETWEEN 2000 AND 2199 AND instrument ~ '^[A-Za-z0-9_]{2,30}$'
        -- What pays is typed into the processor's form: we learn it afterwards, or never.
        AND CASE method
            WHEN 'upi' THEN card_last4 IS NULL AND instrument IS NULL
                 AND (vpa IS NOT NULL OR account_id IS NOT NULL OR COALESCE(flow, '') IN ('intent', 'qr'))
            WHEN 'card' THEN vpa IS NULL AND instrument IS NULL
                 AND (account_id IS NOT NULL OR (card_last4 IS NOT NULL AND card_network IS NOT NULL))
            ELSE vpa IS NULL AND card_last4 IS NULL AND flow IS NULL
                 AND (account_id IS NOT NULL OR instrument IS NOT NULL) END
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_have_one_method', MESSAGE = 'payment ' || id;
    END IF;
    IF NOT (
        status IN ('pending', 'requires_action', 'success', 'failed', 'cancelled')
        AND (status = 'requires_action') = has_action AND (status = 'failed') = (error_code IS NOT NULL)
        AND (NOT captured OR status = 'success') AND (capture = 'manual' OR status <> 'success' OR captured)
        AND capture_status IN ('pending', 'succeeded', 'failed') AND void_status IN ('pending', 'succeeded', 'failed')
        AND (capture_status IS NULL OR captured = (capture_status <> 'failed'))
        -- A payment is cancelled by the bank's yes; until then it holds its order.
        AND (void_status IS DISTINCT FROM 'succeeded' OR status = 'cancelled')
        AND (void_status IS DISTINCT FROM 'pending' OR (status = 'success' AND NOT captured))
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_have_one_state', MESSAGE = 'payment ' || id;
    END IF;
    IF NOT (
        amount_captured BETWEEN 0 AND amount AND captured = (amount_captured > 0)
        AND amount_refund_pending >= 0 AND amount_refunded >= 0
        -- Refunds that were asked for while a capture was under way outlive its refusal, until each has failed.
        AND CASE WHEN capture_status = 'failed' THEN amount_refunded = 0 AND amount_refund_pending <= amount
                 ELSE amount_refund_pending + amount_refunded <= amount_captured END
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_bound_amounts', MESSAGE = 'payment ' || id;
    END IF;
    IF NOT (
        work IN ('authorize', 'capture', 'void', 'close', 'check') AND (work IS NULL) = NOT is_due
        AND (review_reason IS NULL OR work IS NULL) AND (work NOT IN ('close', 'check') OR account_id IS NOT NULL)
        -- Asked means that something is due, or that a person looks at it.
        AND (capture_status IS DISTINCT FROM 'pending' OR COALESCE(work, '') = 'capture' OR review_reason IS NOT NULL)
        AND (void_status IS DISTINCT FROM 'pending' OR COALESCE(work, '') = 'void' OR review_reason IS NOT NULL)
        -- An account's automatic payment that is authorised is captured by us before it is a success; one whose time
        -- is over is closed before it has failed.
        AND (status NOT IN ('pending', 'requires_action') OR COALESCE(work, '') = 'authorize'
             OR (account_id IS NOT NULL AND COALESCE(work, '') IN ('capture', 'close'))
             OR review_reason IS NOT NULL)
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_pending_is_worked', MESSAGE = 'payment ' || id;
    END IF;
    RETURN true;
END
$$;

-- The same rules and wider ones, in the same statement; the next migration looks at the rows that are there.
ALTER TABLE payments
    DROP CONSTRAINT payments_hold,
    ADD CONSTRAINT payments_hold CHECK (payment_holds(
        id, mode, amount, currency, capture, method, vpa, card_network, card_last4, card_expiry_month,
        card_expiry_year, flow, instrument, account_id, status, captured, amount_captured, amount_refund_pending,
        amount_refunded, error_code, next_action IS NOT NULL, sequence, work, due_at IS NOT NULL, review_reason,
        capture_status, void_status)) NOT VALID;

DROP FUNCTION payment_holds(
    text, text, bigint, text, text, text, text, text, text, smallint, smallint, text, text, text, boolean, bigint,
    bigint, bigint, text, boolean, integer, text, boolean, text, text, text);

ALTER TABLE processor_routes
    DROP CONSTRAINT processor_routes_method_check,
    ADD CONSTRAINT processor_routes_method CHECK (method IN ('upi', 'card', 'netbanking', 'wallet')) NOT VALID;

ALTER TABLE checkout_settings
    DROP CONSTRAINT checkout_settings_methods_check,
    ADD CONSTRAINT checkout_settings_methods CHECK (
        cardinality(methods) >= 1 AND methods <@ '{card,upi,netbanking,wallet}') NOT VALID;

-- In the place of the one of cards alone: what is found fast is what is rare.
CREATE INDEX payments_by_other_method ON payments (merchant_id, mode, method, created_at DESC, id DESC)
    WHERE method <> 'upi';
DROP INDEX payments_by_card;
