"""A store of made-up households, for pages about one customer: a move, a hold, an erasure, gas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from kwartier.registry import Listing
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store
from kwartier.sync.erasure import Erasure
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import FINISHED, Mandate
from support.mandates import known_mandate
from support.measured import NOW, Row, answer

HOME, GAS, HELD, GONE, LEFT = (
    "541440110000000201",
    "541441010000000202",
    "541440110000000203",
    "541440110000000204",
    "541440110000000205",
)
FORMER, LATER, FINISHED_ONE, ERASED_ONE, LEAVING, NOBODY = (
    "c-former",
    "c-later",
    "c-finished",
    "c-erased",
    "c-leaving",
    "c-no-mandate",
)
BEGIN: Final = datetime(2026, 2, 28, 23, tzinfo=UTC)
MOVED: Final = datetime(2026, 9, 30, 22, tzinfo=UTC)
"""Midnight in Brussels: the former customer's last day is September 30."""
SHORT_DAY, LONG_DAY = date(2026, 3, 29), date(2026, 10, 25)
SHORT_GAS_DAY, LONG_GAS_DAY = date(2026, 3, 28), date(2026, 10, 24)
NAME: Final = "Jo <script>alert(1)</script> Janssens"
WORDS: Final = "Ik ga akkoord met energieadvies."
_HOURS: Final[dict[str, Any]] = {
    "energy_type": "gas",
    "granularity": "PT1H",
    "unit": "kWh",
    "meter_id": "7FLO1",
}


def day_of_slices(day: date, value: float = 0.25, **columns: Any) -> list[Row]:
    """A value for each slice of a local day, of gas of a gas day."""
    energy_type = columns.get("energy_type", "electricity")
    granularity = Granularity(columns.get("granularity", "PT15M"))
    step = granularity.step or timedelta(days=1)
    starts = slice_starts(day_interval(day, energy_type), granularity, energy_type)
    return [Row(start=at, end=at + step, value=value, **columns) for at in starts]


def fill_households(store: Store) -> None:
    """Customers before and after a move, one whose mandate was ended, one who was erased on
    request, one who is about to be, one without a mandate; gas of the later one.
    """
    numbers = _customers(store)
    approved = list(_mandates(numbers))
    store.record_mandates(Listing(approved, NOW - timedelta(days=2)), provider="fluvius")
    store.commit([answer(_electricity(HOME), metering_point=HOME)])
    for point in (HELD, GONE, LEFT):
        rows = day_of_slices(LONG_DAY, metering_point=point)
        store.commit([answer(rows, metering_point=point)])
    gas = [
        *day_of_slices(SHORT_GAS_DAY, metering_point=GAS, gas_conversion_factor="D", **_HOURS),
        *day_of_slices(LONG_GAS_DAY, metering_point=GAS, gas_conversion_factor="P", **_HOURS),
    ]
    hourly = (Granularity.HOUR,)
    store.commit([answer(gas, metering_point=GAS, energy_type="gas", granularities=hourly)])
    ended = [_finished(one) if one.metering_point == HELD else one for one in approved]
    store.record_mandates(Listing(ended, NOW - timedelta(days=1)), provider="fluvius")
    asked = Erasure.asked(store, ERASED_ONE, now=NOW, who="An", why="asked by letter")
    asked.carry_out(store, NOW)


def _customers(store: Store) -> Mapping[str, str]:
    changes = [
        CustomerChange(customer_id=one, label=NAME if one == LATER else one.upper())
        for one in (FORMER, LATER, FINISHED_ONE, ERASED_ONE, LEAVING, NOBODY)
    ]
    made = store.change_customers(changes, provider="fluvius", now=BEGIN).made
    numbers = {one.customer_id: one.reference_number for one in made}
    store.add_wording(Wording(version="2026-1", language="nl", text=WORDS, added_at=BEGIN))
    store.note_consents(
        [
            Consent(
                reference_number=numbers[LATER],
                purpose="energieadvies",
                wording="2026-1",
                channel="web",
                given_at=MOVED,
            )
        ]
    )
    return numbers


def _mandates(numbers: Mapping[str, str]) -> Iterable[Mandate]:
    for customer, point, more in (
        (FORMER, HOME, {"period_start": BEGIN, "period_end": MOVED}),
        (LATER, HOME, {"period_start": MOVED}),
        (
            LATER,
            GAS,
            {
                "period_start": BEGIN + timedelta(hours=6),
                "energy_type": "gas",
                "granularities": frozenset({Granularity.HOUR}),
            },
        ),
        (FINISHED_ONE, HELD, {"period_start": BEGIN}),
        (ERASED_ONE, GONE, {"period_start": BEGIN}),
        (LEAVING, LEFT, {"period_start": BEGIN}),
    ):
        number = numbers[customer]
        yield known_mandate(reference_number=number, metering_point=point, **more).mandate


def _finished(mandate: Mandate) -> Mandate:
    """As Fluvius lists it then: without its EAN."""
    fields = {name: getattr(mandate, name) for name in mandate.__dataclass_fields__}
    return Mandate(**{**fields, "status": FINISHED, "metering_point": None, "energy_type": None})


def _electricity(point: str) -> list[Row]:
    """The short day is the former customer's, the long one the later's, and so is a day with an
    estimate, a value that is null and one that is not there.
    """
    odd = day_of_slices(date(2026, 11, 3), metering_point=point)
    odd[3] = Row(start=odd[3].start, end=odd[3].end, validation_state="EST", metering_point=point)
    odd[4] = Row(start=odd[4].start, end=odd[4].end, value=None, metering_point=point)
    del odd[5]
    return [
        *day_of_slices(SHORT_DAY, metering_point=point),
        *day_of_slices(LONG_DAY, metering_point=point),
        *day_of_slices(LONG_DAY, 0.05, metering_point=point, direction="injection"),
        *odd,
    ]
