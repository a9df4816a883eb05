"""Replies of the ESCO API: JSON, dated by the emulated clock."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

import msgspec
from starlette.responses import Response

from kwartier.emulator.refusals import Refused
from kwartier.wire.fluvius_v3 import Meta


def reply(status: int, content: bytes, now: datetime) -> Response:
    """JSON, dated by the emulated clock: a reply without fetchTime has its time here."""
    date = format_datetime(now, usegmt=True)
    return Response(content, status, headers={"date": date}, media_type="application/json")


def refusal(refused: Refused, now: datetime) -> Response:
    """The body that a refused request gets."""
    return reply(refused.status, msgspec.json.encode(refused.body), now)


def whole_second(instant: datetime) -> datetime:
    """As times are written: to the second."""
    return instant.replace(microsecond=0)


def meta_at(now: datetime) -> Meta:
    """The ``_meta`` of a reply made at ``now``."""
    return Meta(fetch_time=whole_second(now))
