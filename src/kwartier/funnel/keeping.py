"""Keeping a board fresh in the background, for as long as somebody may ask."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from kwartier.errors import KwartierError
from kwartier.funnel.board import Board
from kwartier.funnel.building import Workshop

_log = logging.getLogger("kwartier.funnel")


@asynccontextmanager
async def kept_fresh(board: Board) -> AsyncIterator[None]:
    """Rebuild ``board`` whenever store or office changed, until the block ends: in a thread, or,
    where there are many customers, in a process of its own. A store that is busy, or not there
    yet, is looked at again later.
    """
    workshop = Workshop()
    task = asyncio.create_task(_keep(board, workshop))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(workshop.stop)


async def _keep(board: Board, workshop: Workshop) -> None:
    while True:
        try:
            await asyncio.to_thread(_refresh, board, workshop)
        except KwartierError as error:
            _log.warning("the list of customers is as it was, for now: %s", error)
        except Exception:  # noqa: BLE001 - a defect must not keep the list as it is for ever
            _log.exception("the list of customers is as it was, for now")
        await asyncio.sleep(board.pause.total_seconds())


def _refresh(board: Board, workshop: Workshop) -> None:
    if board.is_stale():
        board.refresh(workshop.build if board.is_large else None)
