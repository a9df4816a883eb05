"""``GET health`` of the ESCO API v2: that it answers at all. What it says is our reading."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from kwartier.emulator.consents import Consents


async def health(_consents: Consents, _request: Request, _now: datetime) -> bytes:
    """``GET health``."""
    return b'{"status":"Healthy"}'
