"""Migrate and, in test mode, seed; then end: `python -m migrate`."""

import asyncio
import sys

import psycopg

from gateway.log import redact
from gateway.master_key.data_keys import KeysUnusable
from gateway.migrations.run import MigrationError
from gateway.runtime import build_runtime
from gateway.settings import settings_or_exit
from migrate.bring_up import bring_up_to_date


def main() -> None:
    """Exit code 1 with one line on stderr when the files and the database disagree."""
    settings = settings_or_exit()
    logger = build_runtime(settings, "migrate").logger
    try:
        applied = asyncio.run(bring_up_to_date(settings))
    except (MigrationError, KeysUnusable, psycopg.Error) as error:
        print(f"migrate: {redact(str(error))}", file=sys.stderr)  # noqa: T201 - for a person
        raise SystemExit(1) from None
    logger.info("migrated", extra={"applied": applied})


if __name__ == "__main__":
    main()
