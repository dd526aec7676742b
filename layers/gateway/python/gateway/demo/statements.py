"""Statements that make demo rows. The same number of a row gives the same row: chance comes from hashing it."""

from typing import Final

# A share in [0, 1) that follows from the row's number `n` and a name.
_CHANCE: Final = "(('x' || substr(md5(%(salt)s || '{name}' || n), 1, 8))::bit(32)::bigint / 4294967296.0)"


def _chance(name: str) -> str:
    return _CHANCE.replace("{name}", name)


def _id(prefix: str, name: str) -> str:
    return f"'{prefix}_' || substr(md5(%(salt)s || '{name}' || n), 1, 16)"


MAKE_FACTS: Final = f"""
CREATE TEMPORARY TABLE demo_facts ON COMMIT DROP AS
SELECT n, {_id("order", "order")} AS order_id, {_id("pay", "payment")} AS payment_id,
       %(until)s::timestamptz - %(days)s * interval '1 day'
           * power((%(payments)s - n + {_chance("when")})::float8 / %(payments)s, 1.3) AS at,
       CASE WHEN {_chance("currency")} < 0.93 THEN 'INR' WHEN {_chance("currency")} < 0.98 THEN 'USD'
            ELSE 'JPY' END AS currency,
       (100 * floor(5 + 400 * power({_chance("amount")}, 3) * 20))::bigint AS amount,
       {_chance("method")} < 0.62 AS is_upi,
       CASE WHEN {_chance("outcome")} < 0.91 THEN 'success' WHEN {_chance("outcome")} < 0.985 THEN 'failed'
            ELSE 'cancelled' END AS status,
       {_chance("why")} AS why, {_chance("refund")} AS refund, {_chance("delivery")} AS delivery,
       floor({_chance("who")} * 9000) AS who
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""  # noqa: S608 - constants

INSERT_ORDERS: Final = """
INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, notes, capture, status, sequence,
                    created_at, updated_at)
SELECT order_id, %(merchant_id)s, 'test', amount, currency, 'INV-' || (100000 + n), '{}',
       CASE WHEN status = 'cancelled' THEN 'manual' ELSE 'automatic' END,
       CASE WHEN status = 'success' THEN 'paid' ELSE 'attempted' END, 0, at - interval '20 seconds', at
FROM demo_facts ON CONFLICT DO NOTHING
"""

INSERT_PAYMENTS: Final = """
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, card_network,
                      card_last4, status, captured, amount_captured, amount_refunded, error_code,
                      error_description, sequence, created_at, updated_at)
SELECT payment_id, %(merchant_id)s, 'test', order_id, amount, currency,
       CASE WHEN status = 'cancelled' THEN 'manual' ELSE 'automatic' END,
       CASE WHEN is_upi THEN 'upi' ELSE 'card' END,
       CASE WHEN is_upi THEN 'shopper' || who || '@' || (ARRAY['okaxis', 'ybl', 'paytm'])[1 + n %% 3] END,
       CASE WHEN NOT is_upi THEN (ARRAY['visa', 'mastercard', 'rupay'])[1 + n %% 3] END,
       CASE WHEN NOT is_upi THEN lpad((who::int)::text, 4, '0') END,
       status, status = 'success', CASE WHEN status = 'success' THEN amount ELSE 0 END,
       CASE WHEN status = 'success' AND refund < 0.03 THEN amount / 200 * 100 ELSE 0 END,
       CASE WHEN status = 'failed' THEN (ARRAY['INSUFFICIENT_FUNDS', 'PAYMENT_DECLINED', 'UPI_TIMEOUT',
            'INCORRECT_CVC', 'EXPIRED_CARD'])[1 + floor(why * why * 5)::int] END,
       CASE WHEN status = 'failed' THEN (ARRAY['Insufficient funds', 'The bank declined the payment',
            'The shopper did not approve in time', 'The security code is wrong', 'The card has expired']
            )[1 + floor(why * why * 5)::int] END,
       3, at, at + interval '2 seconds'
FROM demo_facts ON CONFLICT DO NOTHING
"""

INSERT_REFUNDS: Final = """
INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, reason, status, sequence,
                     created_at, updated_at, processed_at)
SELECT 'rfnd_' || substr(md5(%(salt)s || 'refund' || n), 1, 16), %(merchant_id)s, 'test', payment_id,
       amount / 200 * 100, currency, (ARRAY['one item returned', 'arrived late', 'bought twice'])[1 + n %% 3],
       'processed', 2, at + interval '1 hour', at + interval '1 hour', at + interval '1 hour 3 seconds'
FROM demo_facts WHERE status = 'success' AND refund < 0.03 AND amount >= 200 ON CONFLICT DO NOTHING
"""

INSERT_ENTRIES: Final = """
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
SELECT payment_id || ':capture', %(merchant_id)s, 'test', currency, 'capture', 'processor_receivable',
       'merchant_payable', amount, at + interval '2 seconds'
FROM demo_facts WHERE status = 'success'
UNION ALL
SELECT 'rfnd_' || substr(md5(%(salt)s || 'refund' || n), 1, 16) || ':' || e.kind, %(merchant_id)s, 'test',
       currency, e.kind, e.debit, e.credit, amount / 200 * 100, at + interval '1 hour' + e.after
FROM demo_facts, (VALUES
    ('reserve', 'merchant_payable', 'refunds_pending', interval '0'),
    ('payout', 'refunds_pending', 'processor_receivable', interval '3 seconds')) AS e (kind, debit, credit, after)
WHERE status = 'success' AND refund < 0.03 AND amount >= 200
ON CONFLICT DO NOTHING
"""

INSERT_EVENTS: Final = """
INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
SELECT 'evt_' || substr(md5(%(salt)s || e.step || 'event' || n), 1, 16), %(merchant_id)s, 'test',
       'payment.' || e.name, payment_id, e.step,
       convert_to(json_build_object('event', 'payment.' || e.name, 'timestamp', extract(epoch FROM at)::bigint,
           'data', json_build_object('payment', json_build_object('id', payment_id, 'order_id', order_id,
               'amount', amount, 'currency', currency)),
           'id', 'evt_' || substr(md5(%(salt)s || e.step || 'event' || n), 1, 16),
           'sequence', e.step, 'mode', 'test')::text, 'UTF8'),
       at + e.step * interval '400 milliseconds'
FROM demo_facts, LATERAL (VALUES (1, 'created'), (2, 'pending'), (3, status)) AS e (step, name)
ORDER BY n, e.step
ON CONFLICT DO NOTHING
"""

INSERT_DELIVERIES: Final = """
INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, status, attempts,
                        last_attempt_at, response_code, error_class, created_at)
SELECT md5(%(salt)s || e.step || 'delivery' || n)::uuid, %(merchant_id)s, 'test',
       'evt_' || substr(md5(%(salt)s || e.step || 'event' || n), 1, 16), %(endpoint_id)s, 'payment.' || e.name,
       CASE WHEN delivery < 0.985 THEN 'success' ELSE 'failed' END, CASE WHEN delivery < 0.985 THEN 1 ELSE 5 END,
       at + interval '1 second', CASE WHEN delivery < 0.985 THEN 200 WHEN delivery < 0.995 THEN 503 END,
       CASE WHEN delivery < 0.985 THEN NULL WHEN delivery < 0.995 THEN 'status' ELSE 'timeout' END,
       at + e.step * interval '400 milliseconds'
FROM demo_facts, LATERAL (VALUES (1, 'created'), (2, 'pending'), (3, status)) AS e (step, name)
ON CONFLICT DO NOTHING
"""

INSERT_ATTEMPTS: Final = """
INSERT INTO delivery_attempts (delivery_id, started_at, duration_ms, response_code, error_class, error,
                               request_headers, response_body)
SELECT d.id, d.last_attempt_at, 40 + (('x' || substr(md5(d.id::text), 1, 4))::bit(16)::int %% 300),
       d.response_code, d.error_class, d.error_class, '{}', CASE WHEN d.response_code = 200 THEN 'ok' END
FROM deliveries d JOIN demo_facts f ON d.event_id = 'evt_' || substr(md5(%(salt)s || '3event' || f.n), 1, 16)
WHERE NOT EXISTS (SELECT 1 FROM delivery_attempts a WHERE a.delivery_id = d.id)
"""
