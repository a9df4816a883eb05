"""Whom customers of Eneco consent to."""

from __future__ import annotations

from collections.abc import Mapping

from kwartier.eneco.credentials import look_up
from kwartier.eneco.environment import Environment
from kwartier.errors import ConfigurationError
from kwartier.settings import environment as process_environment


def our_party(environment: Environment, variables: Mapping[str, str] | None = None) -> str:
    """Our party identifier in KPN FIAM, which customers agree to; ConfigurationError if it is not
    set.
    """
    found = process_environment() if variables is None else variables
    variable, party = look_up("client_id", environment, found)
    if party is None:
        raise ConfigurationError(
            f"{variable}: not set; it is our party identifier in KPN FIAM, which customers agree to"
        )
    return party
