"""The two clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from kwartier.eneco.calls import Operations
from kwartier.eneco.credentials import EnecoCredentials
from kwartier.eneco.environment import Endpoints, Environment
from kwartier.eneco.errors import NoReplyError
from kwartier.eneco.methods import async_tabled, tabled
from kwartier.errors import ConfigurationError
from kwartier.settings import configured_clock
from kwartier.transport import (
    AsyncDriver,
    RetryPolicy,
    SyncDriver,
    Token,
    TokenFlow,
    TransportError,
    trusted_roots,
)
from kwartier.transport.client import (
    DEFAULT_REQUESTS_PER_SECOND,
    DEFAULT_TIMEOUT,
    AwaitingClient,
    BlockingClient,
    Client,
    D,
)
from kwartier.transport.methods import awaited, blocking
from kwartier.vocabulary import arguments

_FOREVER: Final = float("inf")


class _EnecoClient(Client[D]):
    """Credentials, addresses and rules; what is done is written in calls.py."""

    def __init__(
        self,
        credentials: EnecoCredentials | None = None,
        environment: Environment | str = Environment.PRODUCTION,
        *,
        business_unit: str = "nl",
        label: str = "eneco",
        product_type: str = "heat",
        clock: Callable[[], datetime] = configured_clock,
        timeout: float = DEFAULT_TIMEOUT,
        requests_per_second: int = DEFAULT_REQUESTS_PER_SECOND,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.environment = _environment(environment)
        credentials = _credentials(credentials, self.environment)
        self.endpoints = Endpoints.of(self.environment)
        self.has_fiam = credentials.has_fiam
        self._client_id = credentials.client_id
        self._operations = Operations(
            base_url=self.endpoints.base_url,
            fiam_url=self.endpoints.fiam_url if credentials.has_fiam else None,
            api_key=credentials.api_key,
            environment=self.environment,
            business_unit=arguments.text(business_unit, "business_unit"),
            label=arguments.text(label, "label"),
            product_type=arguments.text(product_type, "product_type"),
            clock=clock,
        )
        self._operations.now()  # a clock that is none is refused here, not halfway
        self._connect(
            token_flow(credentials, self.endpoints, self.environment),
            timeout=timeout,
            requests_per_second=requests_per_second,
            retry=retry,
            roots=trusted_roots("ENECO_CA_FILE"),
        )

    def consent_url(self, return_url: str | None = None) -> str:
        """Where to send a customer to consent to us; ``return_url`` is where it may go after.

        Raises :class:`ConfigurationError` without our party identifier or the page's address, of
        which no public one is known, and :class:`~kwartier.errors.InputError` for a ``return_url``
        that is no address.
        """
        prefix = self.environment.fiam_prefix
        if not self._client_id:
            raise ConfigurationError(f"{prefix}_CLIENT_ID: not set; it is our party identifier")
        found = self.endpoints.consent_url(self._client_id, return_url)
        if found is None:
            raise ConfigurationError(
                f"{prefix}_PORTAL_URL: not set, and no public address of the page where customers "
                "consent is known; ask KPN, or let the customer sign in there itself"
            )
        return found

    def _no_reply(self, error: TransportError) -> NoReplyError:
        return NoReplyError(f"Eneco or KPN FIAM gave no usable reply: {error}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.environment.value}, {self.endpoints.base_url})"


class EnecoClient(_EnecoClient[SyncDriver], BlockingClient):
    """A blocking client of Eneco DataShare and KPN FIAM; may be used from several threads.

    ``credentials`` default to those in the environment variables (see
    :meth:`EnecoCredentials.from_env`). ``business_unit``, ``label`` and ``product_type`` are parts
    of the address; Eneco has only the ones that are given here. ``clock`` tells the time that
    dates are checked against before anything is sent: the emulator's, if ``KWARTIER_CLOCK`` is
    set, else the wall clock. ``timeout`` is seconds for one whole reply. A failed request is
    repeated, within ``retry``, where that is harmless, and no more than ``requests_per_second``
    are made, FIAM's included. One token from FIAM serves for both, and is renewed in time.

    Times may be a date, a date-time or ISO 8601 text; without a zone they are Amsterdam's, which
    is Brussels' wall time. Channels and units that Eneco added later are kept, and their
    ``is_known`` is False.

    Errors: :class:`ConfigurationError` for missing or malformed settings,
    :class:`~kwartier.errors.InputError` before anything is sent, an :class:`EnecoAPIError`
    afterwards, :class:`DecodeError` for a reply that is none.
    """

    get_usages = blocking(Operations.get_usages)
    fetch_usages = blocking(Operations.fetch_usages)
    usages_table = tabled(Operations.usages_table)
    get_metadata = blocking(Operations.get_metadata)
    list_contracts = blocking(Operations.list_contracts)
    get_contract = blocking(Operations.get_contract)
    list_consumers = blocking(Operations.list_consumers)
    set_consent = blocking(Operations.set_consent)


class AsyncEnecoClient(_EnecoClient[AsyncDriver], AwaitingClient):
    """The same for one event loop (asyncio's own or uvloop): every call is awaited."""

    get_usages = awaited(Operations.get_usages)
    fetch_usages = awaited(Operations.fetch_usages)
    usages_table = async_tabled(Operations.usages_table)
    get_metadata = awaited(Operations.get_metadata)
    list_contracts = awaited(Operations.list_contracts)
    get_contract = awaited(Operations.get_contract)
    list_consumers = awaited(Operations.list_consumers)
    set_consent = awaited(Operations.set_consent)


def token_flow(
    credentials: EnecoCredentials, endpoints: Endpoints, environment: Environment
) -> TokenFlow | Token:
    """The way in that the credentials allow.

    Raises :class:`ConfigurationError` when the certificate cannot be used, or FIAM's address is
    not known.
    """
    if credentials.consumer_token:
        return Token(credentials.consumer_token, _FOREVER)
    if endpoints.token_url is None:
        raise ConfigurationError(
            f"{environment.fiam_prefix}_BASE_URL: not set, and no public address of KPN FIAM's "
            f"acceptance environment is known; set it, or set {environment.prefix}_CONSUMER_TOKEN"
        )
    # Whoever has a token need not wait for the cryptography.
    from kwartier.eneco.fiam_flow import FiamFlow

    return FiamFlow(
        token_url=endpoints.token_url,
        client_id=credentials.client_id or "",
        keys=credentials.signing_keys(),
    )


def _credentials(given: object, environment: Environment) -> EnecoCredentials:
    if given is None:
        return EnecoCredentials.from_env(environment)
    if not isinstance(given, EnecoCredentials):
        told = f"credentials: must be EnecoCredentials, not {type(given).__name__}"
        raise ConfigurationError(told)
    return given


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError as error:
        known = ", ".join(Environment)
        raise ConfigurationError(f"environment: must be one of {known}, not {name!r}") from error
