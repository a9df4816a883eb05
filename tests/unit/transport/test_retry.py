"""Which outcome is tried again, and after how long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.transport import (
    BrokenReplyError,
    Call,
    ConnectFailedError,
    LostReplyError,
    Reply,
    ReplyTimeoutError,
    RetryPolicy,
    TransportError,
)
from kwartier.transport.errors import UnsendableError

QUESTION = Call(method="GET", url="https://example.com")
ORDER = Call(method="POST", url="https://example.com", is_idempotent=False)
POLICY = RetryPolicy(dice=lambda: 1.0)


def pause(outcome: Reply | TransportError, call: Call = QUESTION, **at: float) -> float | None:
    place = {"attempt": 1, "elapsed": 0.0, **at}
    return POLICY.pause(call, outcome, attempt=int(place["attempt"]), elapsed=place["elapsed"])


@pytest.mark.parametrize(
    ("outcome", "question", "order"),
    [
        (Reply(status=200), False, False),
        (Reply(status=400), False, False),
        (Reply(status=401), False, False),
        (Reply(status=403), False, False),
        (Reply(status=404), False, False),
        (Reply(status=500), False, False),
        (Reply(status=429), True, True),
        (Reply(status=503), True, True),
        (Reply(status=502), True, False),
        (Reply(status=504), True, False),
        (ConnectFailedError(), True, True),
        (ReplyTimeoutError(), True, False),
        (LostReplyError(), True, False),
        (BrokenReplyError(), True, False),
        (UnsendableError(), False, False),
    ],
    ids=lambda value: (
        getattr(value, "status", None) or type(value).__name__
        if value.__class__ is not bool
        else ""
    ),
)
def test_what_is_tried_again(outcome: Reply | TransportError, question: bool, order: bool) -> None:
    assert (pause(outcome) is not None) is question
    assert (pause(outcome, ORDER) is not None) is order


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(attempts=9, base=1.0, longest=5.0, dice=lambda: 1.0)
    pauses = [
        policy.pause(QUESTION, Reply(status=503), attempt=n, elapsed=0.0) for n in range(1, 6)
    ]
    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0]


@given(roll=st.floats(0, 1))
def test_a_pause_is_anywhere_between_nothing_and_its_limit(roll: float) -> None:
    policy = RetryPolicy(base=2.0, dice=lambda: roll)
    assert policy.pause(QUESTION, Reply(status=503), attempt=2, elapsed=0.0) == roll * 4.0


def test_attempts_and_time_are_bounded() -> None:
    assert pause(Reply(status=503), attempt=POLICY.attempts) is None
    assert pause(Reply(status=503), elapsed=POLICY.total) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "soon"}, POLICY.base),
        ({"retry-after": "-5"}, POLICY.base),
        ({}, POLICY.base),
        (
            {
                "retry-after": "Wed, 08 Jan 2025 09:15:30 GMT",
                "date": "Wed, 08 Jan 2025 09:15:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Wed, 08 Jan 2025 09:15:30 GMT"}, 0.0),
    ],
)
def test_retry_after_is_obeyed_as_seconds_or_as_a_date(
    headers: dict[str, str], seconds: float
) -> None:
    assert pause(Reply(status=429, headers=headers)) == seconds


def test_a_retry_after_beyond_the_time_there_is_ends_it() -> None:
    assert pause(Reply(status=429, headers={"retry-after": "3600"})) is None
