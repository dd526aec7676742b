"""`gateway merchants …`: make a merchant and its first key."""

import asyncio
import json
from typing import Annotated
from uuid import uuid4

import typer

from gateway.cli.operator import operator, tell_audit
from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.encryption import Keyring
from gateway.master_key.data_keys import complete_keyring
from gateway.merchants.create import create_api_key, create_merchant
from gateway.settings import load_settings
from gateway.tenancy.model import Mode

merchants = typer.Typer(no_args_is_help=True, help="Merchants.")


@merchants.command("create")
def create(
    name: str,
    email: str,
    mode: Annotated[str, typer.Option(help="Mode of the first key: test or live.")] = "test",
) -> None:
    """Make a merchant and its first API key; the secret is shown once."""
    if mode not in ("test", "live"):
        raise typer.BadParameter("mode must be test or live")
    key_mode: Mode = "live" if mode == "live" else "test"
    settings = load_settings()

    async def run() -> tuple[str, str, str]:
        keyring, merchant_id = Keyring(*settings.master_keys()), uuid4()
        async with owner_connection(settings) as tx, tx.transaction():
            now = utc_now()
            await complete_keyring(tx, keyring)
            await create_merchant(tx, keyring, merchant_id=merchant_id, name=name, email=email, now=now)
            pair = await create_api_key(
                tx,
                keyring,
                merchant_id=merchant_id,
                mode=key_mode,
                label="First key",
                now=now,
                maker=operator(),
            )
            told: dict[str, object] = {"name": name, "email": email}
            await tell_audit(tx, merchant_id, "merchant.created", str(merchant_id), told, now)
            told = {"label": "First key", "scopes": ["read", "write"]}
            await tell_audit(tx, merchant_id, "key.created", pair[0], told, now, key_mode)
        return str(merchant_id), *pair

    merchant_id, key_id, secret = asyncio.run(run())
    print(json.dumps({"merchant_id": merchant_id, "api_key": key_id, "api_secret": secret}, indent=2))
