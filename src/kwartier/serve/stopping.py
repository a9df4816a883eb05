"""Work that a stop interrupts, after a moment in which it may end by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class StoppedError(Exception):
    """A stop was wanted while something was under way."""


async def unless_stopped(
    stop: asyncio.Event, work: Coroutine[Any, Any, T], *, patience: timedelta
) -> T:
    """The result of ``work``; once ``stop`` is set it has ``patience`` to end by itself.

    Raises :class:`StoppedError` if it did not; what it has handed to a thread is finished.
    """
    task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            await asyncio.wait({task}, timeout=patience.total_seconds())
    finally:
        task.cancel()  # does nothing to one that is done
        stopping.cancel()
        await asyncio.wait({task})
    if task.cancelled():
        raise StoppedError
    return task.result()


async def nap(stop: asyncio.Event, seconds: float, *, woken: asyncio.Event) -> None:
    """Wait for ``seconds``, or until ``stop`` or ``woken`` is set."""
    waiting = {asyncio.create_task(one.wait()) for one in (stop, woken)}
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
        await asyncio.wait(waiting)
