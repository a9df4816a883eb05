"""Answers of several windows, put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kwartier.fluvius import NotFoundError
from kwartier.fluvius.answers import Answers, NoMandate, OncePerSlice, or_no_mandate
from kwartier.fluvius.replies import reader
from kwartier.transport import Call, Operation, Reply
from kwartier.wire.fluvius_v3 import (
    Energy,
    EnergyResponse,
    Headpoint,
    MeasuredValue,
    Measurement,
    MeasurementSet,
    PhysicalMeter,
    Slice,
    SubHeadpoint,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(first: int, last: int, value: float = 1.0) -> list[Slice]:
    measured = [Measurement(offtake=MeasurementSet(total=MeasuredValue(value=value)))]
    return [
        Slice(start=START + n * HOUR, end=START + (n + 1) * HOUR, measurements=measured)
        for n in range(first, last)
    ]


def of_meter(slices: list[Slice] | None, name: str = "M1") -> EnergyResponse:
    meter = PhysicalMeter(meter_id=name, seq_number="1", hourly_energy=slices)
    return EnergyResponse(data=Energy(headpoint=Headpoint(physical_meters=[meter])))


def starts(response: EnergyResponse) -> list[int]:
    assert response.data.headpoint is not None
    [meter] = response.data.headpoint.physical_meters or []
    return [(one.start - START) // HOUR for one in meter.hourly_energy or []]


def test_what_the_window_before_delivered_is_dropped() -> None:
    once = OncePerSlice()
    assert starts(once.of(of_meter(hours(0, 5)))) == [0, 1, 2, 3, 4]
    assert starts(once.of(of_meter(hours(3, 8)))) == [5, 6, 7]
    assert starts(once.of(of_meter(hours(6, 9)))) == [8]


def test_an_array_that_is_left_empty_is_none() -> None:
    once = OncePerSlice()
    once.of(of_meter(hours(0, 5)))
    response = once.of(of_meter(hours(1, 3)))
    assert response == of_meter(None)


def test_a_slice_that_comes_twice_counts_as_it_came_last() -> None:
    response = OncePerSlice().of(of_meter(hours(0, 2) + hours(1, 3, value=7.0)))
    assert response == of_meter(hours(0, 1) + hours(1, 3, value=7.0))


def test_another_meter_at_the_same_time_is_another_series() -> None:
    once = OncePerSlice()
    once.of(of_meter(hours(0, 5), "old"))
    assert starts(once.of(of_meter(hours(3, 5), "new"))) == [3, 4]


def test_all_places_of_a_headpoint_are_looked_after() -> None:
    def everywhere(first: int, last: int) -> EnergyResponse:
        return EnergyResponse(
            data=Energy(
                headpoint=Headpoint(
                    daily_energy=hours(first, last),
                    quarter_hourly_energy=hours(first, last),
                    physical_meters=[PhysicalMeter(daily_energy=hours(first, last))],
                    sub_headpoints=[
                        SubHeadpoint(ean="001", daily_energy=hours(first, last)),
                        SubHeadpoint(ean="002", daily_energy=hours(first, last)),
                    ],
                )
            )
        )

    once = OncePerSlice()
    assert once.of(everywhere(0, 4)) == everywhere(0, 4)
    assert once.of(everywhere(2, 6)) == everywhere(4, 6)


def test_a_response_without_a_headpoint_stays_as_it_is() -> None:
    response = EnergyResponse(data=Energy())
    assert OncePerSlice().of(response) is response


def test_only_the_want_of_a_mandate_is_an_answer() -> None:
    operation = or_no_mandate(
        Operation(Call(method="GET", url="https://x"), reader(EnergyResponse))
    )
    answer = operation.read(Reply(status=404, body=b'{"Code":"Mandates.NotFound"}'))
    assert isinstance(answer, NoMandate)
    with pytest.raises(NotFoundError):
        operation.read(Reply(status=404, body=b"<html>"))


def test_windows_without_a_mandate_are_passed_over_unless_all_are() -> None:
    none = NoMandate(NotFoundError("nothing"))
    some, all_without, no_window = Answers(), Answers(), Answers()
    assert [some.accept(none), some.accept("body"), some.accept(none)] == [None, "body", None]
    some.finish()
    all_without.accept(none)
    with pytest.raises(NotFoundError, match="nothing"):
        all_without.finish()
    no_window.finish()
