"""How operations become the methods of a client, each showing its own parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, get_args

from kwartier.transport.operation import Doable

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=Callable[..., Any])
O = TypeVar("O")  # noqa: E741 - the operations of one provider
O_co = TypeVar("O_co", covariant=True)


class Blocking(Protocol[O_co]):
    """A client that carries out an operation and returns its result."""

    @property
    def _operations(self) -> O_co: ...

    def _run(self, operation: Doable[T]) -> T: ...


class Awaiting(Protocol[O_co]):
    """The same, awaited."""

    @property
    def _operations(self) -> O_co: ...

    async def _run(self, operation: Doable[T]) -> T: ...


def blocking(
    build: Callable[Concatenate[O, P], Doable[T]],
) -> Callable[Concatenate[Blocking[O], P], T]:
    """The operation as a method that returns its result."""

    @wraps(build)
    def method(self: Blocking[O], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(build(self._operations, *args, **kwargs))

    return shown(method, _result_of(build))


def awaited(
    build: Callable[Concatenate[O, P], Doable[T]],
) -> Callable[Concatenate[Awaiting[O], P], Coroutine[Any, Any, T]]:
    """The operation as a coroutine."""

    @wraps(build)
    async def method(self: Awaiting[O], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(build(self._operations, *args, **kwargs))

    return shown(method, _result_of(build))


def shown(method: M, returns: Any) -> M:
    """Let ``help`` and editors see what the method returns, not what it is built from."""
    signature = inspect.signature(method, eval_str=True).replace(return_annotation=returns)
    method.__dict__["__signature__"] = signature
    method.__annotations__ = {**method.__annotations__, "return": returns}
    return method


def _result_of(build: Callable[..., Any]) -> Any:
    """The ``T`` of the ``Operation[T]`` that ``build`` returns; what a variable stands for."""
    told = get_args(inspect.signature(build, eval_str=True).return_annotation)[0]
    return told.__bound__ if isinstance(told, TypeVar) else told
