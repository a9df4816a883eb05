"""The two ways to carry out an exchange: blocking, and on an event loop (uvloop included)."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

from pyreqwest import exceptions as foreign
from pyreqwest.client import BaseClientBuilder, ClientBuilder, SyncClientBuilder
from pyreqwest.request import BaseRequestBuilder
from pyreqwest.response import BaseResponse

from kwartier import __version__
from kwartier.errors import KwartierError
from kwartier.transport.call import Call, Reply
from kwartier.transport.errors import (
    BrokenReplyError,
    ConnectFailedError,
    LostReplyError,
    ReplyTimeoutError,
    UnsendableError,
)
from kwartier.transport.protocol import Action, Alone, Send, Sleep, Steps

T = TypeVar("T")
C = TypeVar("C")
B = TypeVar("B", bound=BaseClientBuilder)
R = TypeVar("R", bound=BaseRequestBuilder)

CONNECT_TIMEOUT: Final = 10.0
_NEVER_CONNECTED: Final = "client error (Connect)"


class SyncDriver:
    """Blocking; may be used from several threads. ``timeout``: seconds for one whole reply.

    ``roots`` are authorities (DER) to trust besides those that the machine trusts.
    """

    def __init__(
        self,
        *,
        timeout: float,
        roots: Sequence[bytes] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        self._one_at_a_time = threading.Lock()
        self._clients = _Clients(
            lambda direct: _builder(SyncClientBuilder, timeout, roots, direct).build()
        )

    def run(self, steps: Steps[T]) -> T:
        """Carry out ``steps`` to their end and return their result."""
        try:
            action = next(steps)
            while True:
                try:
                    result = self._carry_out(action)
                except KwartierError as error:
                    action = steps.throw(error)
                else:
                    action = steps.send(result)
        except StopIteration as end:
            returned: T = end.value
            return returned

    def _carry_out(self, action: Action) -> Reply | None:
        match action:
            case Send(call):
                return self._send(call)
            case Sleep(seconds):
                self._sleep(seconds)
            case Alone(steps):
                with self._one_at_a_time:
                    self.run(steps)
        return None

    def _send(self, call: Call) -> Reply:
        with _ours_for_foreign_errors(call):
            client = self._clients.for_url(call.url)
            response = _filled(client.request(call.method, call.url), call).build().send()
            return _reply(response, bytes(response.bytes()))

    def close(self) -> None:
        for client in self._clients.close():
            client.close()


class AsyncDriver:
    """On the running event loop, one loop only. ``timeout`` and ``roots`` as for the other."""

    def __init__(
        self,
        *,
        timeout: float,
        roots: Sequence[bytes] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._clients = _Clients(
            lambda direct: _builder(ClientBuilder, timeout, roots, direct).build()
        )

    async def run(self, steps: Steps[T]) -> T:
        """Carry out ``steps`` to their end and return their result."""
        try:
            action = next(steps)
            while True:
                try:
                    result = await self._carry_out(action)
                except KwartierError as error:
                    action = steps.throw(error)
                else:
                    action = steps.send(result)
        except StopIteration as end:
            returned: T = end.value
            return returned

    async def _carry_out(self, action: Action) -> Reply | None:
        match action:
            case Send(call):
                return await self._send(call)
            case Sleep(seconds):
                await self._sleep(seconds)
            case Alone(steps):
                async with self._one_at_a_time:
                    await self.run(steps)
        return None

    async def _send(self, call: Call) -> Reply:
        with _heeding_cancellation(), _ours_for_foreign_errors(call):
            client = self._clients.for_url(call.url)
            response = await _filled(client.request(call.method, call.url), call).build().send()
            return _reply(response, bytes(await response.bytes()))

    async def aclose(self) -> None:
        for client in self._clients.close():
            await client.close()


class _Clients(Generic[C]):
    """One client that heeds the machine's proxy settings and one, for this machine, that does
    not; each made when first needed.
    """

    def __init__(self, make: Callable[[bool], C]) -> None:
        self._make = make
        self._made: dict[bool, C] = {}
        self._making = threading.Lock()
        self._closed = False

    def for_url(self, url: str) -> C:
        direct = is_loopback(url)
        with self._making:
            if self._closed:
                raise UnsendableError("the client is closed; make a new one")
            if direct not in self._made:
                self._made[direct] = self._make(direct)
            return self._made[direct]

    def close(self) -> list[C]:
        """No more calls from now on; returns the clients to close."""
        with self._making:
            self._closed = True
            made, self._made = list(self._made.values()), {}
        return made


@lru_cache(maxsize=256)
def is_loopback(url: str) -> bool:
    """Whether the address is on this machine, where no proxy must come between."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _builder(builder: type[B], timeout: float, roots: Sequence[bytes], direct: bool) -> B:
    made = (
        builder()
        .user_agent(f"kwartier/{__version__}")
        .timeout(timedelta(seconds=timeout))
        .connect_timeout(timedelta(seconds=min(timeout, CONNECT_TIMEOUT)))
        .follow_redirects(False)
    )
    for root in roots:
        made = made.add_root_certificate_der(root)
    return made.no_proxy() if direct else made


def _filled(request: R, call: Call) -> R:
    if call.query:
        request = request.query(call.parameters)
    for name, value in call.headers.items():
        request = request.header(name, value, is_sensitive=True)
    return request if call.body is None else request.body_bytes(call.body)


def _reply(response: BaseResponse, body: bytes) -> Reply:
    try:
        headers = {name.lower(): value for name, value in response.headers.items()}
    except ValueError as error:
        raise BrokenReplyError("the reply's headers are damaged") from error
    return Reply(status=response.status, headers=headers, body=body)


@contextmanager
def _heeding_cancellation() -> Iterator[None]:
    """Let a task end that was cancelled: where the reply is just there, the HTTP library returns it
    and forgets the cancellation, and whoever waits for the task would wait forever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


@contextmanager
def _ours_for_foreign_errors(call: Call) -> Iterator[None]:
    """Turn the HTTP library's errors into ours.

    The library calls a read timeout a connect timeout and a connection lost after sending a
    connect error, so every timeout counts as sent, and so does what is no failed connection by
    its causes.
    """
    where = f"{call.method} {call.address}"
    try:
        yield
    except foreign.RequestTimeoutError as error:
        _causes(error, call)
        raise ReplyTimeoutError(f"{where}: no reply in time") from error
    except foreign.DecodeError as error:
        why = _causes(error, call)[-1]
        raise BrokenReplyError(f"{where}: the body is damaged ({why})") from error
    except (foreign.BuilderError, foreign.ClientClosedError, ValueError) as error:
        raise UnsendableError(
            f"{where}: cannot be sent; check the address, and the keys for stray characters"
        ) from error
    except foreign.PyreqwestError as error:
        causes = _causes(error, call)
        if _NEVER_CONNECTED in causes:
            raise ConnectFailedError(f"{where}: no connection ({causes[-1]})") from error
        raise LostReplyError(f"{where}: the connection broke ({causes[-1]})") from error


def _causes(error: foreign.PyreqwestError, call: Call) -> list[str]:
    """The causes, innermost last; from them and from ``error`` what messages may not show of the
    address, such as the query, which holds an EAN, is taken out.
    """
    path, shown = urlsplit(call.url).path, urlsplit(call.address).path

    def fit(message: str) -> str:
        fitting = message.partition("?")[0]
        return fitting.replace(path, shown) if path else fitting

    details = getattr(error, "details", None) or {}
    causes = [fit(cause["message"]) for cause in details.get("causes") or []]
    error.args = (fit(error.message), *causes)
    if isinstance(error, foreign.DetailedPyreqwestError):
        error.details = {"causes": [{"message": cause} for cause in causes]}
    return causes or [error.args[0]]
