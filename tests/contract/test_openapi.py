"""The document is valid, complete, and the file in the repository is the one that the code makes."""

import subprocess
import sys
from collections import Counter

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.http.errors import HTTP_STATUS
from tests.contract.operations import Operation, document, operations
from tests.support.stack import ROOT

ALL = pytest.mark.parametrize("operation", operations(), ids=str)


def test_the_document_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_the_file_is_what_the_code_says() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "openapi", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_operations_have_names_of_their_own() -> None:
    names = Counter(operation.description["operationId"] for operation in operations())
    assert max(names.values()) == 1, names.most_common(3)


def test_tags_are_explained() -> None:
    assert [tag["name"] for tag in document()["tags"] if not tag["description"]] == []


@ALL
def test_an_operation_says_what_it_does(operation: Operation) -> None:
    described = operation.description
    assert 3 <= len(described["summary"]) <= 60
    assert not described["summary"].endswith(".")
    assert len(described["description"]) >= 15, "the endpoint's docstring is its description"
    assert len(described["tags"]) == 1


@ALL
def test_parameters_are_explained(operation: Operation) -> None:
    for parameter in operation.parameters:
        assert parameter["description"], parameter["name"]
        assert parameter["schema"], parameter["name"]
    assert set(operation.path_parameters) == {
        part.strip("{}") for part in operation.path.split("/") if part.startswith("{")
    }


@ALL
def test_every_answer_has_an_example_and_names_its_request(operation: Operation) -> None:
    for status in operation.description["responses"]:
        response = operation.response(status)
        assert response["description"]
        assert "X-Request-Id" in response["headers"]
        if status != "204":
            examples = operation.examples(response["content"])
            assert examples, status
            assert None not in examples, status


@ALL
def test_errors_show_codes_of_their_status(operation: Operation) -> None:
    for status in operation.description["responses"]:
        if int(status) < 400 or operation.path == "/health":
            continue
        for example in operation.examples(operation.response(status)["content"]):
            assert HTTP_STATUS[example["error"]["code"]] == int(status)


@ALL
def test_an_operation_lists_the_errors_that_it_must_have(operation: Operation) -> None:
    must = {"500", "503"}
    if not operation.is_public:
        must |= {"401"} if operation.is_for_people else {"401", "403"}
    if operation.path_parameters:
        must |= {"404"}
    if operation.is_idempotent:
        must |= {"400", "409", "422"}
    if "requestBody" in operation.description:
        must |= {"400", "413", "415"}
    assert must <= set(operation.description["responses"])
    for status in must & {"409", "503"}:
        assert "Retry-After" in operation.response(status)["headers"]


@ALL
def test_a_body_that_is_read_is_described(operation: Operation) -> None:
    if "415" in operation.description["responses"]:
        content = operation.description["requestBody"]["content"]
        assert operation.examples(content)


def test_every_operation_on_an_id_is_reached_by_a_link() -> None:
    """So that schemathesis tries it with ids that exist."""
    by_id = {one.description["operationId"]: one for one in operations()}
    reached = set()
    for operation in by_id.values():
        for response in operation.description["responses"].values():
            for link in response.get("links", {}).values():
                target = by_id[link["operationId"]]
                assert set(link.get("parameters", {})) <= set(target.path_parameters), link
                reached.add(link["operationId"])
    wanted = {name for name, one in by_id.items() if one.path_parameters}
    # Its token is part of an address, and no field of an answer.
    assert wanted - reached == {"post_to_inbox"}
