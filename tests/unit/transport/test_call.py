"""The server's time, and which addresses are on this machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kwartier.transport import Reply
from kwartier.transport.drivers import is_loopback


@pytest.mark.parametrize(
    ("header", "instant"),
    [
        ("Wed, 08 Jan 2025 09:15:00 GMT", datetime(2025, 1, 8, 9, 15, tzinfo=UTC)),
        ("Wed, 08 Jan 2025 10:15:00 +0100", datetime(2025, 1, 8, 9, 15, tzinfo=UTC)),
        ("Wed, 08 Jan 2025 09:15:00 -0000", datetime(2025, 1, 8, 9, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_date_header_is_read_as_utc(header: str, instant: datetime | None) -> None:
    assert Reply(status=200, headers={"date": header}).date == instant


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8600/v3", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8600", True),
        ("https://localhost/x", True),
        ("https://kwartier.localhost", True),
        ("https://apihub.fluvius.be/esco-live/v3", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.com", False),
    ],
)
def test_which_addresses_are_on_this_machine(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 08 Jan 999999999999999999999999 09:15:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0500",
        "Wed, 08 Jan 2025 09:15:00 +99999999999999999999",
    ],
)
def test_a_date_beyond_all_calendars_is_none(text: str) -> None:
    assert Reply(status=200, headers={"date": text}).date is None
