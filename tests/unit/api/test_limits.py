"""The allowance of each key."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.api.limits import Allowances
from kwartier.api.settings import ApiSettings


@settings(max_examples=60, deadline=None)
@given(
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=60),
    rate=st.integers(1, 120),
    burst=st.integers(1, 10),
)
def test_never_more_than_the_rate_and_what_may_come_at_once(
    pauses: list[float], rate: int, burst: int
) -> None:
    allowances = Allowances(ApiSettings(requests_per_minute=rate, burst=burst))
    now, taken = 0.0, []
    for pause in pauses:
        now += pause
        told = allowances.take("a", now)
        if told.is_allowed:
            taken.append(now)
        else:
            later = Allowances(ApiSettings(requests_per_minute=rate, burst=burst))
            later._full_at = dict(allowances._full_at)
            assert later.take("a", now + told.retry_after).is_allowed
        assert 0 <= told.remaining < burst
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            span = taken[last] - taken[first]
            assert last - first + 1 <= burst + span * rate / 60 + 1e-6
