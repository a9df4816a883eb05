"""What events do to the data: meters in turn, late and re-estimated days, quarters switched on."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.emulator.events.event import Event, EventKind
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.metering.energy import EnergyQuestion, answer
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import DataServiceType, EnergyResponse, MandateStatus, PeriodType

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = datetime(2026, 9, 30, 22, tzinfo=UTC)
END = datetime(2026, 11, 10, 23, tzinfo=UTC)
HOME = "541440110000000001"
GAS = "541441010000000001"
BOTH = "541440210000000001"
EXCHANGED = datetime(2026, 10, 25, 9, 30, tzinfo=UTC)
"""On the day on which the clock went back."""


def event(kind: EventKind, effective: datetime, ean: str = HOME, **members: Any) -> Event:
    known = {"recorded_at": effective + timedelta(days=3), **members}
    return Event(kind=kind, ean=ean, effective=effective, **known)


def exchange(ean: str = HOME) -> Event:
    return event(EventKind.METER_EXCHANGE, EXCHANGED, ean)


def mandate(ean: str) -> HeldMandate:
    return HeldMandate(
        reference_number="REF-1",
        ean=ean,
        data_service_type=DataServiceType.VH_ONBEPAALD,
        status=MandateStatus.APPROVED,
        last_updated=START,
        data_period_from=START,
    )


def head(
    *events: Event,
    ean: str = HOME,
    window: Interval | None = None,
    by: PeriodType = PeriodType.READ_TIME,
    at: datetime = NOW,
) -> Any:
    question = EnergyQuestion(
        ean=ean,
        period_type=by,
        window=window or Interval(START, END),
        granularities=frozenset(Granularity),
    )
    content = answer(question, [mandate(ean)], seed=1, asked_at=at, events=events)
    return msgspec.json.decode(content, type=EnergyResponse).data.headpoint


def total(slices: Any, direction: str = "offtake") -> float:
    found = 0.0
    for each in slices or []:
        registers = getattr(each.measurements[0], direction)
        values = (registers.total, registers.day, registers.night)
        found += sum(value.value for value in values if value is not None)
    return round(found, 3)


def table(ean: str, *events: Event, since: datetime | None = None) -> pa.Table:
    opened = [mandate(ean)]
    told = truth([ean], opened, seed=1, now=NOW, events=lambda _: events, since=since)
    return pa.Table.from_batches(told, TRUTH_SCHEMA)


def test_two_meters_in_turn_share_the_day_and_carry_the_same_energy() -> None:
    (before,) = head().physical_meters
    old, new = head(exchange()).physical_meters
    assert (old.seq_number, new.seq_number) == ("1", "2")
    assert old.meter_id == before.meter_id != new.meter_id
    assert old.daily_energy[-1].end == new.daily_energy[0].start == EXCHANGED
    assert old.quarter_hourly_energy[-1].end == EXCHANGED
    assert new.quarter_hourly_energy[0].start == EXCHANGED
    assert new.daily_energy[0].end == datetime(2026, 10, 25, 23, tzinfo=UTC)
    for direction in ("offtake", "injection"):
        for name in ("daily_energy", "quarter_hourly_energy"):
            whole = total(getattr(before, name), direction)
            parts = total(getattr(old, name), direction) + total(getattr(new, name), direction)
            assert parts == pytest.approx(whole, abs=0.001)


def test_gas_changes_meters_at_a_whole_hour() -> None:
    old, new = head(exchange(GAS), ean=GAS).physical_meters
    (before,) = head(ean=GAS).physical_meters
    assert new.hourly_energy[0].start == datetime(2026, 10, 25, 10, tzinfo=UTC)
    assert total(old.daily_energy) + total(new.daily_energy) == pytest.approx(
        total(before.daily_energy), abs=0.001
    )


def test_at_the_headpoint_an_exchange_changes_nothing() -> None:
    before, after = head(ean=BOTH), head(exchange(BOTH), ean=BOTH)
    assert after.quarter_hourly_energy == before.quarter_hourly_energy
    assert after.daily_energy == before.daily_energy
    assert len(after.physical_meters) == 2


def test_before_it_is_known_an_exchange_has_not_been() -> None:
    known = exchange().recorded_at
    just_before = known - timedelta(seconds=1)
    assert head(exchange(), at=just_before) == head(at=just_before)
    assert len(head(exchange(), at=known).physical_meters) == 2


def test_what_the_new_meter_registered_is_told_anew_when_it_is_known() -> None:
    known = exchange().recorded_at
    window = Interval(known, known + timedelta(seconds=1))
    (meter, *more) = head(exchange(), window=window, by=PeriodType.INSERT_TIME).physical_meters
    assert [each.seq_number for each in (meter, *more)] == ["1", "2"]
    assert [each.start.day for each in meter.daily_energy] == [24]
    assert more[0].quarter_hourly_energy[0].start == EXCHANGED


def test_late_days_come_so_many_days_later() -> None:
    start = datetime(2026, 11, 1, 23, tzinfo=UTC)
    late = event(
        EventKind.LATE_DATA,
        start,
        until=start + timedelta(days=2),
        days=9,
        recorded_at=start,
    )

    def days(at: datetime, *events: Event) -> set[datetime]:
        (meter,) = head(*events, at=at).physical_meters
        return {each.start for each in meter.daily_energy}

    at = datetime(2026, 11, 8, 12, tzinfo=UTC)
    assert days(at) - days(at, late) == {start, start + timedelta(days=1)}
    assert days(NOW, late) == days(NOW)
    arrived = Interval(datetime(2026, 11, 11, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC))
    (meter,) = head(late, window=arrived, by=PeriodType.INSERT_TIME).physical_meters
    assert start in {each.start for each in meter.daily_energy}


def test_a_re_estimation_spreads_the_quarters_keeps_the_sum_and_is_a_delta() -> None:
    start = datetime(2026, 10, 4, 22, tzinfo=UTC)
    again = event(
        EventKind.RE_ESTIMATION,
        start,
        until=start + timedelta(days=1),
        recorded_at=datetime(2026, 11, 15, 8, tzinfo=UTC),
    )
    day = Interval(start, start + timedelta(days=1))
    (before,) = head(window=day).physical_meters
    (after,) = head(again, window=day).physical_meters
    states = {
        each.measurements[0].offtake.total.validation_state for each in after.quarter_hourly_energy
    }
    assert states == {"EST"}
    assert after.quarter_hourly_energy != before.quarter_hourly_energy
    assert total(after.quarter_hourly_energy) == total(before.quarter_hourly_energy)
    assert after.daily_energy == before.daily_energy
    window = Interval(again.recorded_at, again.recorded_at + timedelta(seconds=1))
    (delta,) = head(again, window=window, by=PeriodType.INSERT_TIME).physical_meters
    assert delta.quarter_hourly_energy == after.quarter_hourly_energy


def test_quarter_hours_begin_when_they_are_switched_on() -> None:
    plain = "541440010000000901"
    on = event(EventKind.QUARTER_HOURS_ON, EXCHANGED, plain)
    (before,) = head(ean=plain).physical_meters
    (after,) = head(on, ean=plain).physical_meters
    assert before.quarter_hourly_energy is None
    assert after.quarter_hourly_energy[0].start == EXCHANGED
    assert after.daily_energy == before.daily_energy


def test_after_a_disconnection_nothing_is_measured() -> None:
    gone = event(EventKind.DISCONNECTION, EXCHANGED)
    (meter,) = head(gone).physical_meters
    assert meter.quarter_hourly_energy[-1].end == EXCHANGED
    assert meter.daily_energy[-1].end <= EXCHANGED
    back = event(EventKind.CUSTOMER_CHANGE, EXCHANGED + timedelta(days=4))
    assert head(gone, back) == head()


def around_the_exchange(ean: str) -> tuple[Event, Event]:
    """The exchange, and what was estimated anew before and after it."""
    again = event(
        EventKind.RE_ESTIMATION,
        EXCHANGED - timedelta(days=2),
        ean,
        until=EXCHANGED + timedelta(days=1),
        recorded_at=NOW - timedelta(days=1),
    )
    return exchange(ean), again


@pytest.mark.parametrize(
    "since",
    [
        pytest.param(datetime(2026, 3, 29, 1, tzinfo=UTC), id="the clock goes forward"),
        pytest.param(EXCHANGED - timedelta(hours=9), id="it goes back"),
        pytest.param(EXCHANGED + timedelta(minutes=7), id="after an exchange, same day"),
        pytest.param(NOW + timedelta(days=9), id="not yet"),
    ],
)
@pytest.mark.parametrize("ean", [HOME, GAS, BOTH])
def test_the_truth_since_an_instant_is_of_all_truth_what_starts_then_or_is_permitted(
    ean: str, since: datetime
) -> None:
    events = around_the_exchange(ean)
    told_from_then = (pc.field("start") >= pc.scalar(since)) | pc.field("permitted")
    some, whole = table(ean, *events, since=since), table(ean, *events)
    assert plain(some) == plain(whole.filter(told_from_then))
    assert 1_000 < some.num_rows < whole.num_rows / 2


def plain(told: pa.Table) -> pa.Table:
    """Without what tells only how texts are written."""
    texts = [
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in told.schema
    ]
    return told.cast(pa.schema(texts))


@pytest.mark.parametrize("ean", [HOME, GAS, BOTH])
def test_the_truth_has_what_requests_show(ean: str) -> None:
    events = around_the_exchange(ean)
    shown: dict[tuple[Any, ...], float] = {}
    for meter in head(*events, ean=ean, window=Interval(START, NOW)).physical_meters:
        for slices in (meter.daily_energy, meter.hourly_energy, meter.quarter_hourly_energy):
            for each in slices or []:
                for measured in each.measurements:
                    for name in ("total", "day", "night"):
                        value = getattr(measured.offtake, name)
                        if value is not None:
                            key = (meter.meter_id, each.start, each.end, name, value.unit)
                            shown[(*key, value.validation_state)] = value.value
    true: dict[tuple[Any, ...], float] = defaultdict(float)
    at_meters = (pc.field("source") == "meter") & (pc.field("direction") == "offtake")
    for row in table(ean, *events).filter(pc.field("permitted") & at_meters).to_pylist():
        key = (row["meter_id"], row["start"], row["end"], row["register"], row["unit"])
        true[(*key, row["validation_state"])] += row["value"]
    assert shown == true
    assert len({key[0] for key in shown}) == 2
