"""Live rows as they were made when the simulated bank still took live payments."""

from typing import Any
from uuid import UUID

import psycopg

from gateway.checkout.limits import note_shopper
from gateway.clock import utc_now
from gateway.encryption import Keyring
from gateway.master_key.data_keys import complete_keyring
from gateway.payments.queries import select_payment
from gateway.settings import Settings
from gateway.tenancy.model import Caller
from tests.support.client import Merchant
from tests.support.stack import Stack


def turn_live(stack: Stack, merchant: Merchant) -> Merchant:
    """Make all that a test merchant has live; he comes back with a live key. No process may remember any of it."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("SET session_replication_role = replica")  # a ledger entry is final otherwise
        connection.execute(
            "DELETE FROM webhook_endpoints WHERE merchant_id = %s AND mode = 'live'", (merchant.id,)
        )
        found = connection.execute(
            """
            SELECT table_name FROM information_schema.columns JOIN information_schema.tables
                USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name IN ('mode', 'merchant_id')
            GROUP BY table_name HAVING count(*) = 2
            """
        ).fetchall()
        key = connection.execute(
            """
            UPDATE api_keys SET id = replace(id, 'key_test_', 'key_live_'), mode = 'live'
            WHERE id = %s RETURNING id
            """,
            (merchant.key,),
        ).fetchone()
        assert key is not None
        for (table,) in found:
            connection.execute(
                f"UPDATE {table} SET mode = 'live' WHERE merchant_id = %s AND mode = 'test'".encode(),
                (merchant.id,),
            )
    return Merchant(merchant.base_url, merchant.id, key[0], merchant.secret)


def live_order(stack: Stack, merchant: Merchant) -> dict[str, Any]:
    """A live order of this merchant, whichever key he has, that no process has seen yet."""
    order = stack.merchant().order()
    change = "UPDATE orders SET mode = 'live', merchant_id = %s WHERE id = %s"
    stack.sql(change, (merchant.id, order["id"]))
    return order


async def declined_live(stack: Stack, merchant: Merchant, number: str, address: str) -> str:
    """A declined card of a live order, as the page's payments left it: with its card, and where it came from."""
    order = merchant.order()
    payment_id: str = merchant.settled(merchant.card(order, number), "failed")["id"]
    for table, row in (("orders", order["id"]), ("payments", payment_id)):
        stack.sql(f"UPDATE {table} SET mode = 'live' WHERE id = %s", (row,))
    keyring = Keyring(*Settings(TEST_MODE=True).master_keys())
    async with await psycopg.AsyncConnection.connect(stack.database_url) as tx:
        await complete_keyring(tx, keyring)
        payment = await select_payment(tx, Caller(UUID(merchant.id), "live"), payment_id)
        assert payment is not None
        await note_shopper(tx, keyring, payment, address, utc_now())
    return payment_id
