"""What functions really tell CloudWatch, held against the alarms of the template that wait for it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.deploy.cloud.events import hints, schedule_event, sqs_event
from tests.deploy.cloud.function import Function
from tests.deploy.cloud.template import read_template
from tests.deploy.test_functions import create_payments

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
