"""The exchange as a whole, on a clock that only moves when it sleeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from kwartier.errors import KwartierError
from kwartier.transport import (
    AnotherWayError,
    BrokenReplyError,
    Call,
    Exchange,
    LostReplyError,
    Pace,
    Reply,
    RetryPolicy,
    Token,
)
from kwartier.transport.protocol import Alone, Send, Sleep, Steps

CALL = Call(method="GET", url="https://api.example.com/x")
OK = Reply(status=200, body=b"fine")


class Tokens:
    """Hands out T1, T2, ... each good for ``life`` seconds."""

    def __init__(self, life: float = 3600.0) -> None:
        self.life = life
        self.granted = 0

    def token_call(self) -> Call:
        return Call(method="POST", url="https://login.example.com/token")

    def read_token(self, reply: Reply) -> Token:
        if not reply.is_success:
            raise KwartierError("no token")
        self.granted += 1
        return Token(f"T{self.granted}", self.life)


@dataclass
class World:
    """Answers API calls with ``script`` in turn, then with OK; token calls with ``token_reply``."""

    script: list[Reply | Exception] = field(default_factory=list)
    token_reply: Reply = OK
    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def run(self, steps: Steps[Any]) -> Any:
        try:
            action = next(steps)
            while True:
                try:
                    result = self.carry_out(action)
                except KwartierError as error:
                    action = steps.throw(error)
                else:
                    action = steps.send(result)
        except StopIteration as end:
            return end.value

    def carry_out(self, action: Send | Sleep | Alone) -> Reply | None:
        match action:
            case Send(call) if "login" in call.url:
                return self.token_reply
            case Send(call):
                self.sent.append(call.headers["Authorization"].removeprefix("Bearer "))
                outcome = self.script.pop(0) if self.script else OK
                if isinstance(outcome, Exception):
                    raise outcome
                return outcome
            case Sleep(seconds):
                self.slept.append(seconds)
                self.now += seconds
            case Alone(steps):
                self.run(steps)
        return None

    def exchange(self, flow: Tokens | None = None, **settings: Any) -> Exchange:
        chosen: dict[str, Any] = {
            "flow": flow or Tokens(),
            "policy": RetryPolicy(attempts=4, dice=lambda: 1.0),
            "pace": Pace(1000),
            "now": lambda: self.now,
            **settings,
        }
        return Exchange(**chosen)


def body(reply: Reply) -> bytes:
    return reply.body


def test_a_token_serves_until_shortly_before_it_expires() -> None:
    world, flow = World(), Tokens(life=3600)
    exchange = world.exchange(flow)
    for later in (0.0, 3200.0, 99.0, 2.0):
        world.now += later
        world.run(exchange.run(CALL, body))
    assert world.sent == ["T1", "T1", "T1", "T2"]


def test_a_short_lived_token_is_not_renewed_all_the_time() -> None:
    world, flow = World(), Tokens(life=60)
    exchange = world.exchange(flow)
    for later in (0.0, 50.0, 5.0):
        world.now += later
        world.run(exchange.run(CALL, body))
    assert world.sent == ["T1", "T1", "T2"]


def test_a_token_that_is_old_when_it_comes_is_used_and_not_asked_for_for_ever() -> None:
    world, flow = World(token_reply=Reply(status=503)), Tokens(life=1)
    steps = world.exchange(flow).run(CALL, body)
    alone = next(steps)
    assert isinstance(alone, Alone)
    assert isinstance(next(alone.steps), Send)
    world.now += 5
    with pytest.raises(StopIteration):
        alone.steps.send(OK)
    assert isinstance(steps.send(None), Send)
    assert flow.granted == 1


def test_a_refused_token_is_renewed_once() -> None:
    world = World(script=[Reply(status=401)])
    assert world.run(world.exchange().run(CALL, body)) == b"fine"
    assert world.sent == ["T1", "T2"]
    assert world.slept == []


def test_a_second_refusal_is_final() -> None:
    world = World(script=[Reply(status=401), Reply(status=401, body=b"no")])
    assert world.run(world.exchange().run(CALL, body)) == b"no"
    assert world.sent == ["T1", "T2"]


def test_a_token_renewed_meanwhile_is_not_renewed_again() -> None:
    world, flow = World(), Tokens()
    exchange = world.exchange(flow)
    slow = exchange.run(CALL, body)
    action = next(slow)
    assert isinstance(action, Alone)
    world.run(action.steps)
    assert isinstance(slow.send(None), Send)
    world.script = [Reply(status=401)]
    world.run(exchange.run(CALL, body))
    assert flow.granted == 2
    assert isinstance(slow.send(Reply(status=401)), Send)
    assert flow.granted == 2


def test_a_refused_sign_in_is_told_and_nothing_is_sent() -> None:
    world = World(token_reply=Reply(status=400))
    with pytest.raises(KwartierError, match="no token"):
        world.run(world.exchange().run(CALL, body))
    assert world.sent == []


def test_a_token_endpoint_out_of_service_is_asked_again() -> None:
    world = World(token_reply=Reply(status=503))
    with pytest.raises(KwartierError, match="no token"):
        world.run(world.exchange().run(CALL, body))
    assert world.slept == [0.5, 1.0, 2.0]


def test_pauses_grow_and_the_last_outcome_counts() -> None:
    world = World(script=[Reply(status=503), LostReplyError("lost"), Reply(status=502)])
    assert world.run(world.exchange().run(CALL, body)) == b"fine"
    assert world.slept == [0.5, 1.0, 2.0]


def test_a_body_that_cannot_be_read_is_asked_for_again() -> None:
    def pick(reply: Reply) -> bytes:
        if reply.body == b"cut":
            raise BrokenReplyError("cut")
        return reply.body

    world = World(script=[Reply(status=200, body=b"cut")])
    assert world.run(world.exchange().run(CALL, pick)) == b"fine"
    order = Call(method="POST", url=CALL.url, is_idempotent=False)
    world = World(script=[Reply(status=200, body=b"cut")])
    with pytest.raises(BrokenReplyError):
        world.run(world.exchange().run(order, pick))
    assert len(world.sent) == 1


@pytest.mark.parametrize("failures", [4, 9])
def test_after_the_last_attempt_the_error_is_raised(failures: int) -> None:
    world = World(script=[LostReplyError("lost")] * failures)
    with pytest.raises(LostReplyError):
        world.run(world.exchange().run(CALL, body))
    assert len(world.sent) == 4


def test_the_pace_is_kept_across_exchanges() -> None:
    world = World()
    exchange = world.exchange(pace=Pace(10))
    began = world.now
    for _ in range(49):  # and one for the token
        world.run(exchange.run(CALL, body))
    assert 3.9 <= world.now - began <= 5.0


def test_no_more_than_allowed_in_any_second() -> None:
    pace, now = Pace(5), 0.0
    granted: list[float] = []
    while len(granted) < 40:
        wait = pace.take(now)
        if not wait:
            granted.append(now)
        now += wait
    assert all(granted[i + 5] - granted[i] >= 0.999 for i in range(len(granted) - 5))


def test_secrets_do_not_show() -> None:
    call = CALL.with_header("Authorization", "Bearer abc")
    assert "abc" not in repr(call)
    assert "abc" not in repr(Token("abc", 1.0))


class Ways(Tokens):
    """Has ``refused`` ways of signing in that are refused, and then one that is not."""

    def __init__(self, refused: int) -> None:
        super().__init__()
        self.refused, self.asked = refused, 0

    def token_call(self) -> Call:
        self.asked += 1
        return super().token_call()

    def read_token(self, reply: Reply) -> Token:
        if reply.is_success and self.asked <= self.refused:
            raise AnotherWayError("not this one")
        return super().read_token(reply)


def test_each_way_of_signing_in_is_tried_until_one_is_accepted() -> None:
    world, flow = World(), Ways(refused=2)
    assert world.run(world.exchange(flow).run(CALL, body)) == b"fine"
    assert (flow.asked, world.slept) == (3, [])


def test_each_try_to_sign_in_makes_a_call_of_its_own() -> None:
    world, flow = World(token_reply=Reply(status=503)), Ways(refused=0)
    with pytest.raises(KwartierError, match="no token"):
        world.run(world.exchange(flow).run(CALL, body))
    assert flow.asked == 4
