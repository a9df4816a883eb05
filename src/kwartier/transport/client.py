"""What the clients of all providers share: one line of tokens and pace, driven in two ways."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Generic, Self, TypedDict, TypeVar

from kwartier.errors import KwartierError
from kwartier.transport.drivers import AsyncDriver, SyncDriver
from kwartier.transport.errors import TransportError
from kwartier.transport.operation import Doable
from kwartier.transport.pace import Pace
from kwartier.transport.protocol import Exchange, Steps, Token, TokenFlow
from kwartier.transport.retry import RetryPolicy
from kwartier.vocabulary.arguments import check_amount

T = TypeVar("T")
D = TypeVar("D", SyncDriver, AsyncDriver)

DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_REQUESTS_PER_SECOND: Final = 50


class ClientOptions(TypedDict, total=False):
    """The arguments that say nothing of which service is meant."""

    clock: Callable[[], datetime]
    timeout: float
    requests_per_second: int
    retry: RetryPolicy | None


class Client(ABC, Generic[D]):
    """Carries out a provider's operations; says its name when there is no reply."""

    _driver_type: type[D]

    def _connect(
        self,
        flow: TokenFlow | Token,
        *,
        timeout: float,
        requests_per_second: int,
        retry: RetryPolicy | None,
        roots: Sequence[bytes],
    ) -> None:
        """Get ready; nothing is sent yet."""
        check_amount(timeout, "timeout", "seconds")
        check_amount(requests_per_second, "requests_per_second", "whole requests")
        self._exchange = Exchange(
            flow=flow,
            policy=retry or RetryPolicy(),
            pace=Pace(requests_per_second),
            now=time.monotonic,
        )
        self._driver: D = self._driver_type(timeout=timeout, roots=roots)

    @abstractmethod
    def _no_reply(self, error: TransportError) -> KwartierError:
        """What ``error`` is called by this provider's client."""

    def _steps(self, operation: Doable[T]) -> Steps[T]:
        try:
            return (yield from operation.steps(self._exchange))
        except TransportError as error:
            raise self._no_reply(error) from error


class BlockingClient(Client[SyncDriver]):
    """Returns results; may be used from several threads."""

    _driver_type = SyncDriver

    def _run(self, operation: Doable[T]) -> T:
        return self._driver.run(self._steps(operation))

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AwaitingClient(Client[AsyncDriver]):
    """The same for one event loop, awaited."""

    _driver_type = AsyncDriver

    async def _run(self, operation: Doable[T]) -> T:
        return await self._driver.run(self._steps(operation))

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
