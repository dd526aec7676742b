"""The operator's command: `gateway …` (or `python -m gateway.cli …`)."""

import asyncio
import json
import sys
from typing import Annotated

import psycopg
import typer
from pydantic import ValidationError

from gateway.cli import processor_operations, processor_recover, processor_stops
from gateway.cli import webhooks as cli_webhooks
from gateway.cli.demo import seed_demo_command
from gateway.cli.keys import keys
from gateway.cli.ledger import ledger
from gateway.cli.live import live
from gateway.cli.merchants import merchants
from gateway.cli.processors import processors
from gateway.cli.users import users
from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.encryption import Keyring
from gateway.errors import GatewayError
from gateway.events.feed import follow_up_migration
from gateway.log import redact
from gateway.master_key.data_keys import KeysUnusable, complete_keyring, keep_data_keys
from gateway.merchants.create import seed_test_merchant
from gateway.migrations.run import MigrationError
from gateway.migrations.run import migrate as run_migrations
from gateway.settings import Settings, load_settings, variable_of, wrong_settings
from gateway.users.seed import seed_test_user, seeded_password

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Operate the payment gateway.")
app.add_typer(keys, name="keys")
app.add_typer(merchants, name="merchants")
app.add_typer(users, name="users")
app.add_typer(ledger, name="ledger")
app.add_typer(processors, name="processors")
app.add_typer(live, name="live")
processor_operations.register(processors)
processor_recover.register(processors)
processor_stops.register(processors)
cli_webhooks.register(app)
app.command("seed-demo")(seed_demo_command)


@app.command()
def migrate(dry_run: Annotated[bool, typer.Option(help="Only say what would be applied.")] = False) -> None:
    """Bring the database's schema up to date. Safe to run from several processes at once."""
    settings = load_settings()
    applied = asyncio.run(run_migrations(settings.database_url, dry_run=dry_run))
    for name in applied:
        print(("would apply " if dry_run else "applied ") + name)
    if not applied:
        print("nothing to apply")
    if not dry_run:
        asyncio.run(keep_data_keys(settings))
    era = None if dry_run else asyncio.run(follow_up_migration(settings))
    if era is not None:
        print(f"the database was restored from elsewhere: events are in era {era} from now on")


@app.command()
def seed() -> None:
    """In test mode: make the test merchant, its key and its webhook secret, if they are missing."""
    settings = load_settings()
    if not settings.test_mode:
        print("nothing to seed outside test mode")
        return

    given = settings.dashboard_password
    password = seeded_password(settings.master_key_bytes(), given)

    async def run() -> str:
        keyring = Keyring(*settings.master_keys())
        async with owner_connection(settings) as tx, tx.transaction():
            await complete_keyring(tx, keyring)
            await seed_test_merchant(tx, keyring, utc_now())
            return await seed_test_user(tx, password, is_given=bool(given), now=utc_now())

    login = asyncio.run(run())
    print("test merchant is there: key_test_abc123")
    print(login)


@app.command("settings")
def list_settings() -> None:
    """Every setting: its environment variable, its default, its meaning."""
    from rich.console import Console  # a quarter of the start-up of every other command
    from rich.table import Table

    table = Table("Variable", "Default", "Meaning")
    for name, field in Settings.model_fields.items():
        table.add_row(variable_of(name), str(field.default), field.description or "")
    Console().print(table)


@app.command()
def openapi(
    check: Annotated[bool, typer.Option(help="Fail if the file differs, instead of writing it.")] = False,
    path: Annotated[str, typer.Option(help="The file.")] = "docs/openapi.json",
) -> None:
    """Write the OpenAPI document of this version of the API."""
    from importlib import import_module
    from pathlib import Path

    from gateway.runtime import build_runtime

    # The layer does not know its hosts; this command is run where the API is installed.
    build_app = import_module("api.app").build_app
    document = build_app(build_runtime(Settings(test_mode=True), "api")).openapi()
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if not check:
        Path(path).write_text(text, "utf-8")
    elif not Path(path).exists() or Path(path).read_text("utf-8") != text:
        print(f"{path} is not what the API says: run `make openapi`")
        raise typer.Exit(1)


def main() -> None:
    """Run the command; what an operator can cause is one line on stderr, not a trace."""
    try:
        app()
    except ValidationError as error:
        for line in wrong_settings(error):
            print(f"setting: {line}", file=sys.stderr)
        raise SystemExit(2) from None
    except (MigrationError, KeysUnusable, GatewayError, ValueError, psycopg.Error) as error:
        print(f"error: {redact(str(error))}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
