from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import Mandate, Permission, finest_open, permissions, widened


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def mandate(**fields: Any) -> Mandate:
    standard: dict[str, Any] = {
        "provider": "fluvius",
        "contract_number": "599999999",
        "reference_number": "KW-1",
        "status": "Approved",
        "data_service_type": "VH_dag",
        "metering_point": "541440010000000001",
        "energy_type": "electricity",
        "granularities": frozenset({Granularity.DAY}),
        "period_start": day(1),
    }
    return Mandate(**{**standard, **fields})


def test_an_open_period_lasts_until_now_and_a_closed_one_until_its_end() -> None:
    assert mandate().permitted(day(9)) == Interval(day(1), day(9))
    assert mandate(period_end=day(5)).permitted(day(9)) == Interval(day(1), day(5))
    assert mandate(period_end=day(12)).permitted(day(9)) == Interval(day(1), day(9))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "Requested"},
        {"status": "Rejected"},
        {"status": "Finished"},
        {"metering_point": None},
        {"period_start": None},
        {"period_start": day(9)},
        {"period_end": day(1)},
    ],
)
def test_without_consent_or_period_nothing_is_permitted(fields: dict[str, Any]) -> None:
    assert mandate(**fields).permitted(day(9)) is None
    assert permissions([mandate(**fields)], day(9)) == []


def test_an_expired_mandate_permits_what_was_measured_before_it_expired() -> None:
    expired = mandate(renewal_status="Expired", expires_at=day(5))
    assert expired.permitted(day(9)) == Interval(day(1), day(5))
    assert not expired.may_bring_new_data
    assert mandate(renewal_status="Expired").permitted(day(9)) == Interval(day(1), day(9))


def test_a_passed_expiry_date_alone_is_not_an_expiry() -> None:
    waiting = mandate(renewal_status="ToBeRenewed", expires_at=day(5))
    assert waiting.permitted(day(9)) == Interval(day(1), day(9))
    assert waiting.may_bring_new_data


def test_permissions_join_what_mandates_open_together() -> None:
    both = frozenset({Granularity.DAY, Granularity.QUARTER_HOUR})
    found = permissions(
        [
            mandate(metering_point="541448800000004312", period_start=day(3)),
            mandate(period_end=day(5)),
            mandate(period_start=day(4), period_end=day(6), granularities=both),
            mandate(period_start=day(7)),
        ],
        day(9),
    )
    assert [(p.metering_point[-4:], p.granularity, p.intervals) for p in found] == [
        ("0001", Granularity.DAY, (Interval(day(1), day(6)), Interval(day(7), day(9)))),
        ("0001", Granularity.QUARTER_HOUR, (Interval(day(4), day(6)),)),
        ("4312", Granularity.DAY, (Interval(day(3), day(9)),)),
    ]


def test_adjoining_periods_stay_apart_so_that_no_slice_across_them_is_expected() -> None:
    """After a change of grid user at midnight, the gas day of the change is in neither period."""
    change = datetime(2026, 3, 31, 22, tzinfo=UTC)
    before = mandate(energy_type=GAS, period_end=change)
    after = mandate(energy_type=GAS, period_start=change, reference_number="KW-2")
    (permission,) = permissions([after, before], until=datetime(2026, 5, 1, tzinfo=UTC))
    assert permission.intervals == (
        Interval(day(1), change),
        Interval(change, datetime(2026, 5, 1, tzinfo=UTC)),
    )
    gas_day = day_interval(date(2026, 3, 31), GAS)
    assert not any(interval.covers(gas_day) for interval in permission.intervals)


def opened(point: str, energy_type: str, granularity: Granularity = Granularity.HOUR) -> Permission:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return Permission(
        metering_point=point,
        energy_type=energy_type,
        granularity=granularity,
        intervals=(Interval(start, start + timedelta(days=9)),),
    )


def test_a_mandate_on_heat_opens_every_energy_type_that_is_held_of_its_point() -> None:
    held = [("b", "hot_water"), ("b", "heat"), ("a", "gas"), ("c", "cooling"), ("b", "heat")]
    permitted = [opened("a", "electricity"), opened("b", "heat"), opened("d", "heat")]
    assert widened(permitted, lambda: held) == [
        opened("a", "electricity"),
        opened("b", "heat"),
        opened("b", "hot_water"),
        opened("d", "heat"),
    ]


def test_without_a_mandate_on_heat_nobody_is_asked_what_is_held() -> None:
    def never() -> list[tuple[str, str]]:
        raise AssertionError("asked")

    permitted = [opened("a", "electricity"), opened("b", "gas")]
    assert widened(permitted, never) == permitted


def test_the_finest_that_is_open_is_told_by_point_and_energy_type() -> None:
    permitted = [
        opened("a", "electricity", Granularity.DAY),
        opened("a", "electricity", Granularity.HOUR),
        opened("a", "electricity", Granularity.QUARTER_HOUR),
        opened("b", "electricity", Granularity.HOUR),
        opened("c", "gas", Granularity.DAY),
    ]
    assert finest_open(permitted) == {
        ("a", "electricity"): Granularity.QUARTER_HOUR,
        ("b", "electricity"): Granularity.HOUR,
    }
