-- A capture or a void is asked for, and then the bank says yes or no: nothing is told and nothing is booked before.
-- Asked for: captured and amount_captured say what is meant to be taken, capture_status that it is not yet.
ALTER TABLE payments
    -- Null: nothing was asked, or (a row of an earlier version, an automatic capture) it was told when it was asked.
    ADD COLUMN capture_status text,
    ADD COLUMN void_status text,
    -- How often it was asked: from the second time on part of the key that the processor knows it by.
    ADD COLUMN capture_number smallint NOT NULL DEFAULT 1,
    ADD COLUMN void_number smallint NOT NULL DEFAULT 1;

ALTER TABLE payments
    ADD CONSTRAINT payments_capture_status CHECK (capture_status IN ('pending', 'succeeded', 'failed')) NOT VALID,
    ADD CONSTRAINT payments_void_status CHECK (void_status IN ('pending', 'succeeded', 'failed')) NOT VALID,
    ADD CONSTRAINT payments_refused_capture_takes_nothing CHECK (
        capture_status IS NULL OR captured = (capture_status <> 'failed')) NOT VALID,
    -- A payment is cancelled by the bank's yes; until then it holds its order, and is neither captured nor voided twice.
    ADD CONSTRAINT payments_voided_means_cancelled CHECK (
        (void_status IS DISTINCT FROM 'succeeded' OR status = 'cancelled')
        AND (void_status IS DISTINCT FROM 'pending' OR (status = 'success' AND NOT captured))) NOT VALID,
    -- Asked means that something is due, or that a person looks at it.
    ADD CONSTRAINT payments_asked_is_worked CHECK (
        (capture_status IS DISTINCT FROM 'pending' OR work = 'capture' OR review_reason IS NOT NULL)
        AND (void_status IS DISTINCT FROM 'pending' OR work = 'void' OR review_reason IS NOT NULL)) NOT VALID,
    -- Refunds that were asked for while a capture was under way outlive its refusal by a moment, until each has failed.
    DROP CONSTRAINT payments_refund_bounds,
    ADD CONSTRAINT payments_refund_bounds CHECK (
        amount_refund_pending >= 0 AND amount_refunded >= 0
        AND CASE WHEN capture_status = 'failed' THEN amount_refunded = 0 AND amount_refund_pending <= amount
                 ELSE amount_refund_pending + amount_refunded <= amount_captured END) NOT VALID;

-- Whether the ledger holds the amount back. Not for a refund of what is not captured yet: then from its sending on.
ALTER TABLE refunds ADD COLUMN reserved boolean NOT NULL DEFAULT true;

-- Beside the previous version, which tells and books when it is asked and takes every answer for the end of the work.
-- To be dropped with the next release.
CREATE FUNCTION mend_previous_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'cancelled' THEN  -- it has cancelled what was to be voided, and has told and booked that
        NEW.void_status := NULL;
    ELSIF NEW.capture_status = 'failed' THEN  -- it captures again what was refused, and has told and booked that
        NEW.capture_status := NULL;
        NEW.capture_number := NEW.capture_number + 1;
    ELSE  -- its worker has had an answer: this version's looks it up, and tells and books
        NEW.work := CASE WHEN NEW.void_status = 'pending' THEN 'void' ELSE 'capture' END;
        NEW.due_at := now() + interval '1 second';
        NEW.review_reason := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mend_previous_capture BEFORE UPDATE ON payments FOR EACH ROW
    WHEN ((NEW.status = 'cancelled' AND NEW.void_status = 'pending')
          OR (NEW.captured AND NEW.capture_status = 'failed')
          OR ((NEW.capture_status = 'pending' OR NEW.void_status = 'pending') AND NEW.work IS NULL
              AND (NEW.review_reason IS NULL OR NEW.review_reason LIKE 'the processor refused to %')))
    EXECUTE FUNCTION mend_previous_capture();

-- As in 0350, but for what is under way: a capture and its release count from the bank's yes on, what a refund holds
-- back from when it is reserved.
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
    ('payout', 'refunds_pending', 'processor_receivable', object.processed_at, object.status = 'processed'),
    ('return', 'refunds_pending', 'merchant_payable', object.updated_at, object.status = 'failed' AND object.reserved)
) AS step (kind, debit, credit, at, has_happened)
WHERE step.has_happened;
