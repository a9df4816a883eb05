"""From options and environment to what a sync asks: Fluvius, or Eneco."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from kwartier.cli.provider import (
    connect_async,
    contract_number,
    credentials_for,
    eneco_credentials_for,
    machine_clock,
)
from kwartier.eneco import AsyncEnecoClient, Timestamps
from kwartier.eneco import Environment as EnecoEnvironment
from kwartier.errors import ConfigurationError
from kwartier.fluvius import Environment
from kwartier.store.port import Store
from kwartier.sync import EnecoSource, FluviusSource, Source
from kwartier.vocabulary.provider import ENECO, FLUVIUS, provider_title


class Asked(Protocol):
    """Whom to ask, in which of its environments."""

    @property
    def provider(self) -> str: ...

    @property
    def environment(self) -> Environment | EnecoEnvironment: ...

    def check(self) -> None:
        """Raise :class:`ConfigurationError` for credentials that are missing or cannot be used."""
        ...

    @property
    def seed(self) -> str:
        """Whom the provider knows us as."""
        ...

    def certificates(self) -> dict[str, Path]:
        """The certificates that are used to sign in, as far as they are files."""
        ...

    def source(self, store: Store, **settings: Any) -> AbstractAsyncContextManager[Source]:
        """The provider as the sync sees it; ``settings`` are the client's own."""
        ...


@dataclass(frozen=True, slots=True)
class AskedFluvius:
    """Fluvius, live or sandbox."""

    environment: Environment
    provider: str = field(default=FLUVIUS, init=False)

    def check(self) -> None:
        contract_number(credentials_for(self.environment))

    @property
    def seed(self) -> str:
        return contract_number(credentials_for(self.environment))

    def certificates(self) -> dict[str, Path]:
        credentials = credentials_for(self.environment)
        if credentials.client_secret:
            return {}
        paths = {"current": credentials.certificate_path, "next": credentials.next_certificate_path}
        return {name: Path(path) for name, path in paths.items() if path}

    @asynccontextmanager
    async def source(self, store: Store, **settings: Any) -> AsyncIterator[Source]:
        check_environment(store, self)
        credentials = credentials_for(self.environment)
        number = contract_number(credentials)
        async with connect_async(self.environment, credentials, **settings) as client:
            yield FluviusSource(client, number, machine_clock=machine_clock())


@dataclass(frozen=True, slots=True)
class AskedEneco:
    """Eneco, production or acceptance. Without KPN FIAM, the data owners that the registry knows
    stand for contracts. ``timestamps`` says how its replies are read.
    """

    environment: EnecoEnvironment
    timestamps: Timestamps = field(default_factory=Timestamps)
    provider: str = field(default=ENECO, init=False)

    def check(self) -> None:
        eneco_credentials_for(self.environment)

    @property
    def seed(self) -> str:
        return eneco_credentials_for(self.environment).client_id or ENECO

    def certificates(self) -> dict[str, Path]:
        path = eneco_credentials_for(self.environment).certificate_path
        return {"fiam": Path(path)} if path else {}

    @asynccontextmanager
    async def source(self, store: Store, **settings: Any) -> AsyncIterator[Source]:
        check_environment(store, self)
        credentials = eneco_credentials_for(self.environment)
        async with AsyncEnecoClient(credentials, self.environment, **settings) as client:
            yield EnecoSource(
                client,
                consumer=credentials.client_id,
                data_owners=None if credentials.has_fiam else partial(_registered, store),
                timestamps=self.timestamps,
                machine_clock=machine_clock(),
            )


def check_environment(store: Store, asked: Asked) -> None:
    """Raise :class:`ConfigurationError` if ``store`` is filled from another environment of that
    provider: its lists would be taken for the end of every mandate. A store that is filled from
    none yet is that of this one from now on.
    """
    provider, environment = asked.provider, asked.environment.value
    known = store.environments().get(provider)
    if known is None:
        store.note_environment(provider, environment)
    elif known != environment:
        raise ConfigurationError(
            f"this store is filled from {provider_title(provider)}'s {known} environment, and "
            f"{environment} was asked for: name another store (--store), or leave out or add "
            "--sandbox"
        )


def _registered(store: Store) -> list[tuple[str, datetime]]:
    """The data owners that the registry knows, and since when each shares."""
    return [
        (one.data_owner, one.since or one.created_at)
        for one in store.data_owners()
        if one.provider == ENECO
    ]


def asked(
    provider: str, *, is_sandbox: bool, timestamps: Timestamps | None = None
) -> AskedFluvius | AskedEneco:
    """Whom the options mean; the sandbox is Eneco's acceptance environment."""
    if provider == ENECO:
        environment = EnecoEnvironment.ACCEPTANCE if is_sandbox else EnecoEnvironment.PRODUCTION
        return AskedEneco(environment, timestamps or Timestamps())
    return AskedFluvius(Environment.SANDBOX if is_sandbox else Environment.PRODUCTION)
