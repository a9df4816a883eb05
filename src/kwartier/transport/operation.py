"""What a client is asked to do, as a value: one call, or several in a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kwartier.transport.call import Call, Reply
from kwartier.transport.protocol import Exchange, Steps

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Doable(Protocol[T_co]):
    """What can be carried out by an exchange."""

    def steps(self, exchange: Exchange) -> Steps[T_co]: ...


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """A call, and what its final reply means."""

    call: Call
    read: Callable[[Reply], T]

    def steps(self, exchange: Exchange) -> Steps[T]:
        return exchange.run(self.call, self.read)


@dataclass(frozen=True, slots=True)
class Conversation(Generic[T]):
    """Operations one after the other, each made of what the one before was answered."""

    hold: Callable[[Exchange], Steps[T]]

    def steps(self, exchange: Exchange) -> Steps[T]:
        return self.hold(exchange)
