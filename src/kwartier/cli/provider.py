"""From options and environment to a client."""

from __future__ import annotations

from datetime import UTC, datetime

from kwartier.cli.options import ProviderOptions
from kwartier.errors import ConfigurationError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
)
from kwartier.settings import environment, flag, load_env_file
from kwartier.vocabulary.local_time import parse_instant


def choose_environment(options: ProviderOptions) -> Environment:
    """Read the environment file, then say which service is meant."""
    if options.env_file is not None:
        load_env_file(options.env_file)
    is_sandbox = flag("KWARTIER_SANDBOX") if options.sandbox is None else options.sandbox
    return Environment.SANDBOX if is_sandbox else Environment.PRODUCTION


def clock() -> datetime:
    """The time for checks before sending: KWARTIER_CLOCK, else this machine's."""
    text = environment().get("KWARTIER_CLOCK")
    return parse_instant(text, "KWARTIER_CLOCK") if text else datetime.now(UTC)


def credentials_for(chosen: Environment) -> FluviusCredentials:
    """The credentials that the environment variables hold for ``chosen``."""
    prefix = "FLUVIUS_SANDBOX" if chosen is Environment.SANDBOX else "FLUVIUS"
    return FluviusCredentials.from_env(prefix=prefix)


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
    """A blocking client of ``chosen``."""
    return FluviusEnergyClient(credentials=credentials, environment=chosen, clock=clock)


def connect_async(chosen: Environment, credentials: FluviusCredentials) -> AsyncFluviusEnergyClient:
    """An asynchronous client of ``chosen``."""
    return AsyncFluviusEnergyClient(credentials=credentials, environment=chosen, clock=clock)
