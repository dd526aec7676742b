"""Migrate and, in test mode, seed; then end: `python -m migrate`."""

import asyncio
import sys

import psycopg

from gateway.migrations.run import MigrationError
from gateway.runtime import build_runtime
from gateway.settings import load_settings
from migrate.bring_up import bring_up_to_date


def main() -> None:
    """Exit code 1 with one line on stderr when the files and the database disagree."""
    settings = load_settings()
    logger = build_runtime(settings, "migrate").logger
    try:
        applied = asyncio.run(bring_up_to_date(settings))
    except (MigrationError, psycopg.Error) as error:
        print(f"migrate: {error}", file=sys.stderr)  # noqa: T201 - for a person
        raise SystemExit(1) from None
    logger.info("migrated", extra={"applied": applied})


if __name__ == "__main__":
    main()
