"""`make test-failover`: the drill with many rounds, and how long hints were away after each."""

import argparse
import tempfile
from pathlib import Path

from dev.postgres import PostgresServer
from tests.failover import drill
from tests.support.stack import prepare_database


def main() -> None:
    """Run it on both; ends with an error if anything was lost, or hints were away for too long."""
    parser = argparse.ArgumentParser(prog="make test-failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of two kills on each kind of Redis (5)")
    parser.add_argument("--only", choices=("cluster", "sentinel"))
    asked = parser.parse_args()
    for kind in ("cluster", "sentinel"):
        if asked.only in (None, kind):
            with tempfile.TemporaryDirectory(prefix="gateway-failover-") as name:
                folder = Path(name)
                with PostgresServer(folder / "postgres", durable=False) as postgres:
                    prepare_database(postgres.url)
                    (folder / "database-url").write_text(postgres.url)
                    took = sorted(drill.run(kind, folder, asked.rounds))
            print(
                f"{kind}: {len(took)} rounds of two kills, nothing lost; hints away "
                f"{took[0]:.1f} s at least, {took[len(took) // 2]:.1f} s in the middle, {took[-1]:.1f} s at most"
            )
            assert took[-1] < drill.BACK_SECONDS


if __name__ == "__main__":
    main()
