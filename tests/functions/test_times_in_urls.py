"""Times as RFC 3339 allows them to be written."""

from datetime import UTC, datetime

import pytest

from gateway.pages.filters import read_moment
from tests.support.client import Merchant
from tests.support.envelope import expect_error


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-15T10:30:00z", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("2026-01-15t10:30:00z", datetime(2026, 1, 15, 10, 30, tzinfo=UTC)),
        ("2026-01-15 10:30:00+05:30", datetime(2026, 1, 15, 5, 0, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31t23:59:60.999z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T05:29:60+05:30", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2026-01-15", datetime(2026, 1, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_read(written: str, moment: datetime) -> None:
    assert read_moment(written) == moment


@pytest.mark.parametrize(
    "written",
    ["2026-01-15T10:30:61Z", "2026-01-15T10:60:00Z", "2026-01-15T24:59:60Z", "9999-12-31T23:59:60Z", "z", ""],
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        read_moment(written)


@pytest.mark.parametrize("path", ["/orders", "/payments", "/refunds", "/events", "/ledger/entries", "/webhooks"])
def test_all_lists_read_them_alike(merchant: Merchant, path: str) -> None:
    for written in ("2016-12-31T23:59:60Z", "2026-01-15t10:30:00z"):
        answer = merchant.api.get(path, params={"created_after": written})
        assert answer.status_code == 200, answer.text
    wrong = merchant.api.get(path, params={"created_after": "2016-12-31T23:59:61Z"})
    expect_error(wrong, "BAD_REQUEST_ERROR", field="created_after")
