"""A merchant's webhook receiver in a page of Python: verify, then believe.

    python examples/receiver.py --port 4242 --secret whsec_… --out received.jsonl

Each webhook is verified twice, with two packages that know nothing of this project: `standardwebhooks`
(headers webhook-id, webhook-timestamp, webhook-signature) and `razorpay` (X-Webhook-Signature). What verifies
is appended to the output file, one JSON object per line, and answered 200; anything else is answered 400.
"""

import argparse
import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import razorpay
from standardwebhooks import Webhook, WebhookVerificationError


def standard_secret(secret: str) -> str:
    """Secrets are `whsec_` and base64. The seeded one is plain text: there, the text itself is the key."""
    text = secret.removeprefix("whsec_")
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return base64.b64encode(text.encode()).decode()
    return text


def make_handler(secret: str, out: Path) -> type[BaseHTTPRequestHandler]:
    """A request handler that verifies with this secret."""
    standard = Webhook(standard_secret(secret))
    legacy = razorpay.Client(auth=("unused", "unused")).utility

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                standard.verify(body, dict(self.headers.items()))
                legacy.verify_webhook_signature(body.decode(), self.headers["X-Webhook-Signature"], secret)
            except (WebhookVerificationError, razorpay.errors.SignatureVerificationError) as error:
                print(f"refused: {error}", flush=True)
                self.send_response(400)
            else:
                event = json.loads(body)
                print(f"verified: {event['event']} {event['id']}", flush=True)
                with out.open("a") as file:
                    file.write(json.dumps(event) + "\n")
                self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """The lines above say enough."""

    return Handler


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=4242)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), make_handler(arguments.secret, arguments.out))
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
