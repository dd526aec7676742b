"""The developer's commands: `gateway listen`, `gateway trigger`, `gateway webhooks …`. They speak to the API."""

import base64
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
from rich.console import Console
from rich.table import Table

from gateway.events.model import EVENT_TYPES
from gateway.tenancy.model import TEST_KEY_ID, TEST_SECRET
from gateway.webhooks.tools.api_client import ApiClient, ApiError
from gateway.webhooks.tools.listen import listen, receiver_url
from gateway.webhooks.tools.trigger import TRIGGERED, trigger

webhooks = typer.Typer(no_args_is_help=True, help="Webhooks: signatures and replay.")

Api = Annotated[str, typer.Option(envvar="GATEWAY_API_URL", help="Base URL of the API.")]
Key = Annotated[str, typer.Option(envvar="GATEWAY_API_KEY", help="API key; default: the seeded test key.")]
Secret = Annotated[str, typer.Option(envvar="GATEWAY_API_SECRET", help="Its secret.")]
_LOCAL: Final = "http://localhost:8000"


def register(app: typer.Typer) -> None:
    """Add these commands to `gateway`."""
    app.command("listen")(listen_command)
    app.command("trigger")(trigger_command)
    app.add_typer(webhooks, name="webhooks")


def listen_command(
    forward_to: Annotated[
        str, typer.Option(help="Your receiver, such as http://localhost:4242/webhooks, localhost:4242 or 4242.")
    ],
    skip_verify: Annotated[bool, typer.Option(help="Take any TLS certificate of the receiver.")] = False,
    event: Annotated[list[str] | None, typer.Option(help="Only this event; may be given several times.")] = None,
    api: Api = _LOCAL,
    key: Key = TEST_KEY_ID,
    secret: Secret = TEST_SECRET,
) -> None:
    """Forward every event from now on to a receiver on this machine, signed like the real webhook."""
    unknown = sorted(set(event or ()) - set(EVENT_TYPES))
    if unknown:
        raise typer.BadParameter(f"unknown event {unknown[0]}; there are: {', '.join(EVENT_TYPES)}")
    try:
        url = receiver_url(forward_to)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--forward-to") from None

    def say(line: str) -> None:
        print(line, flush=True)

    def act(client: ApiClient) -> None:
        listen(client, url, frozenset(event or ()), say, skip_verify=skip_verify)

    try:
        _run(act, api, key, secret)
    except KeyboardInterrupt:
        say("Ended.")


def trigger_command(
    event: Annotated[str, typer.Argument(help="Such as payment.success; `list` shows all.")],
    api: Api = _LOCAL,
    key: Key = TEST_KEY_ID,
    secret: Secret = TEST_SECRET,
) -> None:
    """Make an event happen in test mode: a real order, payment or refund that leads to it."""
    if event == "list":
        print("\n".join(TRIGGERED))
        return
    print(json.dumps(_run(lambda client: trigger(client, event), api, key, secret), indent=2, ensure_ascii=False))


@webhooks.command("verify")
def verify(
    body: Annotated[str, typer.Option(help="File with the body as it arrived; - reads stdin.")],
    header: Annotated[list[str], typer.Option(help="A header as it arrived, 'name: value'; give each.")],
    signing_secret: Annotated[str | None, typer.Option(help="What your receiver verifies with.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only try this endpoint's secrets.")] = None,
    api: Api = _LOCAL,
    key: Key = TEST_KEY_ID,
    secret: Secret = TEST_SECRET,
) -> None:
    """Say why a signature does not verify: changed body, old secret, clock, missing header."""
    raw = sys.stdin.buffer.read() if body == "-" else Path(body).read_bytes()
    asked: dict[str, Any] = {
        "body_base64": base64.b64encode(raw).decode(),
        "headers": {name.strip(): value.strip() for name, _, value in (one.partition(":") for one in header)},
    }
    asked |= {"secret": signing_secret} if signing_secret is not None else {}
    asked |= {"endpoint_id": endpoint} if endpoint is not None else {}
    answer = _run(lambda client: client.call("POST", "/webhooks/verify", asked), api, key, secret)
    schemes = f"X-Webhook-Signature: {_word(answer['legacy'])}; webhook-signature: {_word(answer['standard'])}"
    print(("This webhook verifies. " if answer["valid"] else "This webhook does not verify. ") + schemes)
    for problem in answer["problems"]:
        print(f"- {problem['message']} ({problem['code']}). {problem['fix']}")
    if not answer["valid"]:
        raise typer.Exit(1)


@webhooks.command("recover")
def recover(
    since: Annotated[str, typer.Option(help="Events of then or later, ISO 8601.")],
    until: Annotated[str | None, typer.Option(help="Events before this; default: now.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only this endpoint; default: all enabled.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="Only this event; may be given several times.")] = None,
    status: Annotated[str, typer.Option(help="missed, failed, success or all.")] = "missed",
    dry_run: Annotated[bool, typer.Option(help="Only count.")] = False,
    api: Api = _LOCAL,
    key: Key = TEST_KEY_ID,
    secret: Secret = TEST_SECRET,
) -> None:
    """Send again what endpoints have missed."""
    asked = {
        "since": since, "until": until, "endpoint_id": endpoint, "events": event or None,
        "status": status, "dry_run": dry_run,
    }  # fmt: skip
    answer = _run(lambda client: client.call("POST", "/webhooks/recover", asked), api, key, secret)
    table = Table("Recovery", "Status", "Deliveries", "Since", "Until")
    exactly = "" if answer["total_is_exact"] else "at least "
    table.add_row(
        answer["id"] or "-", answer["status"], f"{exactly}{answer['total']}", answer["since"], answer["until"]
    )
    Console().print(table)


def _run(act: Any, api: str, key: str, secret: str) -> Any:
    """`act` with a client; what a developer can cause is one line on stderr."""
    client = None
    try:
        client = ApiClient(api, key, secret)
        return act(client)
    except ApiError as error:
        print(f"error: {error}", file=sys.stderr)
    except httpx.TransportError as error:
        print(f"error: no answer from {api} ({error or type(error).__name__})", file=sys.stderr)
    except httpx.InvalidURL as error:
        print(f"error: {api}: {error}", file=sys.stderr)
    except ImportError as error:  # httpx speaks SOCKS with a package that nobody needs otherwise
        print(f"error: the proxy of the environment cannot be used: {error}", file=sys.stderr)
    finally:
        if client is not None:
            client.close()
    raise typer.Exit(1)


def _word(holds: bool) -> str:
    return "holds" if holds else "does not hold"
