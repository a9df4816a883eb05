"""Which slices a request gets: windows by reading and by storing, and mandates' periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.energy import ComplexEnergyType, EnergyQuestion, answer
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyResponse,
    MandateRenewalStatus,
    MandateStatus,
    Measurement,
    PeriodType,
    Slice,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
BOTH = frozenset(Granularity)
SOLAR, GAS_HOME = "541440110000000001", "541441010000000003"

eans = st.sampled_from([SOLAR, "541440010000000217", GAS_HOME])


def mandate(ean: str, **changes: Any) -> HeldMandate:
    plain = HeldMandate(
        reference_number="REF-1",
        ean=ean,
        data_service_type=DataServiceType.VH_ONBEPAALD,
        status=MandateStatus.APPROVED,
        last_updated=LONG_AGO,
        data_period_from=LONG_AGO,
    )
    return msgspec.structs.replace(plain, **changes)


def ask(
    ean: str,
    start: datetime,
    end: datetime,
    *,
    by: PeriodType = PeriodType.READ_TIME,
    granularities: frozenset[Granularity] = BOTH,
    mandates: list[HeldMandate] | None = None,
    at: datetime = NOW,
    kinds: frozenset[ComplexEnergyType] = frozenset(ComplexEnergyType),
) -> EnergyResponse:
    question = EnergyQuestion(
        ean=ean,
        period_type=by,
        window=Interval(start, end),
        granularities=granularities,
        complex_energy_types=kinds,
    )
    content = answer(question, mandates or [mandate(ean)], seed=1, asked_at=at)
    return msgspec.json.decode(content, type=EnergyResponse)


def slices(reply: EnergyResponse) -> dict[tuple[str, datetime], Slice]:
    """All slices by granularity and start."""
    assert reply.data.headpoint is not None
    (meter,) = reply.data.headpoint.physical_meters or []
    found = {}
    for name in ("daily_energy", "hourly_energy", "quarter_hourly_energy"):
        for each in getattr(meter, name) or []:
            assert (name, each.start) not in found
            found[name, each.start] = each
    return found


@given(ean=eans, first=st.integers(1, 30), cuts=st.lists(st.integers(0, 30 * 96), max_size=4))
@settings(max_examples=15, deadline=None)
def test_insert_windows_share_out_all_slices(ean: str, first: int, cuts: list[int]) -> None:
    start = NOW - timedelta(days=first)
    inner = {start + timedelta(minutes=15 * cut) for cut in cuts}
    bounds = sorted({start, NOW} | {each for each in inner if each < NOW})
    together = slices(ask(ean, start, NOW, by=PeriodType.INSERT_TIME))
    shared: dict[tuple[str, datetime], Slice] = {}
    for left, right in pairwise(bounds):
        part = slices(ask(ean, left, right, by=PeriodType.INSERT_TIME))
        assert not part.keys() & shared.keys()
        shared |= part
    assert shared == together


@given(ean=eans, days=st.integers(1, 40), cut=st.integers(1, 40 * 24))
@settings(max_examples=15, deadline=None)
def test_read_windows_show_the_same_slices(ean: str, days: int, cut: int) -> None:
    start = NOW - timedelta(days=days)
    middle = min(start + timedelta(hours=cut), NOW - timedelta(hours=1))
    whole = slices(ask(ean, start, NOW))
    parts = slices(ask(ean, start, middle)) | slices(ask(ean, middle, NOW))
    assert parts.items() <= whole.items()
    across = {key for key, each in whole.items() if each.start < middle < each.end}
    assert whole.keys() - parts.keys() == across


@pytest.mark.parametrize("ean", [SOLAR, GAS_HOME])
def test_daily_deltas_rebuild_what_a_late_reading_shows(ean: str) -> None:
    start = NOW - timedelta(days=40)
    rebuilt = slices(ask(ean, start, NOW, at=start))
    for passed in range(40):
        left = start + timedelta(days=passed)
        right = left + timedelta(days=1)
        rebuilt |= slices(ask(ean, left, right, by=PeriodType.INSERT_TIME, at=right))
    shown = slices(ask(ean, start, NOW))
    assert {key for key in rebuilt if key[1] >= start} == shown.keys()
    assert {key: first_measured(each) for key, each in shown.items()} == {
        key: first_measured(rebuilt[key]) for key in shown
    }


def first_measured(each: Slice) -> Measurement:
    """Not the second: kWh of gas change with their factor, which stores nothing anew."""
    assert each.measurements
    return each.measurements[0]


def test_a_slice_must_end_within_the_window() -> None:
    day = datetime(2026, 11, 9, 23, tzinfo=UTC)
    almost = slices(ask(SOLAR, day, day + timedelta(days=1, seconds=-1)))
    assert len(almost) == 95
    assert len(slices(ask(SOLAR, day, day + timedelta(days=1)))) == 97


def test_the_same_question_has_the_same_answer() -> None:
    question = EnergyQuestion(
        ean=SOLAR,
        period_type=PeriodType.READ_TIME,
        window=Interval(NOW - timedelta(days=5), NOW),
        granularities=BOTH,
    )
    first, second = (answer(question, [mandate(SOLAR)], seed=1, asked_at=NOW) for _ in range(2))
    assert first == second


def test_a_period_bounds_what_is_shown() -> None:
    start, end = datetime(2026, 11, 1, 10, tzinfo=UTC), datetime(2026, 11, 5, 23, tzinfo=UTC)
    bounded = [mandate(SOLAR, data_period_from=start, data_period_to=end)]
    found = slices(ask(SOLAR, NOW - timedelta(days=60), NOW, mandates=bounded))
    assert min(each.start for each in found.values()) == start
    assert max(each.end for each in found.values()) == end
    assert sum(name == "daily_energy" for name, _ in found) == 4


def test_each_service_opens_its_own_granularity() -> None:
    daily = [mandate(SOLAR, data_service_type=DataServiceType.VH_DAG)]
    fine = [mandate(SOLAR, data_service_type=DataServiceType.VH_KWARTIER_UUR)]
    window = (NOW - timedelta(days=3), NOW)
    assert {name for name, _ in slices(ask(SOLAR, *window, mandates=daily))} == {"daily_energy"}
    assert {name for name, _ in slices(ask(SOLAR, *window, mandates=fine))} == {
        "quarter_hourly_energy"
    }
    assert {name for name, _ in slices(ask(SOLAR, *window, mandates=daily + fine))} == {
        "daily_energy",
        "quarter_hourly_energy",
    }


def test_a_gas_day_cut_between_two_mandates_is_in_neither() -> None:
    cut = datetime(2026, 11, 9, 23, tzinfo=UTC)
    two = [
        mandate(GAS_HOME, data_period_to=cut),
        mandate(GAS_HOME, reference_number="REF-2", data_period_from=cut),
    ]
    found = slices(ask(GAS_HOME, cut - timedelta(days=5), NOW, mandates=two))
    assert ("daily_energy", datetime(2026, 11, 9, 5, tzinfo=UTC)) not in found
    assert ("daily_energy", datetime(2026, 11, 10, 5, tzinfo=UTC)) in found


def test_an_expired_mandate_keeps_its_past_and_gets_nothing_new() -> None:
    expiry = datetime(2026, 11, 10, 23, tzinfo=UTC)
    expired = [mandate(SOLAR, mandate_expiration_date=expiry)]
    found = slices(ask(SOLAR, NOW - timedelta(days=20), NOW, mandates=expired))
    assert max(each.end for each in found.values()) == expiry


def test_an_expiry_that_a_mock_calls_to_be_renewed_opens_all() -> None:
    odd = mandate(
        SOLAR,
        mandate_expiration_date=NOW - timedelta(days=30),
        renewal_status=MandateRenewalStatus.TO_BE_RENEWED,
    )
    found = slices(ask(SOLAR, NOW - timedelta(days=10), NOW, mandates=[odd]))
    assert max(each.end for each in found.values()) > NOW - timedelta(days=2)


def test_a_digital_meter_has_no_reactive_registers() -> None:
    assert (
        slices(
            ask(SOLAR, NOW - timedelta(days=3), NOW, kinds=frozenset({ComplexEnergyType.REACTIVE}))
        )
        == {}
    )


def test_no_member_is_null_or_empty() -> None:
    question = EnergyQuestion(
        ean=GAS_HOME,
        period_type=PeriodType.READ_TIME,
        window=Interval(NOW, NOW + timedelta(hours=1)),
        granularities=BOTH,
    )
    content = answer(question, [mandate(GAS_HOME)], seed=1, asked_at=NOW)
    assert b"null" not in content
    assert b"[]" not in content
    assert content.startswith(b'{"data":{"headpoint":{"$type":"metering-on-meter","ean":')
