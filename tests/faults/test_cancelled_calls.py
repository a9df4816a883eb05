"""A call that is cancelled ends, also at the instant at which its reply arrives."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kwartier.transport import Call, Reply
from kwartier.transport.drivers import AsyncDriver
from kwartier.transport.protocol import Send, Steps

TRIES = 300
SERVED_WITHIN = 0.003


class _Prompt(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(204)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def prompt_server() -> Iterator[str]:
    """The address of a server that answers at once."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Prompt) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _one(call: Call) -> Steps[Reply]:
    reply: Reply = yield Send(call)
    return reply


def test_no_cancellation_is_forgotten_because_a_reply_is_just_there(prompt_server: str) -> None:
    call = Call(method="GET", url=prompt_server)

    async def cancelled_in_flight(driver: AsyncDriver, seconds: float) -> bool | None:
        """Whether a task ended that was cancelled; None where it was done before."""
        task = asyncio.ensure_future(driver.run(_one(call)))
        await asyncio.sleep(0)  # it is sent
        time.sleep(seconds)  # the reply may arrive, but the loop has not seen it
        is_in_time = task.cancel()
        await asyncio.wait([task])
        return task.cancelled() if is_in_time else None

    async def all_tries() -> list[bool | None]:
        driver = AsyncDriver(timeout=10)
        try:
            await driver.run(_one(call))
            pauses = (SERVED_WITHIN * (number % 30) / 30 for number in range(TRIES))
            return [await cancelled_in_flight(driver, seconds) for seconds in pauses]
        finally:
            await driver.aclose()

    ended = asyncio.run(all_tries())
    assert False not in ended
    assert ended.count(True) > TRIES / 10  # on a slow machine most replies come first
