"""``GET Mandate/installation`` of the ESCO API v2."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.installation import opening_installation
from kwartier.emulator.metering.installation import installation_of
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import Query
from kwartier.wire.fluvius_v2 import Installation, InstallationData, InstallationResponse


async def installation(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET Mandate/installation``; without a mandate that opens it, 200 and no installation.

    The latter, and that the EAN is mandatory, is our reading.
    """
    query = Query(request.scope["query_string"])
    ean = query.ean(query.required("EanNumber"), "EanNumber")
    query.check()
    if ean is None:
        raise AssertionError("a query without its mandatory parameter passed the check")
    found = None
    if opening_installation(consents, ean, query.text("ReferenceNumber"), now):
        found = installation_of(ean, seed=consents.seed, now=now, events=consents.events_of(ean))
    data = InstallationData(
        fetch_time=whole_second(now),
        installation=None if found is None else Installation(**msgspec.structs.asdict(found)),
    )
    return msgspec.json.encode(InstallationResponse(data=data))
