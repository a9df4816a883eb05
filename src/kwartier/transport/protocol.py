"""The whole exchange without I/O: tokens, pace, retries.

:meth:`Exchange.run` is a generator. It yields what is to be done (:class:`Send`, :class:`Sleep`,
:class:`Alone`) and is sent the result, or has the :class:`TransportError` thrown in. A driver
does these things, blocking or asynchronously; all decisions stay here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from kwartier.errors import KwartierError
from kwartier.transport.call import Call, Reply
from kwartier.transport.errors import TransportError
from kwartier.transport.pace import Pace
from kwartier.transport.retry import RetryPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send the call; answer with its :class:`Reply`."""

    call: Call


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """Carry out ``steps`` while no other exchange of this client carries out its own."""

    steps: Steps[None]


Action = Send | Sleep | Alone
Steps = Generator[Action, Any, T]


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and for how many seconds from now it is good."""

    value: str = field(repr=False)
    expires_in: float


class AnotherWayError(KwartierError):
    """This way of signing in was refused, and the flow's next ``token_call`` takes another."""


class TokenFlow(Protocol):
    """How to come by a token.

    Each try asks for a ``token_call`` of its own. ``read_token`` raises what a refusal means, or
    :class:`AnotherWayError` as long as there is another way to try.
    """

    def token_call(self) -> Call: ...
    def read_token(self, reply: Reply) -> Token: ...


class Exchange:
    """Everything that the exchanges of one client share.

    A token is renewed ``margin`` seconds before it expires (at most a tenth of its life), and
    once when a call is answered 401. A ready-made token as ``flow`` is not: it serves as long as it
    does. ``now`` is a steady clock in seconds.
    """

    def __init__(
        self,
        *,
        flow: TokenFlow | Token,
        policy: RetryPolicy,
        pace: Pace,
        now: Callable[[], float],
        margin: float = 300.0,
    ) -> None:
        self._flow = flow
        self._policy = policy
        self._pace = pace
        self._now = now
        self._margin = margin
        self._token: Token | None = None
        self._good_until = 0.0

    def run(self, call: Call, read: Callable[[Reply], T]) -> Steps[T]:
        """Send ``call`` with a token and return what ``read`` makes of the final reply.

        ``read`` raises :class:`BrokenReplyError` for a body that cannot be read, which is then
        asked for again if the call allows it, and its own errors for refusals.
        """
        flow = self._flow
        if isinstance(flow, Token):
            return (yield from self._insist(partial(_authorised, call, flow), read))
        token = yield from self._good_token(flow)
        try:
            return (
                yield from self._insist(partial(_authorised, call, token), _unless_refused(read))
            )
        except _TokenRefusedError:
            self._forget(token)
        token = yield from self._good_token(flow)
        return (yield from self._insist(partial(_authorised, call, token), read))

    def _insist(self, build: Callable[[], Call], read: Callable[[Reply], T]) -> Steps[T]:
        began = self._now()
        attempt = 0
        while True:
            attempt += 1
            while wait := self._pace.take(self._now()):
                yield Sleep(wait)
            call = build()
            try:
                reply: Reply = yield Send(call)
                pause = self._pause(call, reply, attempt, began)
                if pause is None:
                    return read(reply)
            except TransportError as error:
                pause = self._pause(call, error, attempt, began)
                if pause is None:
                    raise
            yield Sleep(pause)

    def _pause(
        self, call: Call, outcome: Reply | TransportError, attempt: int, began: float
    ) -> float | None:
        return self._policy.pause(call, outcome, attempt=attempt, elapsed=self._now() - began)

    def _good_token(self, flow: TokenFlow) -> Steps[Token]:
        token = self._usable_token()
        while token is None:
            yield Alone(self._renew(flow))
            token = self._token  # however short its life: asking for another gains nothing
        return token

    def _usable_token(self) -> Token | None:
        return self._token if self._now() < self._good_until else None

    def _renew(self, flow: TokenFlow) -> Steps[None]:
        if self._usable_token() is not None:
            return
        asked_at = self._now()
        token = yield from self._sign_in(flow)
        margin = min(self._margin, token.expires_in / 10)
        self._token, self._good_until = token, asked_at + token.expires_in - margin

    def _sign_in(self, flow: TokenFlow) -> Steps[Token]:
        while True:
            try:
                return (yield from self._insist(flow.token_call, flow.read_token))
            except AnotherWayError:
                continue

    def _forget(self, token: Token) -> None:
        if self._token is token:
            self._token = None


class _TokenRefusedError(Exception):
    """The call was answered 401: the token is no longer good."""


def _unless_refused(read: Callable[[Reply], T]) -> Callable[[Reply], T]:
    def checked(reply: Reply) -> T:
        if reply.status == 401:
            raise _TokenRefusedError
        return read(reply)

    return checked


def _authorised(call: Call, token: Token) -> Call:
    return call.with_header("Authorization", f"Bearer {token.value}")
