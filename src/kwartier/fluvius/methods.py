"""How operations become the methods of the two clients, each showing its own parameters."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from functools import wraps
from itertools import islice
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, get_args

import pyarrow as pa

from kwartier.fluvius.answers import Answers, OncePerSlice, or_no_mandate
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.decode import DecodedEnergy, read_energy
from kwartier.fluvius.energy_response import AnyEnergyResponse
from kwartier.fluvius.energy_table import one_table
from kwartier.fluvius.operation import Operation
from kwartier.fluvius.replies import EnergyReply

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=AnyEnergyResponse)
M = TypeVar("M", bound=Callable[..., Any])
Single = Callable[Concatenate[Operations[R], P], Operation[T]]
Several = Callable[Concatenate[Operations[R], P], list[Operation[T]]]

AT_ONCE: Final = 4
"""How many windows of one span the async client asks for at the same time."""


class Blocking(Protocol[R]):
    """A client that carries out an operation and returns its result."""

    @property
    def _operations(self) -> Operations[R]: ...

    def _run(self, operation: Operation[T]) -> T: ...


class Awaiting(Protocol[R]):
    """The same, awaited."""

    @property
    def _operations(self) -> Operations[R]: ...

    async def _run(self, operation: Operation[T]) -> T: ...


def blocking(build: Single[R, P, T]) -> Callable[Concatenate[Blocking[R], P], T]:
    """The operation as a method that returns its result."""

    @wraps(build)
    def method(self: Blocking[R], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(build(self._operations, *args, **kwargs))

    return _shown(method, _result_of(build))


def awaited(
    build: Single[R, P, T],
) -> Callable[Concatenate[Awaiting[R], P], Coroutine[Any, Any, T]]:
    """The operation as a coroutine."""

    @wraps(build)
    async def method(self: Awaiting[R], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(build(self._operations, *args, **kwargs))

    return _shown(method, _result_of(build))


def iterated(
    build: Several[R, P, R],
) -> Callable[Concatenate[Blocking[R], P], Iterator[R]]:
    """The windows of a span, each asked for when it is its turn."""

    @wraps(build)
    def method(self: Blocking[R], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        operations = build(self._operations, *args, **kwargs)
        return map(OncePerSlice().of, _in_turn(self, operations))

    return _shown(method, Iterator[AnyEnergyResponse])


def async_iterated(
    build: Several[R, P, R],
) -> Callable[Concatenate[Awaiting[R], P], AsyncGenerator[R, None]]:
    """The windows of a span, a few of them asked for ahead."""

    @wraps(build)
    def method(self: Awaiting[R], /, *args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[R, None]:
        operations = build(self._operations, *args, **kwargs)
        return _unrepeated(_a_few_ahead(self, operations))

    return _shown(method, AsyncGenerator[AnyEnergyResponse, None])


def tabled(
    build: Several[R, P, EnergyReply],
) -> Callable[Concatenate[Blocking[R], P], pa.Table]:
    """The windows of a span as one table."""

    @wraps(build)
    def method(self: Blocking[R], /, *args: P.args, **kwargs: P.kwargs) -> pa.Table:
        operations = build(self._operations, *args, **kwargs)
        return one_table([_decoded(reply) for reply in _in_turn(self, operations)])

    return _shown(method, pa.Table)


def async_tabled(
    build: Several[R, P, EnergyReply],
) -> Callable[Concatenate[Awaiting[R], P], Coroutine[Any, Any, pa.Table]]:
    """The same, awaited."""

    @wraps(build)
    async def method(self: Awaiting[R], /, *args: P.args, **kwargs: P.kwargs) -> pa.Table:
        operations = build(self._operations, *args, **kwargs)
        async with aclosing(_a_few_ahead(self, operations)) as replies:
            return one_table([_decoded(reply) async for reply in replies])

    return _shown(method, pa.Table)


def _in_turn(client: Blocking[R], operations: Sequence[Operation[T]]) -> Iterator[T]:
    answers = Answers()
    for operation in operations:
        answer = answers.accept(client._run(or_no_mandate(operation)))
        if answer is not None:
            yield answer
    answers.finish()


async def _a_few_ahead(
    client: Awaiting[R], operations: Sequence[Operation[T]]
) -> AsyncGenerator[T, None]:
    answers = Answers()
    waiting = (client._run(or_no_mandate(operation)) for operation in operations)
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


def _result_of(build: Callable[..., Any]) -> Any:
    """The ``T`` of the ``Operation[T]`` that ``build`` returns; either version's energy response
    for what hangs on the version.
    """
    told = get_args(inspect.signature(build, eval_str=True).return_annotation)[0]
    return AnyEnergyResponse if isinstance(told, TypeVar) else told


def _shown(method: M, returns: Any) -> M:
    """Let ``help`` and editors see what the method returns, not what it is built from."""
    shown = inspect.signature(method, eval_str=True).replace(return_annotation=returns)
    method.__dict__["__signature__"] = shown
    method.__annotations__ = {**method.__annotations__, "return": returns}
    return method
