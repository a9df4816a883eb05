"""From options and environment to a client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kwartier.cli.options import ProviderOptions
from kwartier.eneco import EnecoCredentials
from kwartier.eneco import Environment as EnecoEnvironment
from kwartier.errors import ConfigurationError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
)
from kwartier.settings import environment, flag, load_env_file


def means_sandbox(options: ProviderOptions) -> bool:
    """Read the environment file, then say whether the sandbox is meant."""
    if options.env_file is not None:
        load_env_file(options.env_file)
    return flag("KWARTIER_SANDBOX") if options.sandbox is None else options.sandbox


def choose_environment(options: ProviderOptions) -> Environment:
    """Read the environment file, then say which Fluvius is meant."""
    return Environment.SANDBOX if means_sandbox(options) else Environment.PRODUCTION


def credentials_for(chosen: Environment) -> FluviusCredentials:
    """The credentials that the environment variables hold for ``chosen``."""
    try:
        return FluviusCredentials.from_env(prefix=chosen.prefix)
    except ConfigurationError as error:
        if chosen is Environment.PRODUCTION and "FLUVIUS_SANDBOX_CLIENT_SECRET" in environment():
            raise ConfigurationError(
                f"{error}. The environment holds the sandbox's credentials: is --sandbox meant?"
            ) from error
        raise


def eneco_credentials_for(chosen: EnecoEnvironment) -> EnecoCredentials:
    """The credentials of Eneco and KPN FIAM that the environment variables hold for ``chosen``."""
    try:
        return EnecoCredentials.from_env(chosen)
    except ConfigurationError as error:
        if chosen is EnecoEnvironment.PRODUCTION and "ENECO_ACCEPTANCE_API_KEY" in environment():
            raise ConfigurationError(
                f"{error}. The environment holds keys of acceptance: is --sandbox meant?"
            ) from error
        raise


def contract_number(credentials: FluviusCredentials) -> str:
    """The data access contract's number, which requests of consent and mandates hang on."""
    number = credentials.data_access_contract_number
    if not number:
        raise ConfigurationError(
            "FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER is not set: it stands on the data access "
            "contract with Fluvius (`kwartier emulator --env-file FILE` writes an emulated one)"
        )
    return number


def machine_clock() -> Callable[[], datetime] | None:
    """This machine's clock, by which to know a provider's that is years ahead; none where an
    emulator is asked, whose clock shows what it is told to.
    """
    return None if "KWARTIER_CLOCK" in environment() else lambda: datetime.now(UTC)


def connect(chosen: Environment, credentials: FluviusCredentials) -> FluviusEnergyClient:
    """A blocking client of ``chosen``."""
    return FluviusEnergyClient(credentials=credentials, environment=chosen)


def connect_async(
    chosen: Environment, credentials: FluviusCredentials, **settings: Any
) -> AsyncFluviusEnergyClient:
    """An asynchronous client of ``chosen``; ``settings`` are the client's own."""
    return AsyncFluviusEnergyClient(credentials=credentials, environment=chosen, **settings)
