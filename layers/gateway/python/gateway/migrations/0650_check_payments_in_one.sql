-- Postgres reads the text of every CHECK of a table anew for each statement that writes a row, and thirty of them were
-- two thirds of what storing a payment cost. A function is prepared once for a connection. The error names the
-- group of rules. An expression that is unknown (a null) holds, as in a CHECK: so what is asked of `work` and `flow`
-- asks for a value, which the rules before forgot (a pending payment with nothing due was taken).
CREATE FUNCTION payment_holds(
    id text, mode text, amount bigint, currency text, capture text, method text, vpa text,
    card_network text, card_last4 text, card_expiry_month smallint, card_expiry_year smallint, flow text,
    account_id text, status text, captured boolean, amount_captured bigint, amount_refund_pending bigint,
    amount_refunded bigint, error_code text, has_action boolean, sequence integer, work text, is_due boolean,
    review_reason text, capture_status text, void_status text
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT (
        id ~ '^pay_[A-Za-z0-9]{16}$' AND mode IN ('test', 'live') AND amount BETWEEN 100 AND 1000000000000
        AND currency ~ '^[A-Z]{3}$' AND capture IN ('automatic', 'manual') AND sequence >= 0
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'payments_are_of_an_order', MESSAGE = 'payment ' || id;
    END IF;
    IF NOT (
        method IN ('upi', 'card') AND flow IN ('collect', 'intent', 'qr') AND card_last4 ~ '^[0-9]{4}$'
        AND card_expiry_month BETWEEN 1 AND 12 AND card_expiry_year BETWEEN 2000 AND 2199
        -- What pays is typed into the processor's form: we learn it afterwards, or never.
        AND CASE WHEN method = 'upi'
                 THEN card_last4 IS NULL
                      AND (vpa IS NOT NULL OR account_id IS NOT NULL OR COALESCE(flow, '') IN ('intent', 'qr'))
                 ELSE vpa IS NULL
                      AND (account_id IS NOT NULL OR (card_last4 IS NOT NULL AND card_network IS NOT NULL)) END
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

ALTER TABLE payments
    ADD CONSTRAINT payments_hold CHECK (payment_holds(
        id, mode, amount, currency, capture, method, vpa, card_network, card_last4, card_expiry_month,
        card_expiry_year, flow, account_id, status, captured, amount_captured, amount_refund_pending, amount_refunded,
        error_code, next_action IS NOT NULL, sequence, work, due_at IS NOT NULL, review_reason, capture_status,
        void_status)) NOT VALID,
    DROP CONSTRAINT payments_action_only_when_required,
    DROP CONSTRAINT payments_amount_check,
    DROP CONSTRAINT payments_asked_is_worked,
    DROP CONSTRAINT payments_automatic_means_captured,
    DROP CONSTRAINT payments_capture_bounds,
    DROP CONSTRAINT payments_capture_check,
    DROP CONSTRAINT payments_capture_status,
    DROP CONSTRAINT payments_captured_only_in_success,
    DROP CONSTRAINT payments_card_expiry_month_check,
    DROP CONSTRAINT payments_card_expiry_year_check,
    DROP CONSTRAINT payments_card_last4_check,
    DROP CONSTRAINT payments_currency_check,
    DROP CONSTRAINT payments_error_only_in_failure,
    DROP CONSTRAINT payments_flow,
    DROP CONSTRAINT payments_id_check,
    DROP CONSTRAINT payments_method_check,
    DROP CONSTRAINT payments_method_fields,
    DROP CONSTRAINT payments_mode_check,
    DROP CONSTRAINT payments_pending_is_worked,
    DROP CONSTRAINT payments_refund_bounds,
    DROP CONSTRAINT payments_refused_capture_takes_nothing,
    DROP CONSTRAINT payments_review_ends_work,
    DROP CONSTRAINT payments_sequence_check,
    DROP CONSTRAINT payments_status_check,
    DROP CONSTRAINT payments_void_status,
    DROP CONSTRAINT payments_voided_means_cancelled,
    DROP CONSTRAINT payments_work_check,
    DROP CONSTRAINT payments_work_is_due,
    DROP CONSTRAINT payments_work_of_an_account;
