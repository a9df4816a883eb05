"""How operations on spans become methods of the two clients, each showing its own parameters."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from functools import wraps
from itertools import islice
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import pyarrow as pa

from kwartier.fluvius.answers import Answers, OncePerSlice, or_no_mandate
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.decode import DecodedEnergy, read_energy
from kwartier.fluvius.energy_response import AnyEnergyResponse
from kwartier.fluvius.replies import EnergyReply
from kwartier.measurements.joined import one_table
from kwartier.transport import Operation
from kwartier.transport.methods import Awaiting, Blocking, shown

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=AnyEnergyResponse)
Several = Callable[Concatenate[Operations[R], P], list[Operation[T]]]

AT_ONCE: Final = 4
"""How many windows of one span the async client asks for at the same time."""


def iterated(
    build: Several[R, P, R],
) -> Callable[Concatenate[Blocking[Operations[R]], P], Iterator[R]]:
    """The windows of a span, each asked for when it is its turn."""

    @wraps(build)
    def method(self: Blocking[Operations[R]], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        operations = build(self._operations, *args, **kwargs)
        return map(OncePerSlice().of, _in_turn(self, operations))

    return shown(method, Iterator[AnyEnergyResponse])


def async_iterated(
    build: Several[R, P, R],
) -> Callable[Concatenate[Awaiting[Operations[R]], P], AsyncGenerator[R, None]]:
    """The windows of a span, a few of them asked for ahead."""

    @wraps(build)
    def method(
        self: Awaiting[Operations[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        operations = build(self._operations, *args, **kwargs)
        return _unrepeated(_a_few_ahead(self, operations))

    return shown(method, AsyncGenerator[AnyEnergyResponse, None])


def tabled(
    build: Several[R, P, EnergyReply],
) -> Callable[Concatenate[Blocking[Operations[R]], P], pa.Table]:
    """The windows of a span as one table."""

    @wraps(build)
    def method(self: Blocking[Operations[R]], /, *args: P.args, **kwargs: P.kwargs) -> pa.Table:
        operations = build(self._operations, *args, **kwargs)
        return one_table(
            [_decoded(reply) for reply in _in_turn(self, operations)], whose="Fluvius'"
        )

    return shown(method, pa.Table)


def async_tabled(
    build: Several[R, P, EnergyReply],
) -> Callable[Concatenate[Awaiting[Operations[R]], P], Coroutine[Any, Any, pa.Table]]:
    """The same, awaited."""

    @wraps(build)
    async def method(
        self: Awaiting[Operations[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> pa.Table:
        operations = build(self._operations, *args, **kwargs)
        async with aclosing(_a_few_ahead(self, operations)) as replies:
            return one_table([_decoded(reply) async for reply in replies], whose="Fluvius'")

    return shown(method, pa.Table)


def _in_turn(client: Blocking[Operations[R]], operations: Sequence[Operation[T]]) -> Iterator[T]:
    answers = Answers()
    for operation in map(or_no_mandate, operations):
        answer = answers.accept(client._run(operation))
        if answer is not None:
            yield answer
    answers.finish()


async def _a_few_ahead(
    client: Awaiting[Operations[R]], operations: Sequence[Operation[T]]
) -> AsyncGenerator[T, None]:
    answers = Answers()
    waiting = (client._run(operation) for operation in map(or_no_mandate, operations))
    asked = deque(map(asyncio.ensure_future, islice(waiting, AT_ONCE)))
    try:
        while asked:
            answer = answers.accept(await asked[0])
            asked.popleft()
            asked.extend(map(asyncio.ensure_future, islice(waiting, 1)))
            if answer is not None:
                yield answer
        answers.finish()
    finally:
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def _unrepeated(
    responses: AsyncGenerator[R, None],
) -> AsyncGenerator[R, None]:
    once = OncePerSlice()
    async with aclosing(responses):
        async for response in responses:
            yield once.of(response)


def _decoded(reply: EnergyReply) -> DecodedEnergy:
    return read_energy(reply.body, fetched_at=reply.fetched_at, metering_point=reply.metering_point)
