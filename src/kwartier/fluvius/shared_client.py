"""What both clients share; what they do is written in calls.py, how in kwartier.transport."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypedDict, TypeVar

from kwartier.errors import ConfigurationError
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.checks import check_amount
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.dialect import DIALECTS
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import ApiVersion, Endpoints, Environment, configured_clock
from kwartier.fluvius.errors import FluviusAPIError, NoReplyError
from kwartier.fluvius.operation import Operation
from kwartier.fluvius.trust import trusted_roots
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

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)
D = TypeVar("D", SyncDriver, AsyncDriver)

DEFAULT_TIMEOUT: Final = 60.0
DEFAULT_REQUESTS_PER_SECOND: Final = 50


class ClientOptions(TypedDict, total=False):
    """The arguments that say nothing of which service is meant; see FluviusEnergyClient."""

    clock: Callable[[], datetime]
    timeout: float
    requests_per_second: int
    retry: RetryPolicy | None


class Client(Generic[D, R]):
    """Credentials, addresses, rules, and one line of tokens and pace."""

    _driver_type: type[D]

    def __init__(
        self,
        credentials: FluviusCredentials | None = None,
        environment: Environment | str = Environment.PRODUCTION,
        *,
        clock: Callable[[], datetime] = configured_clock,
        timeout: float = DEFAULT_TIMEOUT,
        requests_per_second: int = DEFAULT_REQUESTS_PER_SECOND,
        retry: RetryPolicy | None = None,
        api_version: ApiVersion | str = ApiVersion.V3,
    ) -> None:
        version = _one_of(ApiVersion, api_version, "api_version")
        environment = _one_of(Environment, environment, "environment")
        check_amount(timeout, "timeout", "seconds")
        check_amount(requests_per_second, "requests_per_second", "whole requests")
        credentials = _credentials(credentials, environment)
        self.environment = environment
        self.endpoints = Endpoints.of(environment, tenant_id=credentials.tenant_id, version=version)
        self._operations: Operations[R] = Operations(
            base_url=self.endpoints.base_url,
            subscription_key=credentials.subscription_key,
            clock=clock,
            contract_number=credentials.data_access_contract_number,
            dialect=DIALECTS[version],
        )
        self._operations.now()  # a clock that is none is refused here, not halfway
        self._exchange = Exchange(
            flow=token_flow(credentials, self.endpoints.token_url),
            policy=retry or RetryPolicy(),
            pace=Pace(requests_per_second),
            now=time.monotonic,
        )
        self._driver: D = self._driver_type(timeout=timeout, roots=trusted_roots())

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


def _credentials(given: object, environment: Environment) -> FluviusCredentials:
    if given is None:
        return FluviusCredentials.from_env(environment.prefix)
    if not isinstance(given, FluviusCredentials):
        told = f"credentials: must be FluviusCredentials, not {type(given).__name__}"
        raise ConfigurationError(told)
    return given


def _one_of(vocabulary: type[W], name: str, field: str) -> W:
    try:
        return vocabulary(name)
    except ValueError as error:
        known = ", ".join(vocabulary)
        raise ConfigurationError(f"{field}: must be one of {known}, not {name!r}") from error
