"""The page's server knows where each processor's script comes from: else its form is shown by no page."""

import re
from pathlib import Path

import pytest

from gateway.origins import origin_of
from gateway.processors.connector import Connector
from gateway.processors.registry import CONNECTORS
from tests.support.stack import ROOT

POLICY = (Path(ROOT) / "web/checkout/src/server/form-policy.ts").read_text()


@pytest.mark.parametrize("connector", CONNECTORS.values(), ids=CONNECTORS)
def test_a_page_may_load_the_script_of_each_connector(connector: Connector) -> None:
    vendor = re.search(rf"^  {connector.name}: {{(.*?)^  }}", POLICY, re.DOTALL | re.MULTILINE)
    assert vendor is not None, "no policy: the page would take its form for none"
    assert f"'{origin_of(connector.script_url)}'" in vendor[1].partition("frame:")[0]
