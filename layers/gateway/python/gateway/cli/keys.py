"""`gateway keys …`: make and exchange the master key."""

import asyncio
import base64
import json
import secrets
import sys
from typing import Annotated

import typer

from gateway.database import owner_connection
from gateway.encryption import Keyring
from gateway.master_key.data_keys import complete_keyring
from gateway.master_key.model import Rotated
from gateway.master_key.rotate import as_json, rotate_master_key
from gateway.settings import load_settings

keys = typer.Typer(no_args_is_help=True, help="The master key.")


@keys.command("generate-master")
def generate_master() -> None:
    """Print a fresh GATEWAY_MASTER_KEY. Keep it: without it, secrets at rest cannot be read."""
    print(base64.b64encode(secrets.token_bytes(32)).decode())


@keys.command("rotate-master")
def rotate_master(
    batch: Annotated[int, typer.Option(min=1, help="Rows in one transaction.")] = 200,
) -> None:
    """Seal everything anew under GATEWAY_MASTER_KEY, reading what GATEWAY_MASTER_KEY_PREVIOUS opens.

    Works next to the running product, and may be killed and run again. Ends with 1 while anything cannot be read.
    """
    settings = load_settings()

    async def run() -> dict[str, Rotated]:
        keyring = Keyring(*settings.master_keys())
        async with owner_connection(settings) as tx:
            await complete_keyring(tx, keyring)
            return await rotate_master_key(tx, keyring, batch)

    done = asyncio.run(run())
    print(json.dumps(as_json(done), indent=2))
    if any(one.unreadable for one in done.values()):
        print("error: some secrets open with none of the given keys; keep the old ones", file=sys.stderr)
        raise typer.Exit(1)
    print("Everything is sealed under GATEWAY_MASTER_KEY: the previous key can go.", file=sys.stderr)
