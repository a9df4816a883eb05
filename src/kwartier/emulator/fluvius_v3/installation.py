"""Installation data in v3, which describes it but documents no path to it.

Served at ``GET /api/mandate/installation`` (our reading), and only if the emulator is told to.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.installation import opening_installation
from kwartier.emulator.metering.installation import installation_of
from kwartier.emulator.refusals import no_mandates
from kwartier.emulator.replies import meta_at
from kwartier.emulator.requests import Query
from kwartier.wire.installation import InstallationData, InstallationResponse


async def installation(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET /api/mandate/installation``; 404 without a mandate that opens it."""
    query = Query(request.scope["query_string"])
    ean = query.ean(query.required("ean"))
    query.check()
    if ean is None:
        raise AssertionError("a query without its mandatory parameter passed the check")
    if not opening_installation(consents, ean, query.text("referenceNumber"), now):
        raise no_mandates()
    found = installation_of(ean, seed=consents.seed, now=now, events=consents.events_of(ean))
    data = InstallationData(installation=found)
    return msgspec.json.encode(InstallationResponse(data=data, meta=meta_at(now)))
