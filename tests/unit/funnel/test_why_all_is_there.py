"""Where nothing is wrong, each energy is told up to the day that is due of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kwartier.funnel import CustomerFacts
from kwartier.funnel.causes import HARMLESS, Cause
from kwartier.funnel.facts import Opened
from kwartier.funnel.why import findings_of
from kwartier.funnel.why_values import Evidence
from kwartier.registry import Customer, Reference
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.mandates import known_mandate
from support.measured import NOW

DAY = timedelta(days=1)


def facts(*energy_types: str) -> CustomerFacts:
    points = {f"{541448860000000000 + number}": one for number, one in enumerate(energy_types)}
    began = NOW - 30 * DAY
    return CustomerFacts(
        at=NOW,
        customer=Customer(customer_id="c-1"),
        references=(
            Reference(
                reference_number="KW-1", customer_id="c-1", provider="fluvius", created_at=began
            ),
        ),
        mandates=tuple(
            known_mandate(
                number,
                metering_point=point,
                energy_type=energy_type,
                period_start=began,
                period_end=None,
                first_seen_at=began,
            )
            for number, (point, energy_type) in enumerate(points.items(), start=1)
        ),
        opened=tuple(
            Opened(
                provider="fluvius",
                metering_point=point,
                energy_type=energy_type,
                granularity=Granularity.DAY,
                intervals=(Interval(began, NOW),),
                due=20,
                present=20,
            )
            for point, energy_type in points.items()
        ),
    )


@pytest.mark.parametrize("energy_types", [("electricity",), ("gas", "gas")])
def test_one_energy_has_one_day(energy_types: tuple[str, ...]) -> None:
    [well] = findings_of(facts(*energy_types), Evidence())
    assert well.cause is Cause.COMPLETE
    assert well.cause in HARMLESS
    assert "(" not in well.says


def test_gas_which_comes_later_does_not_date_electricity() -> None:
    [electricity] = findings_of(facts("electricity"), Evidence())
    [gas] = findings_of(facts("gas"), Evidence())
    [both] = findings_of(facts("gas", "electricity"), Evidence())
    days = [one.says.split()[-1].removesuffix(".") for one in (electricity, gas)]
    assert days[0] > days[1]
    assert f"{days[0]} (electricity), {days[1]} (gas)" in both.says
