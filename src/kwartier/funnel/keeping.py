"""Keeping a board fresh in the background, for as long as somebody may ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kwartier.errors import KwartierError
from kwartier.funnel.board import Board

_log = logging.getLogger("kwartier.funnel")


@asynccontextmanager
async def kept_fresh(board: Board) -> AsyncIterator[None]:
    """Rebuild ``board`` in a thread whenever store or office changed, until the block ends. A
    store that is busy, or not there yet, is looked at again later.
    """
    task = asyncio.create_task(_keep(board))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep(board: Board) -> None:
    while True:
        try:
            if await asyncio.to_thread(board.is_stale):
                await asyncio.to_thread(board.refresh)
        except KwartierError as error:
            _log.warning("the list of customers is as it was, for now: %s", error)
        except Exception:  # noqa: BLE001 - a defect must not keep the list as it is for ever
            _log.exception("the list of customers is as it was, for now")
        await asyncio.sleep(board.pause.total_seconds())
