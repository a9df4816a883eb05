"""ASGI middleware that lets calls go wrong."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kwartier.emulator.faults.fault import FaultName
from kwartier.emulator.faults.refusals import refusal
from kwartier.emulator.faults.reset import connection_with, reset
from kwartier.emulator.faults.schedule import Due
from kwartier.emulator.faults.slices import with_duplicate_slices
from kwartier.emulator.world import World

PIECES: Final = 10
"""In how many pieces a slow body comes."""
_CONTROL: Final = "/_emulator"

_log = logging.getLogger(__name__)


class FaultyReplies:
    """Stands before the application; the emulator's own endpoints are never touched.

    Expects paths in lower case.
    """

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        due = self._drawn(scope)
        if due is None:
            await self._app(scope, receive, send)
        elif due.fault.name.is_status:
            world = self._world
            reply = refusal(due.fault, scope["path"], world.now(), world.error_casing)
            due.carried_out()
            await reply(scope, receive, send)
        else:
            held = _Held()
            await self._app(scope, receive, held.keep)
            await _deliver(due, held, scope, receive, send)

    def _drawn(self, scope: Scope) -> Due | None:
        if scope["type"] != "http" or _is_control(scope["path"]):
            return None
        return self._world.faults.draw(scope["path"])


def _is_control(path: str) -> bool:
    return path == _CONTROL or path.startswith(f"{_CONTROL}/")


class _Held:
    """A reply kept back until it is whole."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def keep(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def replace_body(self, body: bytes) -> None:
        headers = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        self.start, self.body = {**self.start, "headers": [*headers, length]}, body


async def _deliver(due: Due, held: _Held, scope: Scope, receive: Receive, send: Send) -> None:
    match due.fault.name:
        case FaultName.SLOW_FIRST_BYTE:
            due.carried_out()
            if not await _gone_within(due.fault.seconds, receive):
                await _send(held, send)
        case FaultName.SLOW_BODY:
            due.carried_out()
            await _send_slowly(held, due.fault.seconds, receive, send)
        case FaultName.TRUNCATED_BODY:
            due.carried_out()
            await send(held.start)
            await send(_body(held.body[: len(held.body) // 2], more=True))
            await send(_body(b""))  # the server finds the promised length unmet, and breaks off
        case FaultName.RESET:
            await _reset(due, held, scope, receive, send)
        case _:
            await _send_twice_told(due, held, send)


async def _send(held: _Held, send: Send) -> None:
    await send(held.start)
    await send(_body(held.body))


async def _send_slowly(held: _Held, seconds: float, receive: Receive, send: Send) -> None:
    size = max(1, -(-len(held.body) // PIECES))
    await send(held.start)
    for start in range(0, len(held.body), size):
        await send(_body(held.body[start : start + size], more=True))
        if await _gone_within(seconds / PIECES, receive):
            return
    await send(_body(b""))


async def _reset(due: Due, held: _Held, scope: Scope, receive: Receive, send: Send) -> None:
    connection = connection_with(scope.get("client"))
    if connection is None:
        _log.error("the connection cannot be reset here; the reply is sent as it is")
        await _send(held, send)
        return
    due.carried_out()
    reset(connection)
    await _gone(receive)


async def _send_twice_told(due: Due, held: _Held, send: Send) -> None:
    repeated = with_duplicate_slices(held.body)
    if repeated is not None:
        due.carried_out()
        held.replace_body(repeated)
    await _send(held, send)


def _body(content: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _gone_within(seconds: float, receive: Receive) -> bool:
    """Wait so long, or until the client has left: whether it has."""
    try:
        await asyncio.wait_for(_gone(receive), seconds)
    except TimeoutError:
        return False
    return True


async def _gone(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
