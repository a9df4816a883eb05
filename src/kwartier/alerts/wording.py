"""Words that several alerts share. No EAN is ever among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from kwartier.ean_digests import without_eans
from kwartier.vocabulary.local_time import BRUSSELS

PROVIDERS: Final = {"fluvius": "Fluvius", "eneco": "Eneco"}
_NAMED: Final = 10
_LONGEST_ID: Final = 40


def counted(number: int, noun: str) -> str:
    """``1 mandate``, ``1,234 mandates``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def customers(ids: Iterable[str]) -> str:
    """``2 customers (c-1, c-2)``; the first ten are named, those without an id counted."""
    each = Counter(ids)
    unknown = each.pop("", 0)
    named = [without_eans(one)[:_LONGEST_ID] for one in sorted(each)]
    shown = ", ".join(named[:_NAMED])
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    parts = [f"{counted(len(named), 'customer')} ({shown}{more})"] if named else []
    if unknown:
        parts.append(f"{counted(unknown, 'mandate')} of nobody in the registry")
    return " and ".join(parts)


def share(part: int, whole: int) -> str:
    """``12%``; less than one as ``0.4%``."""
    percent = 100 * part / whole
    return f"{percent:.0f}%" if percent >= 1 or not part else f"{percent:.1g}%"


def lasting(span: timedelta) -> str:
    """``3 days``, ``7 hours``, ``20 minutes``, rounded down."""
    minutes = max(0, int(span.total_seconds()) // 60)
    for size, noun in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return counted(minutes // size, noun)
    return counted(minutes, "minute")


def local(at: datetime) -> str:
    """``2026-11-22 17:30``, Brussels' time."""
    return f"{at.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def title(provider: str) -> str:
    """A provider as people write it."""
    return PROVIDERS.get(provider, provider)
