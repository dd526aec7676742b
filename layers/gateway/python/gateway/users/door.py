"""What a log-in is checked with: where users are kept, what hashes them, and how many may be tried."""

from dataclasses import dataclass

from gateway.database import Database
from gateway.database.scope import Tenant
from gateway.encryption import Keyring
from gateway.users.model import User
from gateway.users.passwords import Passwords
from gateway.users.queries import replace_password_hash


@dataclass(frozen=True, slots=True)
class Door:
    """The parts of one process that open a session."""

    database: Database
    keyring: Keyring
    passwords: Passwords

    async def is_password(
        self, tenant: Tenant | None, found: tuple[User, str | None] | None, password: str
    ) -> bool:
        """Whether it is this user's; of nobody it is not, after the same time. A hash of an older kind is
        replaced.

        No connection is held meanwhile: this takes 50 ms of CPU. Raises `Unavailable`.
        """
        kept = found[1] if found else None
        checked = await self.passwords.check(kept, password)
        if found is not None and kept is not None and checked.better_hash is not None:
            async with self.database.connection(tenant) as tx:
                await replace_password_hash(tx, found[0].id, kept, checked.better_hash)
        return checked.is_right
