"""What both hosts of this function do."""

from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.encryption import Keyring
from gateway.events.feed import follow_up_migration
from gateway.master_key.data_keys import complete_keyring, keep_data_keys
from gateway.merchants.create import seed_test_merchant
from gateway.migrations.run import migrate
from gateway.settings import Settings


async def bring_up_to_date(settings: Settings) -> list[str]:
    """Apply what is missing and, in test mode, seed the test merchant; returns the names of what was applied.

    Raises `MigrationError` and `psycopg.Error`. Safe to run at any time, also at once from several places.
    """
    applied = await migrate(settings.database_url)
    await keep_data_keys(settings)
    await follow_up_migration(settings)
    if settings.test_mode:
        async with owner_connection(settings) as tx, tx.transaction():
            keyring = Keyring(*settings.master_keys())
            await complete_keyring(tx, keyring)
            await seed_test_merchant(tx, keyring, utc_now())
    return applied
