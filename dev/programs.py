"""Which processes `make dev` runs, and on which ports."""

import sys
from dataclasses import dataclass
from pathlib import Path

from dev.configuration import Configuration
from dev.health import Part
from dev.program import Program
from dev.web import node_trouble


@dataclass(frozen=True)
class Plan:
    """The programs, the parts that must become healthy, and why something is left out."""

    programs: list[Program]
    parts: list[Part]
    remarks: list[str]


def plan(root: Path, configuration: Configuration, environment: dict[str, str]) -> Plan:
    """API, worker and webhooks; dashboard and checkout where they are built and Node is there."""
    api_url = f"http://127.0.0.1:{configuration.api_port}"
    programs = [
        Program("api", [sys.executable, "-m", "api"], {**environment, "PORT": str(configuration.api_port)}),
        Program("worker", [sys.executable, "-m", "worker"], environment),
        Program("webhooks", [sys.executable, "-m", "webhooks"], environment),
    ]
    parts = [Part("the API", f"{api_url}/health", knows_worker=True)]
    remarks: list[str] = []
    web = {"dashboard": configuration.dashboard_port, "checkout": configuration.checkout_port}
    trouble = node_trouble()
    if trouble:
        return Plan(programs, parts, [f"{trouble}: dashboard and checkout are left out."])
    for name, port in web.items():
        server = Path("web", name, "dist", "server.js")
        if not (root / server).exists():
            remarks.append(f"{server} is not built: the {name} is left out.")
            continue
        # 127.0.0.1, since Node takes `localhost` for ::1 first.
        programs.append(
            Program(name, ["node", str(server)], {**environment, "PORT": str(port), "API_URL": api_url})
        )
        parts.append(Part(f"the {name}", f"http://127.0.0.1:{port}/health"))
    return Plan(programs, parts, remarks)
