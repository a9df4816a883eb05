"""What days a data owner may share: bounded, whatever day it is, and read back as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.fiam.contracts import Contracts, KeptContracts, period_of
from kwartier.emulator.fiam_portal.periods import bounds, is_for, read_period
from kwartier.web.forms import Form

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def form(**fields: object) -> Form:
    return Form.parse(urlencode(fields).encode())


def test_a_leap_day_has_its_bounds_too() -> None:
    allowed = bounds(datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert (allowed.earliest, allowed.latest) == (date(2025, 2, 28), date(2031, 2, 27))
    assert allowed.proposed == date(2029, 2, 27)


def test_the_day_is_the_dutch_one() -> None:
    assert bounds(datetime(2026, 6, 30, 22, tzinfo=UTC)).today == date(2026, 7, 1)


@settings(max_examples=60, deadline=None)
@given(
    hours=st.integers(0, 6 * 366 * 24),
    back=st.integers(0, 1095),
    on=st.integers(0, 1094),
)
def test_a_period_within_the_bounds_makes_a_contract_of_just_these_days(
    hours: int, back: int, on: int
) -> None:
    now = NOON + timedelta(hours=hours)
    today = bounds(now).today
    first, last = today - timedelta(days=back), today + timedelta(days=on)
    allowed = bounds(now)
    first, last = max(first, allowed.earliest), min(last, allowed.latest)
    start, end = read_period(form(first_day=first, last_day=last), allowed)
    held = Contracts("t", KeptContracts())
    contract = held.grant("owner", "consumer", now, start=start, end=end)
    assert is_for(contract, start, end)
    assert not is_for(contract, start, end + timedelta(days=1))
    begins, ends = period_of(contract)
    assert begins <= now < ends


def test_nothing_said_is_from_today_for_as_long_as_may_be() -> None:
    assert read_period(form(), bounds(NOON)) == (date(2026, 11, 20), date(2029, 11, 20))
