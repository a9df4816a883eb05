"""The ESCO API v3, sandbox: what each call checks, does and answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator import rules
from kwartier.emulator.energy import EnergyQuestion, answer
from kwartier.emulator.household import SANDBOX_EANS, is_sandbox_ean
from kwartier.emulator.mandates import HeldMandate, MandateFilter
from kwartier.emulator.refusals import (
    Refused,
    failed,
    gateway,
    no_mandates,
    session_failed,
)
from kwartier.emulator.registrations import CONTRACT_NUMBER, SUBSCRIPTION_KEY
from kwartier.emulator.requests import Body, Query
from kwartier.emulator.short_url_body import read_short_url
from kwartier.emulator.world import World
from kwartier.errors import KwartierError
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import (
    ClientSession,
    ClientSessionResponse,
    DataServiceType,
    EnergyGranularity,
    EnergyType,
    MandateRenewalStatus,
    Mandates,
    MandatesResponse,
    MandateStatus,
    Meta,
    MockMandate,
    MockMandateResponse,
    PeriodType,
)

Handler = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)

_GRANULARITIES = {
    EnergyGranularity.DAILY: frozenset({Granularity.DAY}),
    EnergyGranularity.HOURLY_QUARTERHOURLY: frozenset({Granularity.HOUR, Granularity.QUARTER_HOUR}),
}


class ComplexEnergyType(StrEnum):
    """Values of the query parameter ``complexEnergyTypes``."""

    ACTIVE = "active"
    REACTIVE = "reactive"


def routes(world: World, base: str) -> list[Route]:
    """The sandbox's calls under ``base``, each behind subscription key and token."""

    def guarded(
        call: Callable[[World, Request, datetime], Awaitable[bytes]],
        failure: Callable[[], Refused] = failed,
    ) -> Handler:
        async def handle(request: Request) -> Response:
            now = world.now()
            try:
                _check_access(world, request)
                return reply(200, await call(world, request, now), now)
            except Refused as refused:
                return refusal(refused, now)
            except KwartierError as error:
                _log.error("the emulator failed at %s: %s", call.__name__, error)
                return refusal(failure(), now)
            except Exception:  # noqa: BLE001 - whatever broke, the client gets the API's own 500
                _log.exception("the emulator failed at %s", call.__name__)
                return refusal(failure(), now)

        return handle

    return [
        Route(
            f"{base}/api/shorturlidentifier", guarded(short_url, session_failed), methods=["POST"]
        ),
        Route(f"{base}/api/mandate", guarded(mandates), methods=["GET"]),
        Route(f"{base}/api/mandate/energy", guarded(energy), methods=["GET"]),
        Route(f"{base}/api/mandate/mock", guarded(mock_mandate), methods=["POST"]),
    ]


def reply(status: int, content: bytes, now: datetime) -> Response:
    """JSON, dated by the emulated clock: a reply without fetchTime has its time here."""
    date = format_datetime(now, usegmt=True)
    return Response(content, status, headers={"date": date}, media_type="application/json")


def refusal(refused: Refused, now: datetime) -> Response:
    """The body that a refused request gets."""
    return reply(refused.status, msgspec.json.encode(refused.body), now)


async def short_url(world: World, request: Request, now: datetime) -> bytes:
    """``POST /api/shortUrlIdentifier``; an unknown contract number fails (our reading)."""
    asked = read_short_url(await _body(request), now)
    session = ClientSession(status="failed")
    if asked.data_access_contract_number == CONTRACT_NUMBER:
        made = world.create_short_url(asked)
        session = ClientSession(
            status="success",
            short_url_identifier=made.identifier,
            valid_to=_whole_second(made.valid_to),
        )
    return msgspec.json.encode(ClientSessionResponse(data=session, meta=_meta(now)))


async def mandates(world: World, request: Request, now: datetime) -> bytes:
    """``GET /api/mandate``: the mandates that match, each as far as its status lets it be seen."""
    query = Query(request.scope["query_string"])
    wanted = MandateFilter(
        reference_number=query.text("referenceNumber"),
        ean=_ean(query, query.text("ean")),
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
    found = world.mandates.find(wanted, now)
    if not found:
        raise no_mandates()
    seen = Mandates(mandates=[mandate.seen_at(now) for mandate in found])
    return msgspec.json.encode(MandatesResponse(data=seen, meta=_meta(now)))


async def energy(world: World, request: Request, now: datetime) -> bytes:
    """``GET /api/mandate/energy``: what approved mandates open of the window asked for."""
    query = Query(request.scope["query_string"])
    ean = _ean(query, query.required("ean"))
    period_type = query.word("periodType", PeriodType, query.required("periodType"))
    start = query.instant("from", query.required("from"))
    end = query.instant("to", query.required("to"))
    _check_window(query, start, end, now)
    granularities = query.words("granularity", EnergyGranularity) or list(_GRANULARITIES)
    kinds = query.words("complexEnergyTypes", ComplexEnergyType)
    query.check()
    if ean is None or period_type is None or start is None or end is None:
        raise AssertionError("a query without its mandatory parameters passed the check")
    asked = frozenset[Granularity]().union(*(_GRANULARITIES[each] for each in granularities))
    opening = [
        mandate
        for mandate in world.mandates.opening(ean, now, query.text("referenceNumber"))
        if mandate.granularities & asked
    ]
    if not opening:
        raise no_mandates()
    question = EnergyQuestion(
        ean=ean,
        period_type=period_type,
        window=Interval(start, end),
        granularities=asked,
        registers=not kinds or ComplexEnergyType.ACTIVE in kinds or ean[5] == "1",
    )
    return answer(question, opening, seed=world.seed, asked_at=_whole_second(now))


async def mock_mandate(world: World, request: Request, now: datetime) -> bytes:
    """``POST /api/mandate/mock``: make a mandate, or change the one that is there."""
    body = await _body(request)
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
    world.put_mandate(
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
    made = MockMandateResponse(data=MockMandate(status="success"), meta=_meta(now))
    return msgspec.json.encode(made)


def _check_access(world: World, request: Request) -> None:
    key = request.headers.get("ocp-apim-subscription-key")
    if not key:
        raise gateway(401, "Access denied: the subscription key is missing.")
    if key != SUBSCRIPTION_KEY:
        raise gateway(401, "Access denied: the subscription key is not valid.")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not world.tokens.is_good(token.strip()):
        raise gateway(401, "Access denied: the access token is missing or not valid.")


async def _body(request: Request) -> Body:
    return Body.read(request.headers.get("content-type", ""), await request.body())


def _check_window(
    query: Query, start: datetime | None, end: datetime | None, now: datetime
) -> None:
    if start is not None:
        query.rule(
            not rules.is_too_long_ago(start, now),
            f"Parameter 'from' must not be more than {rules.YEARS_BACK} years ago.",
        )
    if start is not None and end is not None:
        query.rule(end > start, "Parameter 'to' must be later than 'from'.")
        query.rule(
            end - start <= rules.LONGEST_WINDOW,
            "Parameters 'from' and 'to' must not be more than 185 days apart.",
        )


def _ean(query: Query, ean: str | None) -> str | None:
    query.rule(ean is None or rules.is_ean(ean), "Parameter 'ean' must contain 18 digits.")
    return ean


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _meta(now: datetime) -> Meta:
    return Meta(fetch_time=_whole_second(now))
