"""``POST /api/mandate/mock`` of the ESCO API v3, and all the rules of its body."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator import rules
from kwartier.emulator.consents import Consents
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.sandbox_ean import SANDBOX_EANS, is_sandbox_ean
from kwartier.emulator.replies import meta_at
from kwartier.emulator.requests import Body, read_body
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    MandateRenewalStatus,
    MandateStatus,
    MockMandate,
    MockMandateResponse,
    RequestStatus,
)


async def mock_mandate(consents: Consents, request: Request, now: datetime) -> bytes:
    """``POST /api/mandate/mock``: make a mandate, or change the one that is there."""
    consents.put_mandate(read_mandate(await read_body(request), now))
    made = MockMandateResponse(data=MockMandate(status=RequestStatus.SUCCESS), meta=meta_at(now))
    return msgspec.json.encode(made)


def read_mandate(body: Body, now: datetime, *, ean_name: str = "ean") -> HeldMandate:
    """The mandate that ``body`` states; refused with all the rules that it breaks.

    Its words are read in any casing, here and nowhere else. ``ean_name`` is what the property
    with the EAN is called.
    """
    reference = body.text("referenceNumber", mandatory=True)
    ean = body.text(ean_name, mandatory=True)
    service = body.word("dataServiceType", DataServiceType, mandatory=True, any_case=True)
    start, end = body.instant("dataPeriodFrom"), body.instant("dataPeriodTo")
    status = body.word("status", MandateStatus, any_case=True)
    expiry = body.instant("mandateExpirationDate")
    renewal = body.word("renewalStatus", MandateRenewalStatus, any_case=True)
    if ean is not None:
        _check_ean(body, ean, ean_name)
    _check_period(body, service, start, end)
    body.check()
    if reference is None or ean is None or service is None:
        raise AssertionError("a body without its mandatory properties passed the check")
    return HeldMandate(
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


def _check_ean(body: Body, ean: str, name: str) -> None:
    body.rule(rules.is_ean(ean), f"Property '{name}' must contain 18 digits.")
    body.rule(
        not rules.is_ean(ean) or is_sandbox_ean(ean),
        f"Property '{name}' must be one of the sandbox's EANs: {SANDBOX_EANS}.",
    )


def _check_period(
    body: Body, service: DataServiceType | None, start: datetime | None, end: datetime | None
) -> None:
    has_start = body.has("dataPeriodFrom")
    if service is DataServiceType.IG:
        body.rule(not has_start, "Property 'dataPeriodFrom' must be null for IG.")
    elif service is not None:
        body.rule(has_start, "Property 'dataPeriodFrom' is mandatory.")
    if start is not None and end is not None:
        body.rule(end > start, "Property 'dataPeriodTo' must be later than 'dataPeriodFrom'.")
