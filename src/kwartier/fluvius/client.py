"""The two clients: what they do is written in calls.py, how in kwartier.transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, Final, Generic, ParamSpec, Self, TypeVar

from kwartier.errors import ConfigurationError
from kwartier.fluvius.calls import Operation, Operations
from kwartier.fluvius.checks import check_amount
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import Endpoints, Environment
from kwartier.fluvius.errors import FluviusAPIError, NoReplyError
from kwartier.transport import (
    AsyncDriver,
    Exchange,
    Pace,
    RetryPolicy,
    SyncDriver,
    TransportError,
)
from kwartier.transport.protocol import Steps
from kwartier.wire import fluvius_v3 as wire

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D", SyncDriver, AsyncDriver)

DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_REQUESTS_PER_SECOND: Final = 50


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class _Client(Generic[D]):
    """What both clients share: credentials, addresses, rules, and one line of tokens and pace."""

    _driver_type: type[D]

    def __init__(
        self,
        credentials: FluviusCredentials | None = None,
        environment: Environment | str = Environment.PRODUCTION,
        *,
        clock: Callable[[], datetime] = _wall_clock,
        timeout: float = DEFAULT_TIMEOUT,
        requests_per_second: int = DEFAULT_REQUESTS_PER_SECOND,
        retry: RetryPolicy | None = None,
    ) -> None:
        environment = _environment(environment)
        check_amount(timeout, "timeout", "seconds")
        check_amount(requests_per_second, "requests_per_second", "whole requests")
        credentials = credentials or FluviusCredentials.from_env(environment.prefix)
        self.environment = environment
        self.endpoints = Endpoints.of(environment, tenant_id=credentials.tenant_id)
        self._operations = Operations(
            base_url=self.endpoints.base_url,
            subscription_key=credentials.subscription_key,
            clock=clock,
            contract_number=credentials.data_access_contract_number,
        )
        self._exchange = Exchange(
            flow=token_flow(credentials, self.endpoints.token_url),
            policy=retry or RetryPolicy(),
            pace=Pace(requests_per_second),
            now=time.monotonic,
        )
        self._driver: D = self._driver_type(timeout=timeout)

    def consent_url(self, response: wire.ClientSessionResponse) -> str:
        """Where to send the customer, for 24 hours, to grant what the session asks for."""
        identifier = response.data.short_url_identifier
        if not identifier:
            raise FluviusAPIError(
                f"Fluvius made no short URL (status {response.data.status!r}); check the data "
                "access contract number and what the contract allows"
            )
        return f"{self.endpoints.portal_url}?id={identifier}"

    def _steps(self, operation: Operation[T]) -> Steps[T]:
        try:
            return (yield from self._exchange.run(operation.call, operation.read))
        except TransportError as error:
            raise NoReplyError(f"Fluvius gave no usable reply: {error}") from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.environment.value}, {self.endpoints.base_url})"


def _environment(name: Environment | str) -> Environment:
    try:
        return Environment(name)
    except ValueError as error:
        known = ", ".join(Environment)
        raise ConfigurationError(f"environment: must be one of {known}, not {name!r}") from error


def _blocking(
    build: Callable[Concatenate[Operations, P], Operation[T]],
) -> Callable[Concatenate[FluviusEnergyClient, P], T]:
    @wraps(build)
    def method(self: FluviusEnergyClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._driver.run(self._steps(build(self._operations, *args, **kwargs)))

    return method


def _awaited(
    build: Callable[Concatenate[Operations, P], Operation[T]],
) -> Callable[Concatenate[AsyncFluviusEnergyClient, P], Coroutine[Any, Any, T]]:
    @wraps(build)
    async def method(self: AsyncFluviusEnergyClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._driver.run(self._steps(build(self._operations, *args, **kwargs)))

    return method


class FluviusEnergyClient(_Client[SyncDriver]):
    """A blocking client of the Fluvius ESCO API v3; may be used from several threads.

    ``credentials`` default to those in the environment variables (see
    :meth:`FluviusCredentials.from_env`), ``clock`` to the wall clock. ``timeout`` is seconds for
    one whole reply. A failed request is repeated, within ``retry``, where that is harmless.

    Errors: :class:`~kwartier.errors.InputError` before anything is sent, a
    :class:`FluviusAPIError` afterwards.
    """

    _driver_type = SyncDriver

    create_client_session = _blocking(Operations.create_client_session)
    get_mandates = _blocking(Operations.get_mandates)
    list_mandates = _blocking(Operations.list_mandates)
    get_energy = _blocking(Operations.get_energy)
    fetch_energy = _blocking(Operations.fetch_energy)
    create_mock_mandate = _blocking(Operations.create_mock_mandate)

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncFluviusEnergyClient(_Client[AsyncDriver]):
    """The same for one event loop (asyncio's own or uvloop): every call is awaited."""

    _driver_type = AsyncDriver

    create_client_session = _awaited(Operations.create_client_session)
    get_mandates = _awaited(Operations.get_mandates)
    list_mandates = _awaited(Operations.list_mandates)
    get_energy = _awaited(Operations.get_energy)
    fetch_energy = _awaited(Operations.fetch_energy)
    create_mock_mandate = _awaited(Operations.create_mock_mandate)

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
