"""What HTTP asks of hosts, header values and media, and what a careless client sends."""

import base64
import gzip
import json

import httpx
import pytest

from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack
from tests.support.wire import Wire, WireAnswer, request_bytes


def ask(stack: Stack, sent: bytes) -> WireAnswer:
    with Wire(stack.port) as wire:
        return wire.ask(sent)


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"Host: a\r\nHost: b\r\n",
        b"Host: a\r\nhost: a\r\n",
        b"Host:\r\n",
        b"Host: a b\r\n",
        b"Host: a/b\r\n",
        b"Host: a@b\r\n",
        b"Host: http://a\r\n",
        b"Host: a,b\r\n Host: c\r\n",
        b"Host: a:port\r\n",
        b"Host: \xc3\xa9\r\n",
        b"Host: [::1\r\n",
        b"Host: a?b\r\n",
        b"Host: a#b\r\n",
    ],
    ids=repr,
)
def test_a_missing_double_or_invalid_host_is_a_400(stack: Stack, lines: bytes) -> None:
    answer = ask(stack, b"GET /health HTTP/1.1\r\n" + lines + b"\r\n")
    assert (answer.status, answer.code) == (400, "BAD_REQUEST_ERROR"), answer


@pytest.mark.parametrize(
    "host", ["a", "localhost:8000", "127.0.0.1", "[::1]:8000", "payment_api", "a.example.", "a:", " a ", "A.B"]
)
def test_every_valid_host_is_answered(stack: Stack, host: str) -> None:
    assert ask(stack, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).status == 200


def test_http_1_0_needs_no_host_but_not_two(stack: Stack) -> None:
    assert ask(stack, b"GET /health HTTP/1.0\r\n\r\n").status == 200
    assert ask(stack, b"GET /health HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n").status == 400
    assert ask(stack, b"GET /health HTTP/2.0\r\nHost: a\r\n\r\n").status == 400


def test_blanks_around_a_header_are_none_of_its_value(stack: Stack, merchant: Merchant) -> None:
    for around in ("{} ", "{}\t", "  {} \t "):
        headers = {
            "X-Api-Key": around.format(merchant.key),
            "X-Api-Secret": around.format(merchant.secret),
            "Content-Type": around.format("application/json"),
            "Idempotency-Key": around.format("one key"),
        }
        answer = ask(stack, request_bytes("POST", "/api/v1/orders", headers, b'{"amount":500}'))
        assert answer.status == 201, answer
    assert answer.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("form", ["Basic  {}", "Basic {} ", "basic \t {}", "  BASIC   {}"])
def test_blanks_in_basic_credentials_are_read_over(stack: Stack, merchant: Merchant, form: str) -> None:
    encoded = base64.b64encode(f"{merchant.key}:{merchant.secret}".encode()).decode()
    answer = ask(stack, request_bytes("GET", "/api/v1/orders", {"Authorization": form.format(encoded)}))
    assert answer.status == 200


def test_two_different_idempotency_keys_are_a_400_and_the_same_twice_is_one(merchant: Merchant) -> None:
    def order(*keys: str) -> httpx.Response:
        headers = [("Idempotency-Key", key) for key in keys]
        return merchant.api.post("/orders", json={"amount": 500}, headers=headers)

    expect_error(order("one", "two"), "BAD_REQUEST_ERROR", field="Idempotency-Key")
    assert order("one", "one").status_code == 201
    assert order("one").headers["idempotent-replayed"] == "true"
    assert order("two").headers.get("idempotent-replayed") is None


@pytest.mark.parametrize("name", ["X-Api-Key", "X-Api-Secret", "Authorization"])
def test_two_different_credentials_are_none(stack: Stack, merchant: Merchant, name: str) -> None:
    """Which of them a proxy before us has looked at, nobody knows."""
    encoded = base64.b64encode(f"{merchant.key}:{merchant.secret}".encode()).decode()
    headers = {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret}
    if name == "Authorization":
        headers = {name: f"Basic {encoded}"}
    url = f"{stack.base_url}/api/v1/orders"
    assert httpx.get(url, headers=[*headers.items(), (name, headers[name])]).status_code == 200
    expect_error(httpx.get(url, headers=[*headers.items(), (name, "other")]), "AUTHENTICATION_ERROR")


def test_options_of_the_whole_server_lists_its_methods(stack: Stack) -> None:
    answer = ask(stack, b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.status == 204
    assert {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"} == set(answer.headers["allow"].split(", "))
    assert ask(stack, b"GET * HTTP/1.1\r\nHost: a\r\n\r\n").status == 404


def test_the_root_says_what_this_is_and_where_to_read_on(stack: Stack) -> None:
    answer = httpx.get(stack.base_url)
    assert answer.status_code == 200
    assert answer.json()["docs"] == "/docs"
    assert all(httpx.get(stack.base_url + path).status_code == 200 for path in list(answer.json().values())[1:])
    assert httpx.head(stack.base_url).status_code == 200
    assert httpx.post(stack.base_url).status_code == 405


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip"])
def test_a_compressed_body_is_a_415_that_names_the_header(merchant: Merchant, coding: str) -> None:
    body = gzip.compress(json.dumps({"amount": 500}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    error = expect_error(
        merchant.api.post("/orders", content=body, headers=headers),
        "UNSUPPORTED_MEDIA_TYPE",
        field="Content-Encoding",
    )
    assert "Content-Encoding" in error["description"]


def test_a_body_that_only_names_no_coding_is_read(merchant: Merchant) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "identity"}
    assert merchant.api.post("/orders", content=b'{"amount":500}', headers=headers).status_code == 201


def test_a_compressed_transfer_is_a_415(stack: Stack, merchant: Merchant) -> None:
    headers = {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret, "Content-Type": "application/json"}
    body = gzip.compress(b'{"amount":500}')
    sent = request_bytes("POST", "/api/v1/orders", headers | {"Transfer-Encoding": "gzip, chunked"})
    answer = ask(stack, sent + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("query", ["q={a}|b", "q=a^b`c", "q=<a>", 'q="a"', "q=a\\b", "q=[a]"])
def test_signs_that_browsers_leave_as_they_are_may_stand_in_a_url(
    stack: Stack, merchant: Merchant, query: str
) -> None:
    merchant.order(receipt=query[2:] + "7")
    headers = {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret}
    answer = ask(stack, request_bytes("GET", f"/api/v1/orders?{query}", headers))
    assert [row["receipt"] for row in answer.json["data"]] == [query[2:] + "7"]


@pytest.mark.parametrize(
    ("sign", "written"),
    [("{", "%7B"), ("}", "%7D"), ("|", "%7C"), (" ", "%20"), ("^", "%5E"), ('"', "%22"), ("\\", "%5C")],
)
def test_a_sign_that_no_endpoints_url_may_have_is_named_with_the_form_that_it_may(
    merchant: Merchant, sign: str, written: str
) -> None:
    for url in ("https://example.com/a{}b", "https://example.com/?a={}b"):
        answer = merchant.api.post("/webhooks/endpoints", json={"url": url.replace("{}", sign)})
        error = expect_error(answer, "BAD_REQUEST_ERROR", field="url")
        assert f"must not contain {sign!r}: write it as {written}" in error["description"]
        made = merchant.api.post("/webhooks/endpoints", json={"url": url.replace("{}", written)})
        assert made.status_code == 201, made.text
        merchant.api.delete(f"/webhooks/endpoints/{made.json()['id']}")
