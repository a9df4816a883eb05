"""From options and environment to a client."""

from __future__ import annotations

from datetime import UTC, datetime

from kwartier.cli.options import ProviderOptions
from kwartier.errors import ConfigurationError, InputError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
)
from kwartier.settings import environment, flag, load_env_file
from kwartier.vocabulary.emulated_time import EmulatedTime


def choose_environment(options: ProviderOptions) -> Environment:
    """Read the environment file, then say which service is meant."""
    if options.env_file is not None:
        load_env_file(options.env_file)
    is_sandbox = flag("KWARTIER_SANDBOX") if options.sandbox is None else options.sandbox
    return Environment.SANDBOX if is_sandbox else Environment.PRODUCTION


def clock() -> datetime:
    """The time for checks before sending: KWARTIER_CLOCK, else this machine's.

    Raises :class:`ConfigurationError` when the variable holds no clock.
    """
    real, text = datetime.now(UTC), environment().get("KWARTIER_CLOCK")
    try:
        return EmulatedTime.parse(text).at(real) if text else real
    except InputError as error:
        raise ConfigurationError(
            f"KWARTIER_CLOCK is {text!r}, but its {error.field} {error.rule}; take the line that "
            "`kwartier emulator --env-file FILE` writes, or unset it"
        ) from error


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


def contract_number(credentials: FluviusCredentials) -> str:
    """The data access contract's number, which requests of consent and mandates hang on."""
    number = credentials.data_access_contract_number
    if not number:
        raise ConfigurationError(
            "FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER is not set: it stands on the data access "
            "contract with Fluvius (`kwartier emulator --env-file FILE` writes an emulated one)"
        )
    return number


def connect(chosen: Environment, credentials: FluviusCredentials) -> FluviusEnergyClient:
    """A blocking client of ``chosen``; a clock that is none is refused here, not halfway."""
    clock()
    return FluviusEnergyClient(credentials=credentials, environment=chosen, clock=clock)


def connect_async(chosen: Environment, credentials: FluviusCredentials) -> AsyncFluviusEnergyClient:
    """An asynchronous client of ``chosen``; a clock that is none is refused here, not halfway."""
    clock()
    return AsyncFluviusEnergyClient(credentials=credentials, environment=chosen, clock=clock)
