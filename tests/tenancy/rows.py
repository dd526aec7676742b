"""One merchant with a row in every table that belongs to tenants."""

from typing import Any
from uuid import UUID, uuid4

import psycopg

from gateway.tenancy.model import Caller

# %(tag)s is one letter; ids are made of it.
_ROWS = """
INSERT INTO merchants (id, name, email, signing_secret, created_at)
VALUES (%(merchant)s, 'Shop', %(merchant)s::text, '\\x01', now());
INSERT INTO api_keys (id, merchant_id, mode, secret_hash, created_at)
VALUES ('key_test_tenant' || %(tag)s, %(merchant)s, 'test', decode(repeat('ab', 32), 'hex'), now());
INSERT INTO users (id, merchant_id, email, role, password_hash, created_at)
VALUES (%(user)s, %(merchant)s, lower(%(tag)s) || '@tenancy.example', 'owner', 'hash', now());
INSERT INTO user_sessions (id, user_id, token_hash, created_at, last_seen_at, expires_at, address)
VALUES (%(user)s, %(user)s, sha256(%(tag)s::bytea), now(), now(), now(), '127.0.0.1');
INSERT INTO audit_log (merchant_id, actor_kind, actor_id, actor, action, created_at)
VALUES (%(merchant)s, 'key', 'k', 'k', 'key.created', now());
INSERT INTO orders (id, merchant_id, mode, amount, currency, receipt, capture, created_at, updated_at)
VALUES ('order_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 500, 'INR', 'R-1', 'automatic', now(), now());
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, card_network, card_last4,
                      status, captured, amount_captured, created_at, updated_at)
VALUES ('pay_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'order_' || repeat(%(tag)s, 16), 500, 'INR',
        'automatic', 'card', 'visa', '4242', 'success', true, 500, now(), now());
INSERT INTO processor_accounts (id, merchant_id, mode, processor, public_key, credentials, created_at, updated_at)
VALUES ('acct_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'stripe', 'pk_test_1', '\\x07', now(), now());
INSERT INTO processor_routes (id, merchant_id, mode, position, account_id, created_at)
VALUES ('rule_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 1, 'acct_' || repeat(%(tag)s, 16), now());
INSERT INTO processor_stops (merchant_id, account_id, covers, by_whom)
VALUES (%(merchant)s, 'acct_' || repeat(%(tag)s, 16), 'payments', 'a person');
INSERT INTO processor_operations (key, merchant_id, mode, account_id, payment_id, kind, amount, currency)
VALUES ('pay_' || repeat(%(tag)s, 16) || ':prepare', %(merchant)s, 'test', 'acct_' || repeat(%(tag)s, 16),
        'pay_' || repeat(%(tag)s, 16), 'prepare', 500, 'INR');
INSERT INTO processor_calls (operation_key, merchant_id, mode, account_id, payment_id, started_at, duration_ms,
                             method, path)
VALUES ('pay_' || repeat(%(tag)s, 16) || ':prepare', %(merchant)s, 'test', 'acct_' || repeat(%(tag)s, 16),
        'pay_' || repeat(%(tag)s, 16), now(), 1, 'POST', '/v1/payment_intents');
INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects)
VALUES ('acct_' || repeat(%(tag)s, 16), 'evt', %(merchant)s, 'test', 'charge.succeeded', 'payment', '{pi_1}');
INSERT INTO unexpected_money
    (id, merchant_id, mode, account_id, payment_id, charge, amount, currency, reason, status, created_at)
VALUES ('unex_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'acct_' || repeat(%(tag)s, 16),
        'pay_' || repeat(%(tag)s, 16), 'ch_1', 500, 'INR', 'late', 'kept', now());
INSERT INTO disputes
    (id, merchant_id, mode, account_id, payment_id, reference, amount, currency, reason, status, raw, created_at,
     updated_at)
VALUES ('disp_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'acct_' || repeat(%(tag)s, 16),
        'pay_' || repeat(%(tag)s, 16), 'dp_1', 500, 'INR', 'fraudulent', 'needs_response', 'needs_response', now(),
        now());
INSERT INTO card_vault (payment_id, ciphertext) VALUES ('pay_' || repeat(%(tag)s, 16), '\\x02');
INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, status, created_at, updated_at,
                     processed_at)
VALUES ('rfnd_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'pay_' || repeat(%(tag)s, 16), 100, 'INR',
        'processed', now(), now(), now());
INSERT INTO refund_caps (merchant_id, mode, currency, per_key, updated_at)
VALUES (%(merchant)s, 'test', 'INR', 500, now());
INSERT INTO refund_cap_uses (merchant_id, mode, currency, day, maker, amount)
VALUES (%(merchant)s, 'test', 'INR', '2026-01-15', '', 500);
INSERT INTO refund_cap_reviews (id, merchant_id, mode, currency, day, maker, asked_by, payment_id, amount, asks,
                                created_at, updated_at)
VALUES ('capr_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'INR', '2026-01-15', '', 'somebody',
        'pay_' || repeat(%(tag)s, 16), 500, 1, now(), now());
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
VALUES ('pay_' || repeat(%(tag)s, 16) || ':capture', %(merchant)s, 'test', 'INR', 'capture',
        'processor_receivable', 'merchant_payable', 500, now());
INSERT INTO ledger_balances VALUES (%(merchant)s, 'test', 'INR', 'merchant_payable', 0, 500);
INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
VALUES ('evt_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'payment.success', 'pay_' || repeat(%(tag)s, 16), 1,
        '{}', now());
INSERT INTO webhook_endpoints (id, merchant_id, mode, url, secret, created_at, updated_at)
VALUES ('we_' || repeat(%(tag)s, 16), %(merchant)s, 'test', 'https://shop.example', '\\x03', now(), now());
INSERT INTO endpoint_health (endpoint_id, last_success_at) VALUES ('we_' || repeat(%(tag)s, 16), now());
INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, status, created_at)
VALUES (%(user)s, %(merchant)s, 'test', 'evt_' || repeat(%(tag)s, 16), 'we_' || repeat(%(tag)s, 16),
        'payment.success', 'success', now());
INSERT INTO delivery_attempts (delivery_id, started_at, duration_ms, request_headers)
VALUES (%(user)s, now(), 1, '{}');
INSERT INTO webhook_recoveries (id, merchant_id, mode, since, until, wants_failed, wants_missing, wants_success,
                                status, total, created_at, finished_at)
VALUES ('rec_' || repeat(%(tag)s, 16), %(merchant)s, 'test', now() - interval '1 h', now(), true, true, true,
        'completed', 0, now(), now());
INSERT INTO webhook_inbox (merchant_id, mode, endpoint_id, verified, problems, headers, body, answered,
                           received_at)
VALUES (%(merchant)s, 'test', 'we_' || repeat(%(tag)s, 16), true, '[]', '{}', '\\x05', 200, now());
INSERT INTO request_log (merchant_id, mode, request_id, method, path, status, duration_ms, created_at)
VALUES (%(merchant)s, 'test', 'req_' || repeat(%(tag)s, 16), 'GET', '/api/v1/orders', 200, 1, now());
INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash)
VALUES (%(merchant)s, 'test', 'k', decode(repeat('ab', 32), 'hex'));
INSERT INTO checkout_settings (merchant_id, mode, updated_at) VALUES (%(merchant)s, 'test', now());
INSERT INTO signing_secrets (id, merchant_id, mode, secret, created_at, updated_at)
VALUES (%(user)s, %(merchant)s, 'test', '\\x06', now(), now());
INSERT INTO checkout_extensions (order_id, count) VALUES ('order_' || repeat(%(tag)s, 16), 1);
INSERT INTO checkout_codes (payment_id, number, issued_at) VALUES ('pay_' || repeat(%(tag)s, 16), 2, now());
INSERT INTO checkout_attempts (payment_id, address_hash, created_at)
VALUES ('pay_' || repeat(%(tag)s, 16), '\\x04', now());
"""


def make_tenant(connection: psycopg.Connection[Any], tag: str) -> Caller:
    """A merchant with one row in each table, its ids made of the letter `tag`."""
    merchant: UUID = uuid4()
    connection.execute(_ROWS.encode(), {"merchant": merchant, "user": uuid4(), "tag": tag})
    return Caller(merchant, "test")
