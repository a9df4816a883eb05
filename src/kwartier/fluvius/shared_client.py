"""What both clients of Fluvius share; what they do is written in calls.py, how in transport."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from kwartier.errors import ConfigurationError
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.dialect import DIALECTS
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import ApiVersion, Endpoints, Environment
from kwartier.fluvius.errors import FluviusAPIError, NoReplyError
from kwartier.settings import configured_clock
from kwartier.transport import RetryPolicy, TransportError, trusted_roots
from kwartier.transport.client import DEFAULT_REQUESTS_PER_SECOND, DEFAULT_TIMEOUT, Client, D
from kwartier.wire import fluvius_v3 as wire

W = TypeVar("W", bound=StrEnum)


class FluviusClient(Client[D], Generic[D, R]):
    """Credentials, addresses and rules."""

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
        self._connect(
            token_flow(credentials, self.endpoints.token_url),
            timeout=timeout,
            requests_per_second=requests_per_second,
            retry=retry,
            roots=trusted_roots("FLUVIUS_CA_FILE"),
        )

    def consent_url(self, response: wire.ClientSessionResponse) -> str:
        """Where to send the customer, for 24 hours, to grant what the session asks for."""
        identifier = response.data.short_url_identifier
        if not identifier:
            raise FluviusAPIError(
                f"Fluvius made no short URL (status {response.data.status!r}); check the data "
                "access contract number and what the contract allows"
            )
        return f"{self.endpoints.portal_url}?id={identifier}"

    def _no_reply(self, error: TransportError) -> NoReplyError:
        return NoReplyError(f"Fluvius gave no usable reply: {error}")

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
