"""``GET Mandate/energy`` of the ESCO API v2."""

from __future__ import annotations

from datetime import datetime

import msgspec
from starlette.requests import Request

from kwartier.emulator.consents import Consents
from kwartier.emulator.fluvius_v2.meters import meter_of
from kwartier.emulator.metering.energy import EnergyQuestion, find_slices
from kwartier.emulator.metering.household import household_of
from kwartier.emulator.replies import whole_second
from kwartier.emulator.requests import Query
from kwartier.emulator.window import read_window
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.fluvius_v2 import Energy, EnergyResponse
from kwartier.wire.fluvius_v3 import DataServiceType, PeriodType

_FINE = frozenset({Granularity.HOUR, Granularity.QUARTER_HOUR})
_GRANULARITIES = {
    DataServiceType.VH_DAG: frozenset({Granularity.DAY}),
    DataServiceType.VH_KWARTIER_UUR: _FINE,
    DataServiceType.VH_ONBEPAALD: _FINE | {Granularity.DAY},
    DataServiceType.IG: frozenset[Granularity](),
}


async def energy(consents: Consents, request: Request, now: datetime) -> bytes:
    """``GET Mandate/energy``: what approved mandates open of the window asked for.

    Without a mandate, and of AMR, both lists of meters are empty: v2 tells of digital meters only.
    """
    question, reference = _read(Query(request.scope["query_string"]), now)
    asked_at = whole_second(now)
    opening = [
        mandate
        for mandate in consents.mandates.opening(question.ean, reference)
        if mandate.granularities & question.granularities
    ]
    told = Energy(fetch_time=asked_at)
    home = household_of(question.ean, consents.seed) if opening else None
    if home is not None and home.connection.at_meter:
        found = find_slices(
            question,
            opening,
            seed=consents.seed,
            asked_at=asked_at,
            events=consents.events_of(question.ean),
        )
        meters = "gas_meters" if home.energy_type == GAS else "electricity_meters"
        hung = [meter_of(home, shown, meter) for meter, shown in found.by_meter]
        told = msgspec.structs.replace(told, **{meters: hung or [meter_of(home, found.shown)]})
    return msgspec.json.encode(EnergyResponse(data=told))


def _read(query: Query, now: datetime) -> tuple[EnergyQuestion, str | None]:
    """What is asked, and under which reference only."""
    ean = query.ean(query.required("EanNumber"), "EanNumber")
    period_type = query.word("PeriodType", PeriodType, query.required("PeriodType"))
    window = read_window(query, now, "From", "To")
    services = query.repeated("DataServiceType", DataServiceType) or list(_GRANULARITIES)
    query.check()
    if ean is None or period_type is None or window is None:
        raise AssertionError("a query without its mandatory parameters passed the check")
    granularities = frozenset[Granularity]().union(*(_GRANULARITIES[each] for each in services))
    question = EnergyQuestion(
        ean=ean, period_type=period_type, window=window, granularities=granularities
    )
    return question, query.text("ReferenceNumber")
