"""The statement that accepts payments of one tenant: keys, payments, cards, events and deliveries in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from gateway.database import Connection
from gateway.database.one_by_one import PATIENCE_MS
from gateway.database.scope import Tenant
from gateway.encode import encode_json
from gateway.events.publish import fan_out
from gateway.orders.terms import RUPEES

# What is not ordinary is left out, and takes the way on which each request has its own transaction: an order
# that is unknown, over, or has a live payment; a method that is not offered; a merchant with routes; a taken key.
#
# A key is taken before its payment is made, as on that way, so that rivals meet in one order. Whoever finds then
# that a rival's payment came between would leave a key without a payment: the division ends the statement, and all
# go the other way. (NOT EXISTS sees every rival that has committed before.)
#
# What the order alone says stands in the bodies of answer and events as format()'s %1$s and so on. Each order is
# looked up by itself (LATERAL, LIMIT): a join over all may be planned as a walk through the table. IS TRUE keeps
# an IN from becoming a join that compares each with each.
ACCEPT_PAYMENTS: Final = f"""
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', '{PATIENCE_MS}', true) IS NOT NULL AS is_set
),
terms AS MATERIALIZED (
    SELECT coalesce(
               (SELECT s.methods FROM checkout_settings s
                WHERE s.merchant_id = %(merchant_id)s AND s.mode = %(mode)s), '{{card,upi}}') AS methods,
           (SELECT s.order_seconds FROM checkout_settings s
            WHERE s.merchant_id = %(merchant_id)s AND s.mode = %(mode)s) AS order_seconds
    FROM patience
    WHERE is_set AND NOT EXISTS (
        SELECT 1 FROM processor_routes r WHERE r.merchant_id = %(merchant_id)s AND r.mode = %(mode)s)
),
drafts AS MATERIALIZED (
    SELECT d.*, o.amount, o.currency, o.capture, o.return_url AS order_return_url,
           coalesce(to_json(o.return_url)::text, 'null') AS shown_return_url
    FROM terms t
    CROSS JOIN json_to_recordset(%(drafts)s::json) AS d (
        number int, id text, order_id text, method text, vpa text, card_network text, card_last4 text,
        card_expiry_month int, card_expiry_year int, card_fingerprint text, card text, at timestamptz,
        flow text, return_url text, processor text, instrument text,
        key text, request_hash text, old_key text, old_hash text,
        answer text, created_id text, created text, pending_id text, pending text)
    CROSS JOIN LATERAL (
        SELECT orders.amount, orders.currency, orders.capture, orders.return_url
        FROM orders
        WHERE orders.id = d.order_id AND orders.merchant_id = %(merchant_id)s AND orders.mode = %(mode)s
          AND (t.order_seconds IS NULL OR d.at < orders.created_at + make_interval(secs => t.order_seconds))
          AND (d.method = 'card' OR orders.currency = '{RUPEES}')
        LIMIT 1
    ) o
    WHERE d.method = ANY (t.methods)
      AND NOT EXISTS (
          SELECT 1 FROM payments p
          WHERE p.order_id = d.order_id AND p.merchant_id = %(merchant_id)s AND p.mode = %(mode)s
            AND p.status IN ('pending', 'requires_action', 'success'))
      AND coalesce((
          SELECT false FROM idempotency_keys k
          WHERE k.merchant_id = %(merchant_id)s AND k.mode = %(mode)s
            AND k.key = d.old_key AND k.request_hash = decode(d.old_hash, 'hex')), true)
),
taken AS (
    INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, with_query, status_code, response)
    SELECT %(merchant_id)s, %(mode)s, d.key, decode(d.request_hash, 'hex'), true, 201,
           convert_to(format(d.answer, d.amount, d.currency, d.capture, d.shown_return_url), 'UTF8')
    FROM drafts d WHERE d.key IS NOT NULL ORDER BY d.key
    ON CONFLICT DO NOTHING
    RETURNING key
),
changed AS (
    INSERT INTO payments
        (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, vpa_lower, card_network,
         card_last4, card_expiry_month, card_expiry_year, card_fingerprint, sequence, created_at, updated_at,
         work, due_at, lease_token, attempts, sent_at, flow, return_url, processor, instrument)
    SELECT d.id, %(merchant_id)s, %(mode)s, d.order_id, d.amount, d.currency, d.capture, d.method, d.vpa,
           searched(d.vpa), d.card_network, d.card_last4, d.card_expiry_month, d.card_expiry_year,
           decode(d.card_fingerprint, 'hex'), 2, d.at, d.at, 'authorize',
           now() + make_interval(secs => coalesce(l.seconds, 0)),
           CASE WHEN l.seconds IS NOT NULL THEN gen_random_uuid() END, (l.seconds IS NOT NULL)::int,
           CASE WHEN l.seconds IS NOT NULL THEN now() END, d.flow,
           coalesce(d.return_url, d.order_return_url), d.processor, d.instrument
    FROM drafts d CROSS JOIN (VALUES (%(leased_seconds)s::float8)) AS l (seconds)
    WHERE d.key IS NULL OR d.key IN (SELECT taken.key FROM taken) ORDER BY d.order_id
    ON CONFLICT (order_id) WHERE status IN ('pending', 'requires_action', 'success') DO NOTHING
    RETURNING id, lease_token
),
made AS MATERIALIZED (
    SELECT d.*, format(d.answer, d.amount, d.currency, d.capture, d.shown_return_url) AS body
    FROM drafts d WHERE (d.id IN (SELECT changed.id FROM changed)) IS TRUE
),
vaulted AS (
    INSERT INTO card_vault (payment_id, ciphertext)
    SELECT m.id, decode(m.card, 'hex') FROM made m WHERE m.card IS NOT NULL
),
published AS (
    INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
    SELECT e.id, %(merchant_id)s, %(mode)s, e.type, m.id, e.sequence,
           convert_to(format(e.payload, m.amount, m.currency, m.capture, m.shown_return_url), 'UTF8'), m.at
    FROM made m
    CROSS JOIN LATERAL (VALUES (m.created_id, 'payment.created', 1, m.created),
                               (m.pending_id, 'payment.pending', 2, m.pending)) AS e (id, type, sequence, payload)
    ORDER BY m.number, e.sequence
    RETURNING id, merchant_id, mode, type, object_id, sequence, created_at
),
{fan_out("published p", "p.sequence", "%(merchant_id)s", "%(mode)s")},
kept AS MATERIALIZED (
    SELECT (SELECT count(*) FROM fanned_out) AS deliveries,
           1 / (CASE (SELECT count(*) FROM taken) WHEN (SELECT count(made.key) FROM made) THEN 1 ELSE 0 END) AS one
)
SELECT kept.deliveries, EXISTS (SELECT 1 FROM terms), made.id, made.body,
       (SELECT changed.lease_token FROM changed WHERE changed.id = made.id)
FROM kept LEFT JOIN made ON kept.one = 1
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a batch: the answers' bodies by payment, and how many deliveries became due.

    `claims`: the tokens of payments that were born leased. `is_routed`: rules of the merchant's say who takes his
    payments, so that none goes this way.
    """

    answers: dict[str, bytes]
    deliveries: int
    is_routed: bool
    claims: dict[str, UUID]


async def insert_payments(
    tx: Connection, tenant: Tenant, rows: Sequence[dict[str, Any]], leased_seconds: float | None = None
) -> Made:
    """Add the payments that are ordinary, with all that follows; the others are as if they had never been given.

    With `leased_seconds` they are born with a claim of that length, to be handed over. No two rows have the same
    key or order. Raises what the database raises for any of them: nothing is added then.
    """
    drafts = [row | {"number": number} for number, row in enumerate(rows)]
    cursor = await tx.execute(
        ACCEPT_PAYMENTS,
        {
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
            "drafts": encode_json(drafts).decode(),
            "leased_seconds": leased_seconds,
        },
    )
    found = await cursor.fetchall()
    deliveries, has_terms, _, _, _ = found[0]
    answers = {payment_id: body.encode() for _, _, payment_id, body, _ in found if payment_id is not None}
    claims = {payment_id: token for _, _, payment_id, _, token in found if token is not None}
    return Made(answers, deliveries, not has_terms, claims)
