"""What functions really tell CloudWatch, held against the template's alarms that wait for it; and traces."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.deploy.cloud.events import hints, schedule_event, sqs_event
from tests.deploy.cloud.function import Function
from tests.deploy.cloud.template import read_template
from tests.deploy.test_functions import create_order, create_payments
from tests.deploy.tools import tool

NAMESPACE = "PaymentGateway"
Series = tuple[str, str, tuple[tuple[str, str], ...]]
"""What CloudWatch tells series apart by: namespace, metric, the exact set of dimensions with their values."""


def series(log: Path) -> Iterator[tuple[Series, float]]:
    """Every value in a function's output that CloudWatch would take, by the Embedded Metric Format."""
    for line in log.read_text().splitlines():
        record: Any = json.loads(line) if line.startswith('{"_aws"') else {}
        for directive in record.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in directive["Dimensions"]:
                dimensions = tuple(sorted((name, record[name]) for name in names))
                for metric in directive["Metrics"]:
                    [value] = record[metric["Name"]]
                    yield (directive["Namespace"], metric["Name"], dimensions), value


def our_alarms() -> list[Series]:
    """The series that the template's alarms look at, of those that we emit ourselves."""
    alarms = [
        one["Properties"]
        for one in read_template()["Resources"].values()
        if one["Type"] == "AWS::CloudWatch::Alarm" and not one["Properties"]["Namespace"].startswith("AWS/")
    ]
    return [
        (
            alarm["Namespace"],
            alarm["MetricName"],
            tuple(sorted((one["Name"], one["Value"]) for one in alarm["Dimensions"])),
        )
        for alarm in alarms
    ]


def as_deployed() -> dict[str, str]:
    """What the template sets for Powertools: it may change a metric's dimensions."""
    variables = read_template()["Globals"]["Function"]["Environment"]["Variables"]
    return {name: value for name, value in variables.items() if name.startswith("POWERTOOLS")}


def test_an_alarm_looks_at_the_very_series_that_the_sweep_writes(
    start: Callable[..., Function], fresh_url: str
) -> None:
    create_payments(start("api"), 1)
    with psycopg.connect(fresh_url, autocommit=True) as connection:
        connection.execute("UPDATE payments SET due_at = due_at - interval '400 seconds'")
    sweep = start("sweep", **as_deployed())
    assert sweep.invoke(schedule_event())["payments"] > 400
    told = dict(series(sweep.log))
    assert our_alarms()
    for alarm in our_alarms():
        assert alarm in told, f"nothing is ever told of {alarm}; told is {sorted(told)}"
        assert told[alarm] > 400  # over the alarm's threshold: it would go off
    kinds = {dict(dimensions)["kind"] for _, _, dimensions in told}
    assert kinds == {"payments", "refunds", "webhooks"}


def test_a_worker_tells_how_many_items_it_worked_on(start: Callable[..., Function]) -> None:
    create_payments(start("api"), 3)
    worker = start("worker", **as_deployed())
    assert worker.invoke(sqs_event(hints("payments", 1))) == {"batchItemFailures": []}
    assert dict(series(worker.log)) == {(NAMESPACE, "ItemsWorked", (("kind", "payments"),)): 3}


_LIKE_A_LAYER = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

def line(span):
    return span.to_json(indent=None) + chr(10)

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(formatter=line)))
trace.set_tracer_provider(provider)
"""


def test_a_tracing_layer_is_told_every_request_and_the_code_says_nothing_of_it(
    start: Callable[..., Function], tmp_path: Path
) -> None:
    """The SDK and its provider before our code, as `TracingLayerArn` puts them there; ours has neither."""
    [packages] = tool("tracing").parent.glob("lib/python*/site-packages")
    (tmp_path / "sitecustomize.py").write_text(_LIKE_A_LAYER)
    api = start("api", PYTHONPATH=f"{tmp_path}:{packages}")
    order = create_order(api)
    lines = [line for line in api.log.read_text().splitlines() if '"SpanKind.SERVER"' in line]
    [span] = [json.loads(line) for line in lines]
    assert span["name"] == "POST /api/v1/orders"
    assert span["attributes"]["http.response.status_code"] == 201
    assert order not in lines[0] and "secret_test_xyz789" not in lines[0]
