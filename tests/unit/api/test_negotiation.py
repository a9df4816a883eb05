"""Which form of an answer is asked for, and whether it may be compressed."""

from __future__ import annotations

import pytest

from kwartier.api.negotiation import choose, takes_gzip

OFFERED = ("application/json", "text/csv", "application/vnd.apache.parquet")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("application/*;q=0.3, text/csv;q=0.2", "application/json"),
        ("application/json;q=0.1, application/*", "application/vnd.apache.parquet"),
        ("text/csv; charset=utf-8; q=1", "text/csv"),
        ("text/csv;q=2", None),
        ("image/png", None),
        ("*/*;q=0", None),
    ],
)
def test_the_most_liked_form_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        (None, False),
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("*", True),
        ("gzip;q=0, *", False),
        ("identity", False),
    ],
)
def test_compressed_only_for_whoever_says_so(header: str | None, takes: bool) -> None:
    assert takes_gzip(header) is takes
