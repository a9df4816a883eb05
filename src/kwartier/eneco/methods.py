"""How a span's pages become one table in the two clients."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import pyarrow as pa

from kwartier.eneco.calls import Operations
from kwartier.eneco.decode import DecodedUsages
from kwartier.measurements.joined import one_table
from kwartier.transport import Conversation
from kwartier.transport.methods import Awaiting, Blocking, shown

P = ParamSpec("P")
Pages = Callable[Concatenate[Operations, P], Conversation[list[DecodedUsages]]]

_WHOSE = "Eneco's"


def tabled(build: Pages[P]) -> Callable[Concatenate[Blocking[Operations], P], pa.Table]:
    """The pages of a span as one table."""

    @wraps(build)
    def method(self: Blocking[Operations], /, *args: P.args, **kwargs: P.kwargs) -> pa.Table:
        return one_table(self._run(build(self._operations, *args, **kwargs)), whose=_WHOSE)

    return shown(method, pa.Table)


def async_tabled(
    build: Pages[P],
) -> Callable[Concatenate[Awaiting[Operations], P], Coroutine[Any, Any, pa.Table]]:
    """The same, awaited."""

    @wraps(build)
    async def method(self: Awaiting[Operations], /, *args: P.args, **kwargs: P.kwargs) -> pa.Table:
        return one_table(await self._run(build(self._operations, *args, **kwargs)), whose=_WHOSE)

    return shown(method, pa.Table)
