"""``GET /api/mandate/energy`` of the ESCO API v3."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.metering.energy import ComplexEnergyType, EnergyQuestion, answer
from kwartier.emulator.refusals import no_mandates
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import Query
from kwartier.emulator.window import read_window
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.fluvius_v3 import EnergyGranularity, PeriodType

_GRANULARITIES = {
    EnergyGranularity.DAILY: frozenset({Granularity.DAY}),
    EnergyGranularity.HOURLY_QUARTERHOURLY: frozenset({Granularity.HOUR, Granularity.QUARTER_HOUR}),
}
_NOTHING = frozenset[Granularity]()
_ALL_KINDS = frozenset(ComplexEnergyType)


async def energy(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET /api/mandate/energy``: what approved mandates open of the window asked for."""
    query = Query(request.scope["query_string"])
    ean = query.ean(query.required("ean"))
    period_type = query.word("periodType", PeriodType, query.required("periodType"))
    window = read_window(query, now, "from", "to")
    granularities = query.words("granularity", EnergyGranularity) or list(_GRANULARITIES)
    kinds = query.words("complexEnergyTypes", ComplexEnergyType)
    query.check()
    if ean is None or period_type is None or window is None:
        raise AssertionError("a query without its mandatory parameters passed the check")
    asked = _NOTHING.union(*(_GRANULARITIES[each] for each in granularities))
    opening = [
        mandate
        for mandate in consents.mandates.opening(ean, query.text("referenceNumber"))
        if mandate.granularities & asked
    ]
    if not opening:
        raise no_mandates()
    question = EnergyQuestion(
        ean=ean,
        period_type=period_type,
        window=window,
        granularities=asked,
        complex_energy_types=frozenset(kinds) or _ALL_KINDS,
    )
    return answer(
        question,
        opening,
        seed=consents.seed,
        asked_at=whole_second(now),
        events=consents.events_of(ean),
    )
