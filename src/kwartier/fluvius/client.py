"""The two clients."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any, Literal, Self, TypeVar, Unpack, overload

from kwartier.fluvius import methods
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.energy_response import AnyEnergyResponse, R
from kwartier.fluvius.environment import ApiVersion, Environment
from kwartier.fluvius.operation import Operation
from kwartier.fluvius.shared_client import Client, ClientOptions
from kwartier.transport import AsyncDriver, SyncDriver
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as v3

T = TypeVar("T")


class FluviusEnergyClient(Client[SyncDriver, R]):
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

    _driver_type = SyncDriver

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

    update_wrapper(__init__, Client.__init__)  # for help and editors: the arguments by name

    create_client_session = methods.blocking(Operations.create_client_session)
    get_mandates = methods.blocking(Operations.get_mandates)
    list_mandates = methods.blocking(Operations.list_mandates)
    get_energy = methods.blocking(Operations.get_energy)
    fetch_energy = methods.blocking(Operations.fetch_energy)
    iter_energy = methods.iterated(Operations.iter_energy)
    energy_table = methods.tabled(Operations.energy_table)
    create_mock_mandate = methods.blocking(Operations.create_mock_mandate)
    get_installation = methods.blocking(Operations.get_installation)

    def _run(self, operation: Operation[T]) -> T:
        return self._driver.run(self._steps(operation))

    def close(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncFluviusEnergyClient(Client[AsyncDriver, R]):
    """The same for one event loop (asyncio's own or uvloop): every call is awaited, and
    ``iter_energy`` is for ``async for``.
    """

    _driver_type = AsyncDriver

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

    update_wrapper(__init__, Client.__init__)  # for help and editors: the arguments by name

    create_client_session = methods.awaited(Operations.create_client_session)
    get_mandates = methods.awaited(Operations.get_mandates)
    list_mandates = methods.awaited(Operations.list_mandates)
    get_energy = methods.awaited(Operations.get_energy)
    fetch_energy = methods.awaited(Operations.fetch_energy)
    iter_energy = methods.async_iterated(Operations.iter_energy)
    energy_table = methods.async_tabled(Operations.energy_table)
    create_mock_mandate = methods.awaited(Operations.create_mock_mandate)
    get_installation = methods.awaited(Operations.get_installation)

    async def _run(self, operation: Operation[T]) -> T:
        return await self._driver.run(self._steps(operation))

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._driver.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
