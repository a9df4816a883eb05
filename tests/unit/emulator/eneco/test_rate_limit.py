"""How often a token may ask."""

from __future__ import annotations

import pytest

from kwartier.emulator.eneco.rate_limit import Limit, RateLimit
from kwartier.errors import InputError


def test_calls_are_counted_for_each_token_in_a_moving_window() -> None:
    now = [100.0]
    limit = RateLimit(clock=lambda: now[0])
    limit.set(Limit(calls=2, seconds=10))
    assert [limit.wait("a"), limit.wait("a"), limit.wait("b")] == [0, 0, 0]
    now[0] = 104.5
    assert limit.wait("a") == 6, "a whole second too many, never too few"
    now[0] = 110.0
    assert limit.wait("a") == 0
    assert limit.wait("a") == 0
    assert limit.wait("a") == 10
    limit.set(Limit(calls=2, seconds=10))
    assert limit.wait("a") == 0


def test_idle_tokens_are_forgotten() -> None:
    now = [0.0]
    limit = RateLimit(clock=lambda: now[0])
    for number in range(3_000):
        now[0] += 1.0
        assert limit.wait(str(number)) == 0
    assert len(limit._calls) <= 1_001


@pytest.mark.parametrize("members", [{"calls": 0}, {"seconds": 0.0}, {"seconds": 1e9}])
def test_a_limit_that_cannot_be_is_refused(members: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Limit(**members)  # type: ignore[arg-type]
