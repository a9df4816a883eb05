"""The two clients."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any, Literal, Unpack, overload

from kwartier.fluvius import methods
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.energy_response import AnyEnergyResponse, R
from kwartier.fluvius.environment import ApiVersion, Environment
from kwartier.fluvius.shared_client import FluviusClient
from kwartier.transport import AsyncDriver, SyncDriver
from kwartier.transport.client import AwaitingClient, BlockingClient, ClientOptions
from kwartier.transport.methods import awaited, blocking
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as v3


class FluviusEnergyClient(FluviusClient[SyncDriver, R], BlockingClient):
    """A blocking client of the Fluvius ESCO API v3; may be used from several threads.

    ``credentials`` default to those in the environment variables (see
    :meth:`FluviusCredentials.from_env`). ``clock`` tells the time that dates are checked against
    before anything is sent: the emulator's, if ``KWARTIER_CLOCK`` is set, else the wall clock.
    ``timeout`` is seconds for one whole reply. A failed request is repeated, within ``retry``,
    where that is harmless, and no more than ``requests_per_second`` are made. ``api_version`` is
    ``v3`` or ``v2``: same methods, and the same table but for the words of the validation state.
    Which of them decides, for type checkers too, what ``get_energy`` and ``iter_energy`` return.

    Times may be a date, a date-time or ISO 8601 text; without a zone they are Brussels' wall
    time. Enumerations may be given as text; in responses, words that Fluvius added later are
    kept, and their ``is_known`` is False.

    Errors: :class:`ConfigurationError` for missing or malformed settings,
    :class:`~kwartier.errors.InputError` before anything is sent, a :class:`FluviusAPIError`
    afterwards, :class:`DecodeError` for a reply that is none.
    """

    @overload
    def __init__(
        self: FluviusEnergyClient[v3.EnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: Literal[ApiVersion.V3, "v3"] = ...,
        **options: Unpack[ClientOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: FluviusEnergyClient[v2.EnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: Literal[ApiVersion.V2, "v2"],
        **options: Unpack[ClientOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: FluviusEnergyClient[AnyEnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: ApiVersion | str,
        **options: Unpack[ClientOptions],
    ) -> None: ...

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

    update_wrapper(__init__, FluviusClient.__init__)  # for help and editors: the arguments by name

    create_client_session = blocking(Operations.create_client_session)
    get_mandates = blocking(Operations.get_mandates)
    list_mandates = blocking(Operations.list_mandates)
    get_energy = blocking(Operations.get_energy)
    fetch_energy = blocking(Operations.fetch_energy)
    iter_energy = methods.iterated(Operations.iter_energy)
    energy_table = methods.tabled(Operations.energy_table)
    create_mock_mandate = blocking(Operations.create_mock_mandate)
    get_installation = blocking(Operations.get_installation)


class AsyncFluviusEnergyClient(FluviusClient[AsyncDriver, R], AwaitingClient):
    """The same for one event loop (asyncio's own or uvloop): every call is awaited, and
    ``iter_energy`` is for ``async for``.
    """

    @overload
    def __init__(
        self: AsyncFluviusEnergyClient[v3.EnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: Literal[ApiVersion.V3, "v3"] = ...,
        **options: Unpack[ClientOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: AsyncFluviusEnergyClient[v2.EnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: Literal[ApiVersion.V2, "v2"],
        **options: Unpack[ClientOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: AsyncFluviusEnergyClient[AnyEnergyResponse],
        credentials: FluviusCredentials | None = ...,
        environment: Environment | str = ...,
        *,
        api_version: ApiVersion | str,
        **options: Unpack[ClientOptions],
    ) -> None: ...

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

    update_wrapper(__init__, FluviusClient.__init__)  # for help and editors: the arguments by name

    create_client_session = awaited(Operations.create_client_session)
    get_mandates = awaited(Operations.get_mandates)
    list_mandates = awaited(Operations.list_mandates)
    get_energy = awaited(Operations.get_energy)
    fetch_energy = awaited(Operations.fetch_energy)
    iter_energy = methods.async_iterated(Operations.iter_energy)
    energy_table = methods.async_tabled(Operations.energy_table)
    create_mock_mandate = awaited(Operations.create_mock_mandate)
    get_installation = awaited(Operations.get_installation)
