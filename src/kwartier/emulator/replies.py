"""Replies of the ESCO API: JSON, dated by the emulated clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from starlette.responses import Response

from kwartier.wire.fluvius_v3 import Meta


def reply(
    status: int, content: bytes, now: datetime, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON, dated by the emulated clock: a reply without fetchTime has its time here."""
    dated = {**(headers or {}), "date": format_datetime(now, usegmt=True)}
    return Response(content, status, headers=dated, media_type="application/json")


def whole_second(instant: datetime) -> datetime:
    """As times are written: to the second."""
    return instant.replace(microsecond=0)


def meta_at(now: datetime) -> Meta:
    """The ``_meta`` of a reply made at ``now``."""
    return Meta(fetch_time=whole_second(now))
