"""``GET /api/mandate`` and ``POST /api/mandate/mock`` of the ESCO API v3."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator import rules
from kwartier.emulator.consents import Consents
from kwartier.emulator.household import SANDBOX_EANS, is_sandbox_ean
from kwartier.emulator.mandates import HeldMandate, MandateFilter
from kwartier.emulator.refusals import no_mandates
from kwartier.emulator.replies import meta_at
from kwartier.emulator.requests import Query, read_body
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    MandateRenewalStatus,
    Mandates,
    MandatesResponse,
    MandateStatus,
    MockMandate,
    MockMandateResponse,
    RequestStatus,
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


async def mock_mandate(consents: Consents, request: Request, now: datetime) -> bytes:
    """``POST /api/mandate/mock``: make a mandate, or change the one that is there."""
    body = await read_body(request)
    reference = body.text("referenceNumber", mandatory=True)
    ean = body.text("ean", mandatory=True)
    service = body.word("dataServiceType", DataServiceType, mandatory=True, any_case=True)
    start, end = body.instant("dataPeriodFrom"), body.instant("dataPeriodTo")
    status = body.word("status", MandateStatus, any_case=True)
    expiry = body.instant("mandateExpirationDate")
    renewal = body.word("renewalStatus", MandateRenewalStatus, any_case=True)
    if ean is not None:
        body.rule(rules.is_ean(ean), "Property 'ean' must contain 18 digits.")
        body.rule(
            not rules.is_ean(ean) or is_sandbox_ean(ean),
            f"Property 'ean' must be one of the sandbox's EANs: {SANDBOX_EANS}.",
        )
    has_start = body.has("dataPeriodFrom")
    if service is DataServiceType.IG:
        body.rule(not has_start, "Property 'dataPeriodFrom' must be null for IG.")
    elif service is not None:
        body.rule(has_start, "Property 'dataPeriodFrom' is mandatory.")
    if start is not None and end is not None:
        body.rule(end > start, "Property 'dataPeriodTo' must be later than 'dataPeriodFrom'.")
    body.check()
    if reference is None or ean is None or service is None:
        raise AssertionError("a body without its mandatory properties passed the check")
    consents.put_mandate(
        HeldMandate(
            reference_number=reference,
            ean=ean,
            data_service_type=service,
            # No status given: still to be answered by the customer (our reading).
            status=status or MandateStatus.REQUESTED,
            last_updated=now,
            data_period_from=start,
            data_period_to=end,
            mandate_expiration_date=expiry,
            renewal_status=renewal,
        )
    )
    made = MockMandateResponse(data=MockMandate(status=RequestStatus.SUCCESS), meta=meta_at(now))
    return msgspec.json.encode(made)
