"""``GET Mandate`` of the ESCO API v2."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.mandates import MandateFilter
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import Query
from kwartier.wire.fluvius_v2 import Mandate, Mandates, MandatesResponse
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    MandateRenewalStatus,
    MandateStatus,
)


async def mandates(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET Mandate``: the mandates that match; none is an empty list."""
    found = consents.mandates.find(_wanted(Query(request.scope["query_string"])), now)
    seen = [Mandate(**msgspec.structs.asdict(mandate.seen_at(now))) for mandate in found]
    listed = Mandates(fetch_time=whole_second(now), mandates=seen)
    return msgspec.json.encode(MandatesResponse(data=listed))


def _wanted(query: Query) -> MandateFilter:
    wanted = MandateFilter(
        reference_number=query.text("ReferenceNumber"),
        ean=query.ean(query.text("EanNumber"), "EanNumber"),
        data_service_types=query.repeated("DataServiceType", DataServiceType),
        energy_type=query.word("EnergyType", EnergyType, query.text("EnergyType")),
        status=query.word("Status", MandateStatus, query.text("Status")),
        mandate_expiration_date=query.instant(
            "MandateExpirationDate", query.text("MandateExpirationDate")
        ),
        renewal_status=query.word(
            "RenewalStatus", MandateRenewalStatus, query.text("RenewalStatus")
        ),
        last_updated_from=query.instant("LastUpdatedFrom", query.text("LastUpdatedFrom")),
        last_updated_to=query.instant("LastUpdatedTo", query.text("LastUpdatedTo")),
    )
    query.check()
    return wanted
