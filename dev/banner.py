"""What a newcomer sees when everything runs."""

from collections.abc import Sequence
from pathlib import Path

from dev.configuration import Configuration

# The contract's test merchant, seeded in test mode.
TEST_KEY, TEST_SECRET, TEST_WEBHOOK_SECRET = "key_test_abc123", "secret_test_xyz789", "whsec_test_abc123"

_LOGIN = "dashboard log-in:"
_PROCESSOR = "the simulated bank, for test keys: no money moves; live is off until a processor is connected"


def banner(configuration: Configuration, running: Sequence[str], seed_lines: Sequence[str], seconds: float) -> str:
    """The table of addresses and keys with a first request. `seed_lines` is what `gateway seed` said."""
    rows = [("API", f"http://localhost:{configuration.api_port}")]
    if "dashboard" in running:
        rows.append(("Dashboard", f"http://localhost:{configuration.dashboard_port}"))
        logins = [line.partition(":")[2].strip() for line in seed_lines if _LOGIN in line.lower()]
        rows += [("Dashboard log-in", login) for login in logins]
    if "checkout" in running:
        rows.append(("Checkout", f"http://localhost:{configuration.checkout_port}"))
    if configuration.test_mode:
        rows += [
            ("Test key", TEST_KEY),
            ("Test secret", TEST_SECRET),
            ("Webhook secret", TEST_WEBHOOK_SECRET),
        ]
    rows.append(("Processor", _PROCESSOR))
    rows.append(("Data and logs", f"{_short(configuration.data)}, {_short(configuration.data / 'logs')}"))
    lines = ["", f"  The gateway is up ({seconds:.1f} s).", ""]
    lines += [f"  {name:<16} {value}" for name, value in rows]
    if configuration.test_mode:
        lines += ["", "  A first order:", "", *_first_curl(configuration.api_port)]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", ""])


def _first_curl(port: int) -> list[str]:
    return [
        f"  curl -s http://localhost:{port}/api/v1/orders \\",
        f"    -H 'X-Api-Key: {TEST_KEY}' -H 'X-Api-Secret: {TEST_SECRET}' \\",
        "    -H 'Content-Type: application/json' \\",
        """    -d '{"amount": 50000, "currency": "INR", "receipt": "first"}'""",
    ]


def _short(path: Path) -> str:
    """Relative to the current folder where it lies below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
