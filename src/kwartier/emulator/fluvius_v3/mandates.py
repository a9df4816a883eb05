"""``GET /api/mandate`` of the ESCO API v3."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.mandates import MandateFilter
from kwartier.emulator.refusals import no_mandates
from kwartier.emulator.replies import meta_at
from kwartier.emulator.requests import Query
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    MandateRenewalStatus,
    Mandates,
    MandatesResponse,
    MandateStatus,
)


async def mandates(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET /api/mandate``: the mandates that match, each as far as its status lets it be seen."""
    query = Query(request.scope["query_string"])
    wanted = MandateFilter(
        reference_number=query.text("referenceNumber"),
        ean=query.ean(query.text("ean")),
        data_service_types=query.words("dataServiceTypes", DataServiceType),
        energy_type=query.word("energyType", EnergyType, query.text("energyType")),
        status=query.word("status", MandateStatus, query.text("status")),
        mandate_expiration_date=query.instant(
            "mandateExpirationDate", query.text("mandateExpirationDate")
        ),
        renewal_status=query.word(
            "renewalStatus", MandateRenewalStatus, query.text("renewalStatus")
        ),
        last_updated_from=query.instant("lastUpdatedFrom", query.text("lastUpdatedFrom")),
        last_updated_to=query.instant("lastUpdatedTo", query.text("lastUpdatedTo")),
    )
    query.check()
    found = consents.mandates.find(wanted, now)
    if not found:
        raise no_mandates()
    seen = Mandates(mandates=[mandate.seen_at(now) for mandate in found])
    return msgspec.json.encode(MandatesResponse(data=seen, meta=meta_at(now)))
