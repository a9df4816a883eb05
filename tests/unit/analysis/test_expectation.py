from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from kwartier.analysis import ArrivalPolicy, expected
from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import parse_instant


def due(energy_type: str, now: str, policy: ArrivalPolicy | None = None) -> str:
    until = (policy or ArrivalPolicy()).due_until(energy_type, parse_instant(now, "now"))
    return f"{until:%Y-%m-%dT%H:%MZ}"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-10T11:59:59", "2026-01-08T23:00Z"),
        ("2026-01-10T12:00", "2026-01-09T23:00Z"),
        ("2026-03-29T12:00", "2026-03-28T23:00Z"),
        ("2026-03-30T11:59", "2026-03-28T23:00Z"),
        ("2026-03-30T12:00", "2026-03-29T22:00Z"),
        ("2026-10-26T11:59", "2026-10-24T22:00Z"),
        ("2026-10-26T12:00", "2026-10-25T23:00Z"),
    ],
)
def test_a_day_of_electricity_is_due_by_the_next_local_noon(now: str, until: str) -> None:
    assert due("electricity", now) == until


def test_gas_is_due_after_72_hours() -> None:
    assert due("gas", "2026-01-10T05:00:00Z") == "2026-01-07T05:00Z"


def test_arrival_is_a_setting() -> None:
    policy = ArrivalPolicy(next_day_by=time(8), gas_after=timedelta(hours=24))
    assert due("electricity", "2026-01-10T08:00", policy) == "2026-01-09T23:00Z"
    assert due("gas", "2026-01-10T05:00:00Z", policy) == "2026-01-09T05:00Z"
    with pytest.raises(InputError, match="gas_after"):
        ArrivalPolicy(gas_after=timedelta(hours=-1))


def test_what_is_expected_lies_inside_the_permission(make: Any) -> None:
    first, second = (
        make.between("2026-01-01", "2026-01-02"),
        make.between("2026-01-04", "2026-03-01"),
    )
    permission = make.permit(first, second)
    assert expected(permission, parse_instant("2026-01-07T13:00", "now")) == [
        first,
        Interval(second.start, parse_instant("2026-01-07", "end")),
    ]
    assert expected(permission, first.start) == []
