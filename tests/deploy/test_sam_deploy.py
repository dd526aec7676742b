"""The real template, built and deployed by the real `sam`, into a local AWS: one payment from end to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from dev.postgres import PostgresServer
from tests.deploy.cloud.aws import LocalAws
from tests.support.client import Merchant
from tests.support.receiver import Receiver
from tests.support.stack import copy_database, database_of, eventually

pytestmark = [pytest.mark.timeout(600)]


@dataclass
class Deployment:
    """What was deployed, and the database behind it."""

    aws: LocalAws
    outputs: dict[str, str]
    database_url: str

    @property
    def base_url(self) -> str:
        """Of the HTTP API."""
        return f"{self.aws.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/$default"


@pytest.fixture(scope="module")
def deployment(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack over an empty database, which the deployment itself migrates."""
    url = copy_database(database_of(postgres.url, "postgres"), "template0")
    aws = LocalAws(tmp_path_factory.mktemp("aws"))
    try:
        outputs = aws.deploy(
            {
                "DatabaseSecretArn": aws.secret("gateway/database-url", url),
                "MasterKeySecretArn": aws.secret(
                    "gateway/master-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                ),
                "TestMode": "true",
                "DatabaseIsPooled": "false",
            }
        )
        _make_numbers(aws)
        yield Deployment(aws, outputs, url)
    finally:
        aws.stop()


def _make_numbers(aws: LocalAws) -> None:
    """This local AWS keeps a number parameter as text, on which its poller stumbles; AWS makes it a number."""
    client = aws.client("lambda")
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        client.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": 10})


def test_the_deployment_migrated_the_database_before_anything_ran(deployment: Deployment) -> None:
    with psycopg.connect(deployment.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM schema_migrations").fetchone()
    assert row is not None and row[0] > 5


def test_a_payment_is_taken_and_told_through_the_deployed_stack(deployment: Deployment) -> None:
    merchant = Merchant(deployment.base_url, "", "key_test_abc123", "secret_test_xyz789")

    def well() -> bool:
        return httpx.get(f"{deployment.base_url}/health", timeout=60).status_code == 200

    eventually(well, 60, "the deployed API")
    with Receiver() as shop:
        merchant.api.put("/webhooks/config", json={"webhook_url": shop.url}, timeout=60).raise_for_status()
        order = merchant.order(50_000)
        payment = merchant.upi(order)
        assert payment["status"] == "pending"
        merchant.settled(payment, seconds=90)
        told = eventually(lambda: _told(shop, payment["id"]), 90, "the webhook")
    assert told["data"]["payment"]["status"] == "success"
    assert merchant.api.get(f"/orders/{order['id']}").json()["status"] == "paid"


def _told(shop: Receiver, payment_id: str) -> dict[str, Any] | None:
    for one in shop.received:
        if one.event["event"] == "payment.success" and one.event["data"]["payment"]["id"] == payment_id:
            return one.event
    return None


def test_the_sweep_is_scheduled_and_finds_what_hints_missed(deployment: Deployment) -> None:
    [schedule] = deployment.aws.client("scheduler").list_schedules()["Schedules"]
    assert "SweepFunction" in schedule["Target"]["Arn"]
    function = schedule["Target"]["Arn"].rsplit(":", 1)[1]
    assert set(deployment.aws.invoke(function, {})) == {"payments", "refunds", "webhooks"}


def test_no_function_has_a_secret_in_its_environment(deployment: Deployment) -> None:
    functions = deployment.aws.client("lambda").list_functions()["Functions"]
    assert len(functions) == 5
    for function in functions:
        text = str(function["Environment"]["Variables"])
        assert "MDEyMzQ1" not in text and "postgresql://" not in text
        assert function["Environment"]["Variables"]["DATABASE_URL"].startswith("secretsmanager:arn:")
