"""The text of slices' bounds: ``,{"start":...,"end":...,"measurements":[``, made once a day."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from kwartier.emulator.metering.local_calendar import QUARTER_SECONDS
from kwartier.emulator.metering.noise import Ints

_DAY = 86_400


@lru_cache(maxsize=1_024)
def instant_text(unix: int) -> str:
    """As the API writes times: UTC, to the second."""
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%dT%H:%M:%SZ}"


def day_bounds(starts: Ints, ends: Ints) -> list[bytes]:
    """Of slices of any length."""
    return [_bounds(*each) for each in zip(starts.tolist(), ends.tolist(), strict=True)]


def fine_bounds(starts: Ints, quarters: int) -> list[bytes]:
    """Of slices that are all ``quarters`` long, in order of time; some may be missing."""
    step = quarters * QUARTER_SECONDS
    first, last = int(starts[0]), int(starts[-1])
    texts: list[bytes] = []
    for day in range(first // _DAY, last // _DAY + 1):
        texts += _bounds_of_day(day, step)
    offset, count = first % _DAY // step, (last - first) // step + 1
    if count == len(starts):
        return texts[offset : offset + count]
    return [texts[at] for at in ((starts - first) // step + offset).tolist()]


@lru_cache(maxsize=2_400)
def _bounds_of_day(day: int, step: int) -> list[bytes]:
    """Of a day in UTC; three years of quarters and of hours are remembered."""
    return [_bounds(start, start + step) for start in range(day * _DAY, (day + 1) * _DAY, step)]


def _bounds(start: int, end: int) -> bytes:
    text = f',{{"start":"{instant_text(start)}","end":"{instant_text(end)}","measurements":['
    return text.encode()
