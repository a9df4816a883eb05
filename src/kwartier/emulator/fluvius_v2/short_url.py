"""``POST shortUrlIdentifier`` of the ESCO API v2: v3's rules, but that numbers may be text."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.fluvius_v3.short_url import created_session, read_short_url
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import read_body
from kwartier.wire.fluvius_v2 import ClientSession, ClientSessionResponse


async def short_url(consents: Consents, request: Request, now: datetime) -> bytes:
    """``POST shortUrlIdentifier``."""
    asked = read_short_url(await read_body(request), now, numbers_as_text=True)
    made = msgspec.structs.asdict(created_session(consents, asked, now))
    session = ClientSession(**made, fetch_time=whole_second(now))
    return msgspec.json.encode(ClientSessionResponse(data=session))
