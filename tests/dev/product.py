"""A stand-in for the product, small enough to break in every way a supervisor must cope with.

`make_product(root)` writes packages `gateway`, `api`, `worker` and `webhooks` that start in milliseconds. What
each does can be changed by replacing its `__main__.py`; `ended` collects when each was asked to end.
"""

from pathlib import Path

API = """
import http.server, json, os, pathlib, signal, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"status": "healthy", "worker": "running"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        print(json.dumps({"level": "INFO", "message": "request", "timestamp": "2026-01-01 10:11:12,333+0000",
                          "service": "api", "method": "GET", "path": self.path, "status": 200, "ms": 1.5}))
"""

ENDS_WHEN_ASKED = """
import os, pathlib, signal, sys, time

def end(*_):
    with pathlib.Path("ended").open("a") as ended:
        ended.write(f"{sys.argv[0].split(os.sep)[-2]} {time.time()}\\n")
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
print("started with", os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
"""
SERVES = 'http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()\n'
SLEEPS = "while True: time.sleep(60)\n"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True: time.sleep(60)
"""
CRASHES = "print('no way to go on')\nraise SystemExit(3)\n"


def make_product(root: Path) -> None:
    """Write the packages below `root`."""
    (root / "gateway").mkdir(parents=True)
    (root / "gateway" / "__init__.py").touch()
    (root / "gateway" / "cli.py").write_text("import sys\nprint('dashboard log-in: someone /', sys.argv[1])\n")
    replace(root, "api", API + ENDS_WHEN_ASKED + SERVES)
    replace(root, "worker", ENDS_WHEN_ASKED + SLEEPS)
    replace(root, "webhooks", ENDS_WHEN_ASKED + SLEEPS)


def replace(root: Path, package: str, program: str) -> None:
    """Let `python -m PACKAGE` do something else."""
    (root / package).mkdir(exist_ok=True)
    (root / package / "__init__.py").touch()  # without it the real one, later on the path, would be taken
    (root / package / "__main__.py").write_text(program)


DASHBOARD = """
require("node:http").createServer((_, answer) => answer.end(process.env.API_URL)).listen(process.env.PORT)
"""


def build_web(root: Path, name: str) -> None:
    """Pretend that a web part was built."""
    folder = root / "web" / name / "dist"
    folder.mkdir(parents=True)
    (folder / "server.js").write_text(DASHBOARD)
