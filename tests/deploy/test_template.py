"""template.yaml: valid by AWS's own linters, and by our rules."""

import importlib.util
import os
import re
import subprocess
from typing import Any

import pytest

from gateway.settings import Settings
from tests.deploy.cloud.template import read_template
from tests.deploy.tools import ROOT, tool

TEMPLATES = ["template.yaml", "deploy/web.yaml"]
TEMPLATE = read_template()
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = {name: one for name, one in RESOURCES.items() if one["Type"] == "AWS::Serverless::Function"}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Properties of all resources of a type, by name."""
    return {name: one.get("Properties", {}) for name, one in RESOURCES.items() if one["Type"] == kind}


def test_sam_finds_nothing_to_say() -> None:
    region = ["--region", "eu-central-1"]
    done = subprocess.run(
        [str(tool("sam") / "sam"), "validate", "--lint", "--template", "template.yaml", *region],
        cwd=ROOT, env=os.environ | {"SAM_CLI_TELEMETRY": "0"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_cfn_lint_finds_nothing_to_say() -> None:
    done = subprocess.run(
        [str(tool("sam") / "cfn-lint"), "--regions", "eu-central-1", "--", *TEMPLATES],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_permission_has_a_wildcard_action_or_resource(template: str) -> None:
    found = 0
    for statement in _statements(read_template(template)):
        found += 1
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement.get("Resource") != "*"
    assert found


def _statements(node: Any) -> list[dict[str, Any]]:
    """Every policy statement anywhere below."""
    if isinstance(node, dict):
        own = [node] if {"Effect", "Action"} <= node.keys() else []
        return own + [one for value in node.values() for one in _statements(value)]
    if isinstance(node, list):
        return [one for value in node for one in _statements(value)]
    return []


def test_queues_are_encrypted_kept_for_a_stated_time_and_have_a_dead_letter_queue_with_an_alarm() -> None:
    queues = of_type("AWS::SQS::Queue")
    assert len(queues) == 6
    watched = {
        alarm["Dimensions"][0]["Value"]["GetAtt"].split(".")[0]
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == "AWS/SQS"
    }
    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True and queue["MessageRetentionPeriod"]
        if not name.endswith("DeadQueue"):
            dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"].split(".")[0]
            assert dead == name.replace("Queue", "DeadQueue") and dead in watched


def test_a_hint_is_hidden_for_longer_than_a_function_may_run() -> None:
    workers = (RESOURCES["WorkerFunction"], RESOURCES["WebhooksFunction"])
    longest = max(one["Properties"]["Timeout"] for one in workers)
    hints = [queue for name, queue in of_type("AWS::SQS::Queue").items() if "Dead" not in name]
    assert all(queue["VisibilityTimeout"] > longest for queue in hints)


def test_a_worker_may_run_for_longer_than_its_slowest_call() -> None:
    slowest = Settings.model_fields["processor_timeout_seconds"].default + 5
    assert RESOURCES["WorkerFunction"]["Properties"]["Timeout"] > slowest + 20


def test_every_log_group_ends_and_every_function_has_one() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogDays"} for group in groups.values())
    for function in FUNCTIONS.values():
        assert function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] in groups


def test_batches_report_single_failures_and_concurrency_is_bounded() -> None:
    sources = [
        event["Properties"]
        for function in FUNCTIONS.values()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    assert len(sources) == 3
    for source in sources:
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["ScalingConfig"]["MaximumConcurrency"]


def test_every_handler_exists_and_waits_for_the_schema() -> None:
    assert len(FUNCTIONS) == 5
    for name, function in FUNCTIONS.items():
        module, _, attribute = function["Properties"]["Handler"].rpartition(".")
        assert attribute == "handler" and importlib.util.find_spec(module)
        assert name == "MigrateFunction" or function["DependsOn"] == "Schema"


def test_every_environment_name_is_a_setting() -> None:
    fields = Settings.model_fields.items()
    known = {str(field.validation_alias or f"GATEWAY_{name.upper()}") for name, field in fields}
    given = set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])
    assert given - known == {"AWS_LAMBDA_EXEC_WRAPPER"}


def test_no_parameter_takes_a_secret() -> None:
    for name in ("DatabaseSecretArn", "MasterKeySecretArn"):
        pattern = re.compile(TEMPLATE["Parameters"][name]["AllowedPattern"])
        assert pattern.fullmatch("arn:aws:secretsmanager:eu-central-1:123456789012:secret:x")
        assert not pattern.fullmatch("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    url = re.compile(TEMPLATE["Parameters"]["DatabaseUrl"]["AllowedPattern"])
    assert url.fullmatch(
        "postgresql://${secretsmanager:arn#username}:${secretsmanager:arn#password}@host:5432/gateway"
    )
    assert url.fullmatch("") and not url.fullmatch("postgresql://gateway:secret@host/gateway")


def test_routes_are_said_and_not_implied() -> None:
    assert of_type("AWS::ApiGatewayV2::Route")["HttpRoute"]["RouteKey"] == "$default"
    assert not [
        event for function in FUNCTIONS.values() for event in function["Properties"].get("Events", {}).values()
        if event["Type"] in ("Api", "HttpApi")
    ]  # fmt: skip


def test_samconfig_names_only_parameters_of_the_template() -> None:
    import tomllib

    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert {"dev", "prod"} <= config.keys()
    for environment in ("dev", "prod"):
        given = config[environment]["deploy"]["parameters"]["parameter_overrides"]
        assert {one.partition("=")[0] for one in given} <= TEMPLATE["Parameters"].keys()
    assert "TestMode=false" in config["prod"]["deploy"]["parameters"]["parameter_overrides"]
