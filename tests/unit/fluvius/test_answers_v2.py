"""Windows of v2, put together: every slice once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kwartier.fluvius.answers import OncePerSlice
from kwartier.wire.fluvius_v2 import Energy, EnergyResponse, Measurement, Meter, Slice

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(*numbers: int) -> EnergyResponse:
    slices = [
        Slice(
            start=START + n * HOUR,
            end=START + (n + 1) * HOUR,
            measurement=[Measurement(offtake_value=place)],
        )
        for place, n in enumerate(numbers)
    ]
    meter = Meter(meter_id="M1", seq_number=1, hourly_energy=slices)
    return EnergyResponse(data=Energy(fetch_time=START, gas_meters=[meter]))


def told(response: EnergyResponse) -> list[tuple[int, float | None]]:
    [meter] = response.data.gas_meters
    return [
        ((one.start - START) // HOUR, (one.measurement or [])[0].offtake_value)
        for one in meter.hourly_energy or []
    ]


def test_within_a_response_the_last_counts_and_of_two_the_first() -> None:
    once = OncePerSlice()
    assert told(once.of(hours(0, 1, 0))) == [(0, 2), (1, 1)]
    assert told(once.of(hours(1, 2))) == [(2, 1)]
    assert once.of(hours(2)).data.gas_meters[0].hourly_energy is None
