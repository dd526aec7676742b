"""What the API says about itself: pages without foreign hosts, and documents that follow the code."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from api.reference.__main__ import documents
from api.reference.error_codes import ERROR_CODES
from api.reference.fields import field_tables
from gateway.settings import Settings
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack

PAGES = ("/docs", "/docs/errors")
VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Collects ids, links and loaded files, and asserts that elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        elif "src" in given or "href" in given:
            self.loads.append(str(given.get("src") or given.get("href")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere(stack: Stack, path: str) -> None:
    answer = httpx.get(stack.base_url + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert page.loads
    for file in page.loads:
        assert file.startswith("/docs/assets/")
        asset = httpx.get(stack.base_url + file)
        assert asset.status_code == 200
        assert "//" not in re.sub(r"//.*|/\*.*?\*/", "", asset.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(stack: Stack, path: str) -> None:
    pages: dict[str, Page] = {}
    page = Page(httpx.get(stack.base_url + path).text)
    assert len(set(page.ids)) == len(page.ids)
    for link in page.links:
        target, _, anchor = (path + link if link.startswith("#") else link).partition("#")
        if target not in pages:
            answer = httpx.get(stack.base_url + target)
            assert answer.status_code == 200, link
            pages[target] = Page(answer.text) if "html" in answer.headers["content-type"] else Page("")
        assert not anchor or anchor in pages[target].ids, link


def test_the_reference_shows_every_operation(stack: Stack) -> None:
    document = httpx.get(f"{stack.base_url}/openapi.json").json()
    page = Page(httpx.get(f"{stack.base_url}/docs").text)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"] in page.ids


def test_the_reference_shows_where_this_api_is_and_what_a_body_may_hold(stack: Stack) -> None:
    text = httpx.get(f"{stack.base_url}/docs").text
    assert f"curl {stack.base_url}/api/v1/orders" in text and "curl http://localhost:8000" not in text
    refund = text[text.index("<h3>Refund a payment</h3>") :]
    refund = refund[: refund.index("</article>")]
    assert "<code>amount</code> <em>required</em>" in refund and "<code>reason</code>" in refund
    payment = text[text.index("<h3>Create a payment</h3>") :]
    payment = payment[: payment.index("</article>")]
    # Each is needed by one processor and refused by another; a card that is sent has a number.
    assert "<code>method</code> <em>required</em>" in payment
    for name in ("card", "vpa", "flow", "return_url"):
        assert f"<code>{name}</code>" in payment and f"<code>{name}</code> <em>required</em>" not in payment
    assert "<code>card.number</code>" in payment


def test_every_body_with_fields_has_a_table_of_them(stack: Stack) -> None:
    document = httpx.get(f"{stack.base_url}/openapi.json").json()
    bodies = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                name = media["schema"].get("$ref", "").rpartition("/")[2]
                fields = document["components"]["schemas"][name].get("properties", {})
                shown = field_tables(document, media["schema"])
                bodies += bool(fields)
                assert all(f"<code>{field}</code>" in shown for field in fields), operation["operationId"]
    assert bodies > 20


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("identity", False), ("", False)],
)
def test_pages_are_gzipped_for_whoever_takes_that(stack: Stack, accepted: str, is_packed: bool) -> None:
    plain = httpx.get(f"{stack.base_url}/docs", headers={"Accept-Encoding": "identity"})
    answer = httpx.get(f"{stack.base_url}/docs", headers={"Accept-Encoding": accepted})
    assert answer.headers["vary"] == "Accept-Encoding"
    assert ("gzip" in answer.headers.get("content-encoding", "")) is is_packed
    assert answer.content == plain.content
    if is_packed:
        assert int(answer.headers["content-length"]) < 100_000


def test_docs_url_of_an_error_leads_to_its_explanation(stack: Stack, merchant: Merchant) -> None:
    error = merchant.api.post("/orders", json={}).json()["error"]
    url, _, anchor = error["docs_url"].partition("#")
    answer = httpx.get(url)
    assert answer.status_code == 200
    assert anchor in Page(answer.text).ids
    assert {code.lower() for code in ERROR_CODES} <= set(Page(answer.text).ids)


@pytest.mark.parametrize("name", ["nothing.js", "..%2fhtml.py", "%2e%2e%2fhtml.py", "style.css%00"])
def test_an_asset_that_is_none_is_a_404(stack: Stack, name: str) -> None:
    assert httpx.get(f"{stack.base_url}/docs/assets/{name}").status_code == 404


@pytest.mark.parametrize("name", sorted(documents()))
def test_documents_follow_the_code(name: str) -> None:
    written = (ROOT / "docs" / name).read_text("utf-8")
    assert written == documents()[name], f"docs/{name} differs: run `python -m api.reference`"


def test_every_setting_is_described_and_documented() -> None:
    table = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        variable = field.validation_alias or f"GATEWAY_{name.upper()}"
        assert f"| `{variable}` |" in table, (
            f"{variable} is not in docs/settings.md: `python -m api.reference` writes it"
        )
