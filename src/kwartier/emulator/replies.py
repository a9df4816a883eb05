"""Replies of the ESCO API: JSON, dated by the emulated clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from starlette.responses import Response

from kwartier.wire.fluvius_v3 import Meta


def reply(
    status: int, content: bytes, now: datetime, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON, dated by the emulated clock: a reply without fetchTime has its time here."""
    dated = {**(headers or {}), "date": _http_date(whole_second(now))}
    return Response(content, status, headers=dated, media_type="application/json")


@lru_cache(maxsize=16)
def _http_date(second: datetime) -> str:
    return format_datetime(second, usegmt=True)


def whole_second(instant: datetime) -> datetime:
    """As times are written: to the second."""
    return instant.replace(microsecond=0)


def meta_at(now: datetime) -> Meta:
    """The ``_meta`` of a reply made at ``now``."""
    return Meta(fetch_time=whole_second(now))
