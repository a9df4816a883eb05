"""``POST /api/shortUrlIdentifier`` of the ESCO API v3, and all the rules of its body."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator import rules
from kwartier.emulator.consents import Consents
from kwartier.emulator.registrations import CONTRACT_NUMBER
from kwartier.emulator.replies import meta_at, whole_second
from kwartier.emulator.requests import Body, read_body
from kwartier.wire.fluvius_v3 import (
    ClientSession,
    ClientSessionDataService,
    ClientSessionRequest,
    ClientSessionResponse,
    DataServiceType,
    Flow,
    RequestStatus,
)


async def short_url(consents: Consents, request: Request, now: datetime) -> bytes:
    """``POST /api/shortUrlIdentifier``; with no standing contract of that number it fails (our
    reading).
    """
    session = created_session(consents, read_short_url(await read_body(request), now), now)
    return msgspec.json.encode(ClientSessionResponse(data=session, meta=meta_at(now)))


def created_session(
    consents: Consents, asked: ClientSessionRequest, now: datetime
) -> ClientSession:
    """The session that ``asked`` makes, or a failed one."""
    if asked.data_access_contract_number != CONTRACT_NUMBER or not consents.has_contract:
        return ClientSession(status=RequestStatus.FAILED)
    made = consents.create_short_url(asked, now)
    return ClientSession(
        status=RequestStatus.SUCCESS,
        short_url_identifier=made.identifier,
        valid_to=whole_second(made.valid_to),
    )


def read_short_url(
    body: Body, now: datetime, *, numbers_as_text: bool = False
) -> ClientSessionRequest:
    """The request that ``body`` states; refused with all the rules that it breaks.

    ``numbers_as_text`` lets numbers be text, as v2 does.
    """
    contract = body.text("dataAccessContractNumber", mandatory=True)
    reference = body.text("referenceNumber", mandatory=True)
    flow = body.word("flow", Flow, mandatory=True)
    services = _data_services(body, now)
    number_of_eans = body.integer("numberOfEans", or_text=numbers_as_text)
    success, failed = body.text("returnUrlSuccess"), body.text("returnUrlFailed")
    sso, enterprise = body.flag("sso"), body.text("enterpriseNumber")
    body.rule(
        reference is None or rules.is_reference(reference),
        "Property 'referenceNumber' must have at most 35 letters, digits and hyphens, and must "
        "not start with 'MijnFluvius-'.",
    )
    body.rule(
        number_of_eans is None or 0 <= number_of_eans <= rules.MAX_EANS,
        f"Property 'numberOfEans' must be between 0 and {rules.MAX_EANS}.",
    )
    for name, address in (("returnUrlSuccess", success), ("returnUrlFailed", failed)):
        body.rule(
            address is None or rules.is_web_address(address),
            f"Property '{name}' must be a valid URL.",
        )
    body.rule(
        enterprise is None or rules.is_enterprise_number(enterprise),
        "Property 'enterpriseNumber' must have 9 or 10 digits.",
    )
    body.check()
    if contract is None or reference is None or flow is None:
        raise AssertionError("a body without its mandatory properties passed the check")
    return ClientSessionRequest(
        data_access_contract_number=contract,
        reference_number=reference,
        flow=flow,
        data_services=services,
        number_of_eans=number_of_eans,
        return_url_success=success or None,
        return_url_failed=failed or None,
        sso=sso,
        enterprise_number=enterprise or None,
    )


def _data_services(body: Body, now: datetime) -> list[ClientSessionDataService]:
    if not body.has("dataServices"):
        body.rule(False, "Property 'dataServices' is mandatory.")
        return []
    entries = body.objects("dataServices")
    body.rule(
        1 <= len(entries) <= rules.MAX_DATA_SERVICES,
        f"Property 'dataServices' must have 1 to {rules.MAX_DATA_SERVICES} entries.",
    )
    services = (_data_service(entry, now) for entry in entries)
    return [service for service in services if service is not None]


def _data_service(entry: Body, now: datetime) -> ClientSessionDataService | None:
    kind = entry.word("dataServiceType", DataServiceType, mandatory=True)
    start, end = entry.instant("dataPeriodFrom"), entry.instant("dataPeriodTo")
    if start is not None:
        entry.rule(
            not rules.is_too_long_ago(start, now),
            f"Property 'dataPeriodFrom' must not be more than {rules.YEARS_BACK} years ago.",
        )
        entry.rule(start <= now, "Property 'dataPeriodFrom' must not be in the future.")
    if start is not None and end is not None:
        entry.rule(end > start, "Property 'dataPeriodTo' must be later than 'dataPeriodFrom'.")
    if kind is None:
        return None
    return ClientSessionDataService(
        data_service_type=kind, data_period_from=start, data_period_to=end
    )
