"""What the account of a payment can do, for the verbs of the API."""

from gateway.database import Connection
from gateway.errors import ProcessorRequired
from gateway.processors.capabilities import Capabilities
from gateway.processors.registry import CONNECTORS, SIMULATED


async def capabilities_of(tx: Connection, account_id: str | None) -> Capabilities:
    """Those of the account, or of the simulated bank. Raises `ProcessorRequired` where no connector is left."""
    if account_id is None:
        return SIMULATED.capabilities
    cursor = await tx.execute("SELECT processor FROM processor_accounts WHERE id = %s", (account_id,))
    row = await cursor.fetchone()
    connector = CONNECTORS.get(row[0]) if row else None
    if connector is None:
        raise ProcessorRequired
    return connector.capabilities
