-- The ledger: every movement of money, told a second time and for good. An entry is a simple journal entry:
-- one amount that leaves one account (credit) and enters another (debit). Debits equal credits because an
-- unbalanced entry cannot be written down, not because somebody checks; see docs/decisions/0011-ledger.md.
-- Accounts are per merchant, mode and currency; they have no rows of their own that payments would queue for.
CREATE TABLE ledger_entries (
    -- Of what it tells, and which step of it: pay_…:capture. A step is posted once, whoever comes at once.
    id          text PRIMARY KEY CHECK (id ~ '^(pay|rfnd)_[A-Za-z0-9]{16}:[a-z]+$'),
    merchant_id uuid NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    kind        text NOT NULL,
    debit       text NOT NULL,
    credit      text NOT NULL,
    amount      bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    -- When the movement happened, by the clock of the process that decided it.
    created_at  timestamptz NOT NULL,
    -- Which entries a checkpoint holds: those before (era, xact); see events.
    era         int NOT NULL DEFAULT 1,
    xact        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ledger_entries_id_names_kind CHECK (id LIKE '%:' || kind),
    -- What a step means, once for all: an entry of a kind moves money between these accounts and no others.
    CONSTRAINT ledger_entries_kind_names_accounts CHECK ((kind, debit, credit) IN (
        ('authorization', 'authorized_receivable', 'authorized_payable'),
        ('release',       'authorized_payable',    'authorized_receivable'),
        ('capture',       'processor_receivable',  'merchant_payable'),
        ('reserve',       'merchant_payable',      'refunds_pending'),
        ('payout',        'refunds_pending',       'processor_receivable'),
        ('return',        'refunds_pending',       'merchant_payable')))
);
CREATE INDEX ledger_entries_by_merchant ON ledger_entries (merchant_id, mode, created_at DESC, id DESC);
-- As for the other lists (0020): only what is uncommon, so that the usual entry does not pay for it.
CREATE INDEX ledger_entries_by_kind ON ledger_entries (merchant_id, mode, kind, created_at DESC, id DESC)
    WHERE kind <> 'capture';
CREATE INDEX ledger_entries_by_currency ON ledger_entries (merchant_id, mode, currency, created_at DESC, id DESC)
    WHERE currency <> 'INR';
-- What is newer than the checkpoint. Always written at its right edge, a batch in one or two entries.
CREATE INDEX ledger_entries_since ON ledger_entries (era, xact);

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is append-only, mistakes are mended by further entries',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entries_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();

-- Sums of all entries before the checkpoint: a shortcut for reading, written by the sweep alone, and thrown
-- away and summed anew at will. The balance of an account is its row here and the entries since.
CREATE TABLE ledger_balances (
    merchant_id uuid NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    currency    text NOT NULL,
    account     text NOT NULL,
    debits      numeric NOT NULL CHECK (debits >= 0),
    credits     numeric NOT NULL CHECK (credits >= 0),
    PRIMARY KEY (merchant_id, mode, currency, account)
);

-- Up to where the balances are summed: one row.
CREATE TABLE ledger_checkpoint (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    era       int NOT NULL,
    xact      xid8 NOT NULL,
    rolled_at timestamptz NOT NULL
);
INSERT INTO ledger_checkpoint (era, xact, rolled_at) VALUES (1, '0', now());

-- Both sides of each entry.
CREATE VIEW ledger_postings WITH (security_invoker = true) AS
SELECT e.id, e.merchant_id, e.mode, e.currency, side.account, side.debit, side.credit, e.created_at, e.era, e.xact
FROM ledger_entries e
CROSS JOIN LATERAL (VALUES (e.debit, e.amount, 0::bigint), (e.credit, 0::bigint, e.amount))
    AS side (account, debit, credit);

-- The entries that payments and refunds as they stand call for: what the audit holds the ledger against, and
-- what is posted for rows that are older than the ledger.
CREATE VIEW ledger_expected WITH (security_invoker = true) AS
SELECT object.id || ':' || step.kind AS id, object.id AS object_id, object.merchant_id, object.mode, object.currency,
       step.kind, step.debit, step.credit, step.amount, step.at AS created_at
FROM payments object
CROSS JOIN LATERAL (VALUES
    ('authorization', 'authorized_receivable', 'authorized_payable', object.amount,
     COALESCE(object.authorized_at, object.updated_at), object.capture = 'manual'
     AND (object.status = 'success' OR (object.status = 'cancelled' AND object.authorized_at IS NOT NULL))),
    ('release', 'authorized_payable', 'authorized_receivable', object.amount, object.updated_at,
     object.capture = 'manual'
     AND (object.captured OR (object.status = 'cancelled' AND object.authorized_at IS NOT NULL))),
    ('capture', 'processor_receivable', 'merchant_payable', object.amount_captured,
     CASE WHEN object.capture = 'manual' THEN object.updated_at
          ELSE COALESCE(object.authorized_at, object.updated_at) END, object.captured)
) AS step (kind, debit, credit, amount, at, has_happened)
WHERE step.has_happened
UNION ALL
SELECT object.id || ':' || step.kind, object.id, object.merchant_id, object.mode, object.currency,
       step.kind, step.debit, step.credit, object.amount, step.at
FROM refunds object
CROSS JOIN LATERAL (VALUES
    ('reserve', 'merchant_payable', 'refunds_pending', object.created_at, true),
    ('payout', 'refunds_pending', 'processor_receivable', object.processed_at, object.status = 'processed'),
    ('return', 'refunds_pending', 'merchant_payable', object.updated_at, object.status = 'failed')
) AS step (kind, debit, credit, at, has_happened)
WHERE step.has_happened;

-- Every difference between the ledger and what it is to agree with; no row when all is well. One statement,
-- so one moment: it may run beside the working product. Reads everything.
CREATE FUNCTION ledger_audit()
RETURNS TABLE (problem text, merchant_id uuid, mode text, subject text, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN e.id IS NULL THEN 'entry is missing' WHEN x.id IS NULL THEN 'entry without a cause'
                ELSE 'entry differs' END,
           COALESCE(x.merchant_id, e.merchant_id), COALESCE(x.mode, e.mode), COALESCE(x.id, e.id),
           x.currency || ' ' || x.amount || ' ' || x.credit || ' → ' || x.debit,
           e.currency || ' ' || e.amount || ' ' || e.credit || ' → ' || e.debit
    FROM ledger_expected x FULL JOIN ledger_entries e ON e.id = x.id
    WHERE (x.merchant_id, x.mode, x.currency, x.kind, x.debit, x.credit, x.amount)
          IS DISTINCT FROM (e.merchant_id, e.mode, e.currency, e.kind, e.debit, e.credit, e.amount)
    UNION ALL
    SELECT 'payment disagrees with its refunds', p.merchant_id, p.mode, p.id,
           'pending ' || COALESCE(r.pending, 0) || ', refunded ' || COALESCE(r.processed, 0),
           'pending ' || p.amount_refund_pending || ', refunded ' || p.amount_refunded
    FROM payments p LEFT JOIN (
        SELECT payment_id, sum(amount) FILTER (WHERE status = 'pending') AS pending,
               sum(amount) FILTER (WHERE status = 'processed') AS processed
        FROM refunds GROUP BY payment_id) r ON r.payment_id = p.id
    WHERE p.amount_refund_pending <> COALESCE(r.pending, 0) OR p.amount_refunded <> COALESCE(r.processed, 0)
    UNION ALL
    SELECT 'kept balance differs from its entries', COALESCE(b.merchant_id, s.merchant_id), COALESCE(b.mode, s.mode),
           COALESCE(b.currency, s.currency) || ' ' || COALESCE(b.account, s.account),
           'debits ' || COALESCE(s.debits, 0) || ', credits ' || COALESCE(s.credits, 0),
           'debits ' || COALESCE(b.debits, 0) || ', credits ' || COALESCE(b.credits, 0)
    FROM ledger_balances b FULL JOIN (
        SELECT p.merchant_id, p.mode, p.currency, p.account, sum(p.debit) AS debits, sum(p.credit) AS credits
        FROM ledger_postings p, ledger_checkpoint c WHERE (p.era, p.xact) < (c.era, c.xact)
        GROUP BY p.merchant_id, p.mode, p.currency, p.account) s
      ON (s.merchant_id, s.mode, s.currency, s.account) = (b.merchant_id, b.mode, b.currency, b.account)
    WHERE (b.debits, b.credits) IS DISTINCT FROM (s.debits, s.credits)
    UNION ALL
    SELECT 'balance is below zero', p.merchant_id, p.mode, p.currency || ' ' || p.account, 'at least 0',
           (CASE WHEN p.account LIKE '%receivable' THEN 1 ELSE -1 END * sum(p.debit - p.credit))::text
    FROM ledger_postings p GROUP BY p.merchant_id, p.mode, p.currency, p.account
    HAVING CASE WHEN p.account LIKE '%receivable' THEN 1 ELSE -1 END * sum(p.debit - p.credit) < 0
$$;

-- Rows from before the ledger, in an era of their own, before the checkpoint from the start. The default is the
-- era that events are in: see webhooks/feed.py.
DO $$ BEGIN
    EXECUTE format('ALTER TABLE ledger_entries ALTER COLUMN era SET DEFAULT %s', (SELECT era FROM event_feed));
END $$;
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at, era)
SELECT id, merchant_id, mode, currency, kind, debit, credit, amount, created_at, 0
FROM ledger_expected ORDER BY created_at, id;
INSERT INTO ledger_balances (merchant_id, mode, currency, account, debits, credits)
SELECT merchant_id, mode, currency, account, sum(debit), sum(credit)
FROM ledger_postings GROUP BY merchant_id, mode, currency, account;
