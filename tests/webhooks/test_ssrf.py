"""Nobody is let in: the sender in a world where every address answers (`network/world.py`)."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.support.stack import ROOT
from tests.webhooks.network.targets import RESOLVED, refused_urls
from tests.webhooks.network.world import PUBLIC, PUBLIC6

_AS_ROOT = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
_UNSHARE = ["unshare", *_AS_ROOT, "--net", "--mount"]


def _has_namespaces() -> bool:
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return subprocess.run([*_UNSHARE, "ip", "link", "set", "lo", "up"], capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not _has_namespaces(), reason="needs network namespaces and iproute2")


def ask(*questions: dict[str, Any]) -> dict[str, Any]:
    """What became of attempts at these URLs, and which addresses were connected to."""
    filled = [{"mode": "test", "test_mode": False, **question} for question in questions]
    done = subprocess.run(
        [*_UNSHARE, sys.executable, "-m", "tests.webhooks.network.world"],
        input=json.dumps(filled), cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_world_sees_what_is_sent() -> None:
    """Without this, no connection at all would prove nothing."""
    world = ask(
        {"url": "http://good.example/"},
        {"url": f"http://{PUBLIC}:8080/"},
        {"url": "http://six.example/"},
        {"url": "http://127.0.0.1:8080/", "test_mode": True},
    )
    assert [one["code"] for one in world["answers"]] == [200, 200, 200, 200]
    assert world["touched"] == {PUBLIC: 2, PUBLIC6: 1, "127.0.0.1": 1}


def test_the_whole_list_is_refused_when_saved_and_when_sent_without_one_connection() -> None:
    urls = refused_urls(8080) + [f"http://{name}:8080/" for name in RESOLVED]
    urls += [f"https://{name}/" for name in RESOLVED]
    assert len(urls) > 70
    world = ask(*({"url": url, "mode": mode} for url in urls for mode in ("test", "live")))
    assert [one["url"] for one in world["answers"] if not one["refused_at_save"]] == []
    assert [one["url"] for one in world["answers"] if one["error_class"] != "refused_address"] == []
    assert world["touched"] == {}


def test_in_test_mode_names_that_lead_home_are_refused_all_the_same() -> None:
    world = ask(*({"url": f"http://{name}:8080/", "test_mode": True} for name in RESOLVED))
    assert {one["error_class"] for one in world["answers"]} == {"refused_address"}
    assert world["touched"] == {}


def test_an_address_is_looked_up_once_and_a_rebound_name_is_refused() -> None:
    """The first answer is public and the second the metadata service: the connection used the first."""
    first = {"url": "https://flip.example/", "skip_save": True, "fresh": True}
    world = ask(first, first, first)
    assert [one["code"] for one in world["answers"]] == [200, None, None]
    assert [one["error_class"] for one in world["answers"]] == [None, "refused_address", "refused_address"]
    assert world["touched"] == {PUBLIC: 1}
    assert world["asked"]["flip.example"] == 3


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    world = ask({"url": "http://redirect.example/"})
    assert (world["answers"][0]["code"], world["answers"][0]["error_class"]) == (302, "status")
    assert world["touched"] == {PUBLIC: 1}


def test_name_in_tls_and_host_stay_those_of_the_url() -> None:
    world = ask({"url": "https://good.example/", "mode": "live"}, {"url": "https://bücher.example/"})
    assert [one["code"] for one in world["answers"]] == [200, 200]
    assert world["server_names"] == ["good.example", "xn--bcher-kva.example"]
    assert world["hosts"] == ["good.example", "xn--bcher-kva.example"]


def test_a_certificate_for_another_name_or_for_an_address_is_refused() -> None:
    world = ask({"url": "https://redirect.example/"}, {"url": f"https://{PUBLIC}/"})
    assert [one["error_class"] for one in world["answers"]] == ["tls", "tls"]
    assert world["hosts"] == []


def test_plain_http_is_refused_in_live_mode() -> None:
    world = ask({"url": "http://good.example/", "mode": "live"})
    assert world["answers"][0]["refused_at_save"] and world["answers"][0]["error_class"] == "refused_address"
    assert world["touched"] == {}


def test_the_next_address_is_tried_where_the_first_is_dead() -> None:
    world = ask({"url": "http://dead-then-alive.example/"})
    assert world["answers"][0]["code"] == 200
    assert world["touched"] == {PUBLIC: 1}


def test_a_name_that_does_not_exist_may_be_saved_and_is_an_ordinary_failure() -> None:
    world = ask({"url": "https://nobody.example/"})
    [answer] = world["answers"]
    assert (answer["refused_at_save"], answer["code"], answer["error_class"]) == (False, None, "dns")
