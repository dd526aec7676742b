"""What does not carry the merchant: keys, references and statements, with the reason of each (docs/scaling.md).

An engine that distributes rows by merchant holds a unique key within a merchant only, and a reference or a
statement that names none goes to every shard. What is listed here changes first, or stays as its reason says.
"""

from typing import Final

RANDOM_ID: Final = (
    "the id is random (95 bits or a UUID): unique within a merchant is unique; becomes (merchant_id, id)"
)
OF_PARENT: Final = (
    "the parent's id is random and the parent's merchant is the row's; gets merchant_id, and the key with it"
)
OWN_ACCOUNT: Final = "an account belongs to one merchant, and so does what is told of it; becomes (merchant_id, …)"
DIRECTORY: Final = (
    "unique for everybody: found before the merchant is known; stays undistributed, in one directory"
)
NUMBERED: Final = (
    "a number of one counter, for its order alone; becomes (merchant_id, id), and the order is by time"
)

KEYS: Final[dict[str, str]] = {
    "api_keys_pkey": DIRECTORY,
    "audit_log_pkey": NUMBERED,
    "card_vault_pkey": OF_PARENT,
    "checkout_attempts_pkey": OF_PARENT,
    "checkout_codes_pkey": OF_PARENT,
    "checkout_extensions_pkey": OF_PARENT,
    "deliveries_one_per_endpoint": OF_PARENT,
    "deliveries_pkey": RANDOM_ID,
    "delivery_attempts_pkey": RANDOM_ID,
    "disputes_once": OWN_ACCOUNT,
    "disputes_pkey": RANDOM_ID,
    "endpoint_health_pkey": OF_PARENT,
    "events_number_is_told_once": OF_PARENT,
    "events_pkey": RANDOM_ID,
    "ledger_entries_pkey": OF_PARENT,
    "merchants_email_key": DIRECTORY,
    "merchants_pkey": DIRECTORY,
    "orders_pkey": RANDOM_ID,
    "payments_one_live_per_order": OF_PARENT,
    "payments_pkey": RANDOM_ID,
    "processor_accounts_pkey": RANDOM_ID,
    "processor_calls_pkey": NUMBERED,
    "processor_notices_pkey": OWN_ACCOUNT,
    "processor_operations_pkey": OF_PARENT,
    "processor_routes_pkey": RANDOM_ID,
    "processor_stops_once": "holds the merchant in an expression, and stops of everybody: copied to every shard",
    "processor_stops_pkey": DIRECTORY,
    "refund_cap_reviews_pkey": RANDOM_ID,
    "refunds_pkey": RANDOM_ID,
    "request_log_pkey": RANDOM_ID,
    "signing_secrets_pkey": RANDOM_ID,
    "unexpected_money_once": OWN_ACCOUNT,
    "unexpected_money_pkey": RANDOM_ID,
    "user_sessions_pkey": DIRECTORY,
    "user_sessions_token_hash_key": DIRECTORY,
    "users_by_invite": DIRECTORY,
    "users_one_per_email": DIRECTORY,
    "users_pkey": DIRECTORY,
    "webhook_endpoints_pkey": RANDOM_ID,
    "webhook_inbox_pkey": RANDOM_ID,
    "webhook_recoveries_pkey": RANDOM_ID,
}
"""Unique keys of tables with tenants' rows, without `merchant_id`."""

WITHIN_MERCHANT: Final = "both rows are of one merchant; becomes (merchant_id, id) and stays on a shard"
TO_DIRECTORY: Final = "within the directory"

REFERENCES: Final[dict[str, str]] = {
    "card_vault_payment_id_fkey": WITHIN_MERCHANT,
    "checkout_attempts_payment_id_fkey": WITHIN_MERCHANT,
    "checkout_codes_payment_id_fkey": WITHIN_MERCHANT,
    "checkout_extensions_order_id_fkey": WITHIN_MERCHANT,
    "deliveries_endpoint_id_fkey": WITHIN_MERCHANT,
    "deliveries_event_id_fkey": WITHIN_MERCHANT,
    "delivery_attempts_delivery_id_fkey": WITHIN_MERCHANT,
    "disputes_account_id_fkey": WITHIN_MERCHANT,
    "disputes_payment_id_fkey": WITHIN_MERCHANT,
    "endpoint_health_endpoint_id_fkey": WITHIN_MERCHANT,
    "payments_account_id_fkey": WITHIN_MERCHANT,
    "payments_order_id_fkey": WITHIN_MERCHANT,
    "processor_notices_account_id_fkey": WITHIN_MERCHANT,
    "processor_operations_account_id_fkey": WITHIN_MERCHANT,
    "processor_operations_payment_id_fkey": WITHIN_MERCHANT,
    "processor_routes_account_id_fkey": WITHIN_MERCHANT,
    "processor_stops_account_id_fkey": "a small table, read by all: copied to every shard, without it",
    "refund_cap_reviews_payment_id_fkey": WITHIN_MERCHANT,
    "refunds_payment_id_fkey": WITHIN_MERCHANT,
    "unexpected_money_account_id_fkey": WITHIN_MERCHANT,
    "unexpected_money_payment_id_fkey": WITHIN_MERCHANT,
    "user_sessions_user_id_fkey": TO_DIRECTORY,
    "webhook_inbox_endpoint_id_fkey": WITHIN_MERCHANT,
    "webhook_recoveries_endpoint_id_fkey": WITHIN_MERCHANT,
}
"""Foreign keys between such tables, without `merchant_id`."""

BY_ID: Final = "finds its row by an id of which only its merchant knows; the merchant is at hand, and is added"
OF_CHILD: Final = "its table has no merchant_id yet: it is reached through its parent's id; both are added"
FRAGMENT: Final = "a part: the statement that it is put into compares the merchant"
WORKERS: Final = "of all merchants, or of what a claim of all merchants took: a worker runs it on each shard"
OF_DIRECTORY: Final = "finds whose it is, or changes what was found there: asks the directory"
OPERATOR: Final = "of an operator's command or the seeded demo: is run on each shard"

STATEMENTS: Final[dict[str, str]] = {
    "checkout/codes.py:_NEXT": OF_CHILD,
    "checkout/codes.py:code_view": FRAGMENT,
    "checkout/look.py:ask_look": BY_ID,
    "checkout/queries.py:_latest_payment": BY_ID,
    "checkout/queries.py:select_payments": BY_ID,
    "checkout/queries.py:add_extension": OF_CHILD,
    "checkout/queries.py:ORDER_CODES": BY_ID,
    "checkout/queries.py:insert_attempt": OF_CHILD,
    "checkout/signing/queries.py:select_former_secret": OF_DIRECTORY,
    "checkout/signing/queries.py:update_next_secret": BY_ID,
    "checks/queries.py:_KNOWN": WORKERS,
    "checks/queries.py:lock_payment": WORKERS,
    "checks/queries.py:note_return": WORKERS,
    "cli/processor_operations.py:_OWNERS": OPERATOR,
    "demo/statements.py:INSERT_ATTEMPTS": OPERATOR,
    "events/feed.py:FEED": FRAGMENT,
    "events/feed.py:NEWEST_EVENTS": FRAGMENT,
    "jobs/later_queries.py:_NEXT_DUE": WORKERS,
    "jobs/sweep.py:_delete_old_cards": WORKERS,
    "jobs/sweep.py:_delete_old_keys": WORKERS,
    "jobs/sweep.py:_delete_old_addresses": WORKERS,
    "ledger/listing.py:ENTRIES": FRAGMENT,
    "master_key/queries.py:select_oldest_sealed": OPERATOR,
    "merchants/queries.py:note_key_used": OF_DIRECTORY,
    "merchants/queries.py:insert_merchant": OF_DIRECTORY,
    "merchants/queries.py:select_merchant": OF_DIRECTORY,
    "orders/listing.py:_ATTEMPTED": FRAGMENT,
    "orders/queries.py:select_order_to_pay": OF_CHILD,
    "overview/find.py:_PAYMENT": FRAGMENT,
    "overview/find.py:_REFUND": FRAGMENT,
    "overview/find.py:_EVENT": FRAGMENT,
    "overview/find.py:_DISPUTE": FRAGMENT,
    "overview/find.py:_UNEXPECTED": FRAGMENT,
    "payments/ask_queries.py:_ASK_CAPTURE": BY_ID,
    "payments/ask_queries.py:_ASK_VOID": BY_ID,
    "payments/listing.py:PAYMENTS": FRAGMENT,
    "payments/queries.py:GIVE_UP_PAYMENT": WORKERS,
    "payments/queries.py:select_expired": WORKERS,
    "payments/queries.py:make_due": BY_ID,
    "payments/handed.py:_READ": WORKERS,
    "payments/work_queries.py:renew_payments": WORKERS,
    "payments/work_queries.py:release_payments": WORKERS,
    "payments/work_queries.py:_FINISHING": WORKERS,
    "processors/accounts/beside.py:beside_account": FRAGMENT,
    "processors/accounts/capable.py:capabilities_of": FRAGMENT,
    "processors/accounts/change_queries.py:lock_account": BY_ID,
    "processors/accounts/change_queries.py:_TIES": BY_ID,
    "processors/accounts/opened.py:note_problem": WORKERS,
    "processors/accounts/queries.py:select_accounts_by_id": BY_ID,
    "processors/accounts/queries.py:select_witness": BY_ID,
    "processors/notices/queries.py:_TRY_AGAIN": WORKERS,
    "processors/notices/queries.py:delete_old_notices": WORKERS,
    "processors/notices/queries.py:delete_old_calls": WORKERS,
    "processors/notices/queries.py:select_silent_accounts": WORKERS,
    "processors/operations/listing.py:SELECT_OPERATIONS": FRAGMENT,
    "processors/operations/queries.py:NOTED": WORKERS,
    "processors/operations/queries.py:note_operations": WORKERS,
    "processors/operations/queries.py:select_session": WORKERS,
    "processors/stops/queries.py:delete_stop": BY_ID,
    "processors/stops/queries.py:select_live_merchants": OPERATOR,
    "refunds/elsewhere_queries.py:TAKE_BACK": BY_ID,
    "refunds/listing.py:REFUNDS": FRAGMENT,
    "refunds/work_queries.py:renew_refunds": WORKERS,
    "refunds/work_queries.py:release_refunds": WORKERS,
    "refunds/work_queries.py:_FINISH": WORKERS,
    "requests/listing.py:REQUESTS": FRAGMENT,
    "requests/queries.py:delete_old_requests": WORKERS,
    "restores/queries.py:make_due_again": OPERATOR,
    "restores/queries.py:select_states": OPERATOR,
    "timeline/queries.py:select_attempts": OF_CHILD,
    "unexpected/queries.py:SET_RETURNED": BY_ID,
    "unexpected/queries.py:SET_REVIEWED": BY_ID,
    "users/invitations/queries.py:accept_invite": OF_DIRECTORY,
    "users/queries.py:select_user_to_log_in": OF_DIRECTORY,
    "users/queries.py:update_role": OF_DIRECTORY,
    "users/queries.py:update_password": OF_DIRECTORY,
    "users/queries.py:replace_password_hash": OF_DIRECTORY,
    "users/queries.py:remove_user": OF_DIRECTORY,
    "users/queries.py:insert_session": OF_DIRECTORY,
    "users/queries.py:select_session": OF_DIRECTORY,
    "users/queries.py:select_sessions": OF_DIRECTORY,
    "users/queries.py:touch_session": OF_DIRECTORY,
    "users/queries.py:revoke_session": OF_DIRECTORY,
    "users/queries.py:revoke_sessions": OF_DIRECTORY,
    "users/two_factor/queries.py:select_factor": OF_DIRECTORY,
    "users/two_factor/queries.py:keep_secret": OF_DIRECTORY,
    "users/two_factor/queries.py:confirm_secret": OF_DIRECTORY,
    "users/two_factor/queries.py:use_step": OF_DIRECTORY,
    "users/two_factor/queries.py:use_recovery_code": OF_DIRECTORY,
    "users/two_factor/queries.py:replace_recovery_codes": OF_DIRECTORY,
    "users/two_factor/queries.py:forget_factor": OF_DIRECTORY,
    "webhooks/deliveries/claim_queries.py:_CLAIM": WORKERS,
    "webhooks/deliveries/claim_queries.py:select_destinations": WORKERS,
    "webhooks/deliveries/claim_queries.py:renew_deliveries": WORKERS,
    "webhooks/deliveries/claim_queries.py:release_deliveries": WORKERS,
    "webhooks/deliveries/claim_queries.py:take_slots": WORKERS,
    "webhooks/deliveries/finish_queries.py:_FINISH": WORKERS,
    "webhooks/deliveries/housekeep.py:abandon_deliveries": WORKERS,
    "webhooks/deliveries/queries.py:select_deliveries_of_event": BY_ID,
    "webhooks/deliveries/queries.py:select_attempts": OF_CHILD,
    "webhooks/endpoints/disable.py:_DISABLE": WORKERS,
    "webhooks/endpoints/disable.py:disable_endpoint": WORKERS,
    "webhooks/endpoints/queries.py:delete_health": OF_CHILD,
    "webhooks/endpoints/queries.py:select_health": OF_CHILD,
    "webhooks/recoveries/queries.py:cancel": BY_ID,
    "webhooks/tools/send_test.py:_RECORD_ATTEMPT": OF_CHILD,
}
"""Statements, or parts of one, that touch such tables and neither compare a merchant nor write one down: by file
and function or constant."""
