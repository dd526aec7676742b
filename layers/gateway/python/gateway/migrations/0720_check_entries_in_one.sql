-- As 0650 for payments: the text of a CHECK is read anew for each statement that writes a row, and the kinds of the
-- ledger's entries alone were 15 KB of it. Stored one by one an entry costs Postgres a third less and an order a sixth;
-- in batches of fifty both cost what they did. (Events keep their CHECKs: those have 3 KB, which a call costs as well.)
CREATE FUNCTION ledger_entry_holds(
    id text, mode text, currency text, kind text, debit text, credit text, amount bigint
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT (
        id ~ '^(pay|rfnd|unex)_[A-Za-z0-9]{16}:[a-z_]+$' AND id LIKE '%:' || kind AND mode IN ('test', 'live')
        AND currency ~ '^[A-Z]{3}$' AND amount BETWEEN 1 AND 1000000000000
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'ledger_entries_are_of_a_step', MESSAGE = 'entry ' || id;
    END IF;
    -- What a step means, once for all: an entry of a kind moves money between these accounts and no others.
    IF NOT (CASE kind
        WHEN 'capture' THEN debit = 'processor_receivable' AND credit = 'merchant_payable'
        WHEN 'authorization' THEN debit = 'authorized_receivable' AND credit = 'authorized_payable'
        WHEN 'release' THEN debit = 'authorized_payable' AND credit = 'authorized_receivable'
        WHEN 'reserve' THEN debit = 'merchant_payable' AND credit = 'refunds_pending'
        WHEN 'payout' THEN debit = 'refunds_pending' AND credit = 'processor_receivable'
        WHEN 'return' THEN debit = 'refunds_pending' AND credit = 'merchant_payable'
        WHEN 'payout_reversal' THEN debit = 'processor_receivable' AND credit = 'refunds_pending'
        WHEN 'unexpected' THEN debit = 'processor_receivable' AND credit = 'suspense'
        WHEN 'unexpected_refund' THEN debit = 'suspense' AND credit = 'processor_receivable'
        WHEN 'unexpected_refund_reversal' THEN debit = 'processor_receivable' AND credit = 'suspense'
        ELSE false END)
    THEN
        RAISE check_violation USING CONSTRAINT = 'ledger_entries_kind_names_accounts', MESSAGE = 'entry ' || id;
    END IF;
    RETURN true;
END
$$;

ALTER TABLE ledger_entries
    ADD CONSTRAINT ledger_entries_hold CHECK (ledger_entry_holds(id, mode, currency, kind, debit, credit, amount))
        NOT VALID,
    DROP CONSTRAINT ledger_entries_amount_check,
    DROP CONSTRAINT ledger_entries_currency_check,
    DROP CONSTRAINT ledger_entries_id_check,
    DROP CONSTRAINT ledger_entries_id_names_kind,
    DROP CONSTRAINT ledger_entries_kind_names_accounts,
    DROP CONSTRAINT ledger_entries_mode_check;

CREATE FUNCTION order_holds(
    id text, mode text, amount bigint, currency text, receipt text, notes jsonb, capture text, status text,
    sequence integer, return_url text
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF NOT (
        id ~ '^order_[A-Za-z0-9]{16}$' AND mode IN ('test', 'live') AND amount BETWEEN 100 AND 1000000000000
        AND currency ~ '^[A-Z]{3}$' AND capture IN ('automatic', 'manual')
        AND status IN ('created', 'attempted', 'paid') AND sequence >= 0
        AND jsonb_typeof(notes) = 'object' AND length(receipt) <= 255 AND length(return_url) <= 2048
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'orders_are_to_be_paid', MESSAGE = 'order ' || id;
    END IF;
    RETURN true;
END
$$;

-- Beside them stays orders_receipt_lower_is_searched, by which `fill_columns` knows that all rows are filled.
ALTER TABLE orders
    ADD CONSTRAINT orders_hold CHECK (order_holds(
        id, mode, amount, currency, receipt, notes, capture, status, sequence, return_url)) NOT VALID,
    DROP CONSTRAINT orders_amount_check,
    DROP CONSTRAINT orders_capture_check,
    DROP CONSTRAINT orders_currency_check,
    DROP CONSTRAINT orders_id_check,
    DROP CONSTRAINT orders_mode_check,
    DROP CONSTRAINT orders_notes_check,
    DROP CONSTRAINT orders_receipt_check,
    DROP CONSTRAINT orders_return_url_check,
    DROP CONSTRAINT orders_sequence_check,
    DROP CONSTRAINT orders_status_check;
