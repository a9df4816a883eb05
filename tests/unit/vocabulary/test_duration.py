"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.vocabulary.duration import parse_duration, show_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), ("3d", 259_200), ("250ms", 0.25), ("0s", 0)],
)
def test_it_reads_what_people_write(text: str, seconds: float) -> None:
    assert parse_duration(text, "it") == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "1m1h", "-1h", "1.5h", "1 h", "1w", "٣s", "PT1H"])
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"^pause: must be a duration such as"):
        parse_duration(text, "pause")


@given(st.timedeltas(timedelta(0), timedelta(days=999_999)))
@settings(max_examples=80, deadline=None)
def test_what_it_writes_it_reads(duration: timedelta) -> None:
    whole = duration - duration % timedelta(milliseconds=1)
    assert parse_duration(show_duration(duration), "it") == whole
