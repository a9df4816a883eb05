"""``POST Mandate/mock`` of the ESCO API v2: v3's rules, the EAN being ``eanNumber``."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.fluvius_v3.mock import read_mandate
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import read_body
from kwartier.wire.fluvius_v2 import MockMandate, MockMandateResponse
from kwartier.wire.fluvius_v3 import RequestStatus


async def mock_mandate(consents: Consents, request: Request, now: datetime) -> bytes:
    """``POST Mandate/mock``: make a mandate, or change the one that is there."""
    consents.put_mandate(read_mandate(await read_body(request), now, ean_name="eanNumber"))
    made = MockMandate(status=RequestStatus.SUCCESS, fetch_time=whole_second(now))
    return msgspec.json.encode(MockMandateResponse(data=made))
