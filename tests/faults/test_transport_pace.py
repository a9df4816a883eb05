"""Pace, pauses and tokens of both drivers, over real HTTP, on a clock that only sleeping moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from kwartier.transport import (
    AsyncDriver,
    Call,
    Exchange,
    Pace,
    Reply,
    RetryPolicy,
    SyncDriver,
    Token,
)
from kwartier.transport.protocol import Steps


@dataclass
class Service:
    """Answers the script's lines in turn, then 200; tokens always."""

    url: str = ""
    script: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tokens: int = 0

    def answer(self, path: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/token":
            self.tokens += 1
            return 200, {}, f"T{self.tokens}".encode()
        self.calls.append(authorization.removeprefix("Bearer "))
        status, headers = self.script.pop(0) if self.script else (200, {})
        return status, headers, b"fine"


@pytest.fixture
def service() -> Iterator[Service]:
    served = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            told = self.headers.get("Authorization", "")
            status, headers, body = served.answer(self.path, told)
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing: stderr is the tests'."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class SteadyClock:
    """Stands still until somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@dataclass
class Flow:
    """Tokens that are good for ``life`` seconds."""

    url: str
    life: float = 3600.0

    def token_call(self) -> Call:
        return Call(method="POST", url=f"{self.url}/token")

    def read_token(self, reply: Reply) -> Token:
        return Token(reply.body.decode(), self.life)


Run = Callable[[Iterable[Steps[Any]], SteadyClock], list[Any]]


def run_blocking(all_steps: Iterable[Steps[Any]], clock: SteadyClock) -> list[Any]:
    driver = SyncDriver(timeout=10, sleep=clock.sleep)
    try:
        return [driver.run(steps) for steps in all_steps]
    finally:
        driver.close()


def run_async(all_steps: Iterable[Steps[Any]], clock: SteadyClock) -> list[Any]:
    async def run() -> list[Any]:
        driver = AsyncDriver(timeout=10, sleep=clock.sleep_async)
        try:
            return [await driver.run(steps) for steps in all_steps]
        finally:
            await driver.aclose()

    return asyncio.run(run())


@pytest.fixture(params=[run_blocking, run_async], ids=["blocking", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


def exchange(service: Service, clock: SteadyClock, *, per_second: int = 1000) -> Exchange:
    return Exchange(
        flow=Flow(service.url),
        policy=RetryPolicy(attempts=4, dice=lambda: 1.0),
        pace=Pace(per_second),
        now=lambda: clock.now,
    )


def calls(service: Service, chosen: Exchange, count: int, **more: Any) -> list[Steps[Any]]:
    call = Call(method="POST", url=f"{service.url}/api", **more)
    return [chosen.run(call, lambda reply: reply.status) for _ in range(count)]


def test_no_more_requests_a_second_than_allowed(service: Service, run: Run) -> None:
    clock = SteadyClock()
    statuses = run(calls(service, exchange(service, clock, per_second=5), 24), clock)
    assert statuses == [200] * 24
    assert service.tokens == 1, "it counts as a request, too: 25 in five seconds"
    assert 3.9 <= clock.now - 1000.0 <= 5.0
    assert all(0 < seconds <= 1.001 for seconds in clock.slept)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("is_idempotent", [True, False])
def test_a_retry_after_is_obeyed_to_the_second(
    service: Service, run: Run, status: int, is_idempotent: bool
) -> None:
    clock = SteadyClock()
    service.script = [
        (status, {"Retry-After": "7"}),
        (status, {"Retry-After": "Fri, 20 Nov 2026 12:00:11 GMT",
                  "Date": "Fri, 20 Nov 2026 12:00:00 GMT"}),
    ]  # fmt: skip
    chosen = exchange(service, clock)
    assert run(calls(service, chosen, 1, is_idempotent=is_idempotent), clock) == [200]
    assert clock.slept == [7.0, 11.0]
    assert len(service.calls) == 3


def test_a_token_is_renewed_before_it_expires(service: Service, run: Run) -> None:
    clock = SteadyClock()
    chosen = exchange(service, clock)

    def spread() -> Iterator[Steps[Any]]:
        for later in (0.0, 3200.0, 99.0, 2.0):
            clock.now += later
            yield calls(service, chosen, 1)[0]

    assert run(spread(), clock) == [200] * 4
    assert service.calls == ["T1", "T1", "T1", "T2"]


def test_a_refused_token_is_renewed_once_and_no_more(service: Service, run: Run) -> None:
    clock = SteadyClock()
    service.script = [(401, {}), (200, {}), (401, {}), (401, {})]
    assert run(calls(service, exchange(service, clock), 2), clock) == [200, 401]
    assert service.calls == ["T1", "T2", "T2", "T3"]
    assert clock.slept == []
