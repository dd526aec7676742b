"""docker-compose.yml says nothing that the code does not know, and only what Compose 1.29 and 2 both take."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.jobs.model import KINDS
from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard, TargetRefused
from tests.deploy.compose_file import FILE, interpolate, read_compose, variables
from tests.deploy.tools import ROOT, tool

COMPOSE = read_compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NAMES = {
    "postgres": "pg_gateway",
    "redis": "redis_gateway",
    "migrate": "gateway_migrate",
    "api": "gateway_api",
    "worker": "gateway_worker",
    "webhooks": "gateway_webhooks",
    "dashboard": "gateway_dashboard",
    "checkout": "gateway_checkout",
}
OURS = [name for name, service in SERVICES.items() if "payment-gateway" in service["image"]]
FIELDS = {
    str(field.validation_alias or f"GATEWAY_{name.upper()}"): field
    for name, field in Settings.model_fields.items()
}
# Rejected by 1.29, or by 2.
FOREIGN_KEYS = {"name", "include", "version", "develop"}
FOREIGN_SERVICE_KEYS = {"develop", "attach", "gpus", "models", "provider", "post_start", "pre_stop", "links"}


def test_the_containers_have_the_names_of_the_contract() -> None:
    assert {name: service.get("container_name") for name, service in SERVICES.items()} == NAMES | {
        "pgbouncer": None,
        "more-workers": None,
        "more-webhooks": None,
    }


def test_it_is_valid_by_the_compose_specification(tmp_path: Path) -> None:
    file = tmp_path / "compose.json"
    file.write_text(json.dumps(COMPOSE))
    program = (
        "import json, sys; from compose_spec.models import ComposeSpecification as Specification;"
        "print(len(Specification.model_validate(json.load(open(sys.argv[1]))).services))"
    )
    done = subprocess.run(
        [str(tool("static") / "python"), "-c", program, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert int(done.stdout) == len(SERVICES)


def test_it_keeps_to_what_both_generations_of_compose_take() -> None:
    assert not FOREIGN_KEYS & COMPOSE.keys()
    for service in SERVICES.values():
        assert not FOREIGN_SERVICE_KEYS & service.keys()
        assert "start_interval" not in (service.get("healthcheck") or {})
        assert all(set(on) == {"condition"} for on in service.get("depends_on", {}).values())


def test_every_variable_has_a_default() -> None:
    interpolate(FILE.read_text(), {})  # raises for one without


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    command = SERVICES[name].get("command")
    if command is None:
        assert name == "pgbouncer"
    elif command[0] == "python":
        assert command[1] == "-m" and importlib.util.find_spec(f"{command[2]}.__main__")
    else:
        program, file = command
        part = file.removesuffix("/dist/server.js")
        assert program == "node"
        build = (ROOT / "web" / part / "package.json").read_text() + (
            (ROOT / "web" / part / "build.mjs").read_text() if (ROOT / "web" / part / "build.mjs").exists() else ""
        )
        assert "dist/server.js" in build


@pytest.mark.parametrize("name", OURS)
def test_every_environment_name_is_known_to_the_code(name: str) -> None:
    names = set(SERVICES[name].get("environment", {}))
    if name == "pgbouncer":
        script = (ROOT / "deploy/pgbouncer/entrypoint.sh").read_text()
        assert all(f"${{{variable}" in script or f"${variable}" in script for variable in names)
    elif name in ("dashboard", "checkout"):
        sources = "".join(
            file.read_text() for folder in ("server", "src/server") for file in
            (ROOT / "web" / name / folder).glob("*.ts")
        )  # fmt: skip
        assert {variable for variable in names if f".{variable}" not in sources} == set()
    else:
        assert names <= FIELDS.keys()


def test_the_defaults_are_those_of_the_settings_but_for_test_mode() -> None:
    given = {**SERVICES["api"]["environment"]}
    different = {"DATABASE_URL", "REDIS_URL", "TEST_MODE", "GATEWAY_WEBHOOK_TEST_HOSTS", "GATEWAY_TRUSTED_PROXIES",
                 "GATEWAY_INBOX_URL"}  # fmt: skip
    for variable in given.keys() - different:
        text, default = str(given[variable]), FIELDS[variable].default
        assert float(text) == default if isinstance(default, float) else text.lower() == str(default).lower(), (
            variable
        )


def test_it_can_be_started_with_its_defaults() -> None:
    environment = {name: str(value) for name, value in SERVICES["api"]["environment"].items()}
    assert environment["TEST_MODE"] == "true"
    assert Settings(TEST_MODE=True, GATEWAY_MASTER_KEY=environment["GATEWAY_MASTER_KEY"]).master_key_bytes()


def test_without_test_mode_a_master_key_is_demanded() -> None:
    environment = read_compose({"TEST_MODE": "false"})["services"]["api"]["environment"]
    with pytest.raises(ValueError, match="GATEWAY_MASTER_KEY is required"):
        Settings(TEST_MODE=environment["TEST_MODE"], GATEWAY_MASTER_KEY="").master_key_bytes()


@pytest.mark.parametrize(("mode", "reachable"), [("true", True), ("false", False)])
def test_webhooks_reach_the_machine_itself_in_test_mode_only(mode: str, reachable: bool) -> None:
    environment = read_compose({"TEST_MODE": mode})["services"]["webhooks"]["environment"]
    given = {name: environment[name] for name in environment if "WEBHOOK" in name or name == "TEST_MODE"}
    guard = AddressGuard(Settings(**{_field_of(name): value for name, value in given.items()}))
    if reachable:
        assert guard.check_url("http://host.docker.internal:4000/hook", "test")
    else:
        with pytest.raises(TargetRefused):
            guard.check_url("https://host.docker.internal:4000/hook", "live")


def _field_of(variable: str) -> str:
    """The argument of `Settings` for an environment variable."""
    return variable if FIELDS[variable].validation_alias else variable.removeprefix("GATEWAY_").lower()


def test_the_api_believes_dashboard_and_checkout_and_they_ask_it_by_its_name() -> None:
    trusted = SERVICES["api"]["environment"]["GATEWAY_TRUSTED_PROXIES"].split(",")
    assert trusted == [*FIELDS["GATEWAY_TRUSTED_PROXIES"].default.split(","), "dashboard", "checkout"]
    assert SERVICES["dashboard"]["environment"]["API_URL"] == "http://api:8000"
    assert SERVICES["checkout"]["environment"]["API_URL"] == "http://api:8000"


def test_only_three_ports_are_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api": ["8000:8000"], "dashboard": ["3000:3000"], "checkout": ["3001:3001"]}
    for name in published:
        assert str(SERVICES[name]["environment"]["PORT"]) == published[name][0].split(":")[1]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert ("mem_limit" in service and "pids_limit" in service) or name == "pgbouncer"


def test_every_long_runner_is_checked_and_restarted() -> None:
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"] == "no"
        elif name != "pgbouncer":  # its image has the check
            assert service["restart"] == "unless-stopped" and service["healthcheck"]["test"]


def test_nothing_starts_before_what_it_needs_is_well() -> None:
    for name in ("api", "worker", "webhooks", "more-workers", "more-webhooks"):
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("dashboard", "checkout"):
        assert SERVICES[name]["depends_on"] == {"api": {"condition": "service_healthy"}}


def test_health_checks_of_workers_name_real_kinds() -> None:
    for name in ("worker", "webhooks"):
        test = SERVICES[name]["healthcheck"]["test"]
        assert test[:5] == ["CMD", "python", "-I", "-S", "/opt/python/gateway/jobs/alive.py"]
        assert set(test[5:]) <= set(KINDS)
    drained = SERVICES["worker"]["healthcheck"]["test"][5:] + SERVICES["webhooks"]["healthcheck"]["test"][5:]
    assert sorted(drained) == sorted(KINDS)


def test_pages_meet_the_api_and_only_what_works_with_data_meets_the_stores() -> None:
    networks = {name: service["networks"] for name, service in SERVICES.items()}
    assert set(COMPOSE["networks"]) == {"web", "stores"}
    assert {name for name, of in networks.items() if "web" in of} == {"api", "dashboard", "checkout"}
    assert {name for name, of in networks.items() if "stores" in of} == SERVICES.keys() - {"dashboard", "checkout"}


@pytest.mark.parametrize("given", [{}, {"GATEWAY_REDIS_PASSWORD": "another"}])
def test_redis_has_a_password_that_its_clients_and_its_health_check_know(given: dict[str, str]) -> None:
    services = read_compose(given)["services"]
    redis, password = services["redis"], given.get("GATEWAY_REDIS_PASSWORD", "gateway_redis_pass")
    assert redis["command"][redis["command"].index("--requirepass") + 1] == password
    assert redis["environment"] == {"REDISCLI_AUTH": password}
    # Redis' refusal of a client without a password is exit code 0 of redis-cli.
    assert redis["healthcheck"]["test"] == ["CMD-SHELL", "redis-cli ping | grep -q PONG"]
    for name in ("api", "worker", "webhooks", "migrate", "more-workers", "more-webhooks"):
        assert services[name]["environment"]["REDIS_URL"] == f"redis://:{password}@redis:6379/0"


def test_redis_keeps_an_append_only_file_on_a_volume() -> None:
    command = SERVICES["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert set(COMPOSE["volumes"]) == {"postgres_data", "redis_data"}


def test_the_example_of_env_names_only_what_compose_or_make_dev_reads() -> None:
    """`.env` serves both; a variable that only Compose reads may be missing there, not the other way round."""
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert named & variables(), "the two have nothing in common"
    assert "DATABASE_URL" not in variables()  # a developer's .env may set it for `make dev`


def test_build_files_and_contexts_exist() -> None:
    for name, service in SERVICES.items():
        if "build" in service:
            build = service["build"]
            dockerfile = (ROOT / build["context"] / build["dockerfile"]).read_text()
            for argument, value in build["args"].items():
                assert f"ARG {argument}={value}" in dockerfile, name


@pytest.mark.parametrize("dockerfile", ["functions/Dockerfile", "web/Dockerfile", "deploy/pgbouncer/Dockerfile"])
def test_dockerfiles_are_clean_by_hadolint_and_copy_what_exists(dockerfile: str) -> None:
    done = subprocess.run(
        [str(tool("static") / "hadolint"), "--format", "json", dockerfile],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout) == []
    text = (ROOT / dockerfile).read_text()
    assert "<<" not in text and "# syntax=" not in text  # the classic builder knows neither
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split())
    ignored = (ROOT / ".dockerignore").read_text()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        assert all(f"!{source.split('/')[0]}" in ignored for source in sources.split())


def test_images_run_without_root() -> None:
    for dockerfile in ("functions/Dockerfile", "web/Dockerfile", "deploy/pgbouncer/Dockerfile"):
        users = re.findall(r"^USER (\d+):\d+$", (ROOT / dockerfile).read_text(), re.MULTILINE)
        assert users and users[-1] != "0"


def test_the_offline_build_file_changes_nothing_but_the_network() -> None:
    extra = yaml.safe_load((ROOT / "deploy/offline/compose.build.yml").read_text())["services"]
    assert extra == {name: {"build": {"network": "host"}} for name, one in SERVICES.items() if "build" in one}
