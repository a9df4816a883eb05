"""What is set of Eneco and KPN FIAM, what is missing, and what cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.doctor.configuration import read_clock, read_roots
from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.eneco import Endpoints, EnecoCredentials, Environment
from kwartier.eneco.credentials import check_setting, look_up
from kwartier.errors import ConfigurationError

TOPIC: Final = "Eneco: configuration"
_ADMITS: Final = "; KPN FIAM admits organisations that identified themselves with eHerkenning"
_FIAM: Final = {
    "client_id": f"set it: our party identifier{_ADMITS}",
    "certificate_path": "name the file of our seal certificate there, with its whole chain",
    "private_key": "name the file of the certificate's key in {variable}_PATH",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnecoConfiguration:
    """What the environment variables of one environment amount to; what cannot be used is None."""

    environment: Environment
    variables: Mapping[str, str]
    diagnoses: list[Diagnosis]
    credentials: EnecoCredentials | None
    endpoints: Endpoints | None
    roots: list[bytes]
    clock: Callable[[datetime], datetime] | None

    def setting(self, name: str) -> str | None:
        """A credential as it is set, usable or not."""
        return look_up(name, self.environment, self.variables)[1]


def is_configured(variables: Mapping[str, str]) -> bool:
    """Whether anything of Eneco or KPN FIAM is set."""
    return any(name.startswith(("ENECO_", "FIAM_")) for name in variables)


def read_eneco(environment: Environment, variables: Mapping[str, str]) -> EnecoConfiguration:
    """Look at every setting of ``environment``."""
    diagnoses: list[Diagnosis] = []
    endpoints = _endpoints(environment, variables, diagnoses)
    diagnoses += _settings(environment, variables)
    if endpoints is not None:
        diagnoses += _addresses_of_fiam(environment, variables, endpoints)
    try:
        credentials = EnecoCredentials.from_env(environment, variables=variables)
    except ConfigurationError:
        credentials = None  # why is told with the settings, or with the certificate
    clock = read_clock(variables, diagnoses, TOPIC)
    return EnecoConfiguration(
        environment=environment,
        variables=variables,
        diagnoses=diagnoses,
        credentials=credentials,
        endpoints=endpoints,
        roots=read_roots("ENECO_CA_FILE", variables, diagnoses, TOPIC),
        clock=clock,
    )


def _endpoints(
    environment: Environment, variables: Mapping[str, str], diagnoses: list[Diagnosis]
) -> Endpoints | None:
    try:
        found = Endpoints.of(environment, variables=variables)
    except ConfigurationError as error:
        diagnoses.append(told(TOPIC, str(error).partition(":")[0], error))
        return None
    diagnoses.append(Diagnosis(TOPIC, environment.value, State.GOOD, found.base_url))
    return found


def _settings(environment: Environment, variables: Mapping[str, str]) -> Iterator[Diagnosis]:
    yield _setting("api_key", environment, variables, "")
    variable, token = look_up("consumer_token", environment, variables)
    if token is None:
        for name, advice in _FIAM.items():
            yield _setting(name, environment, variables, advice)
        return
    found = _setting("consumer_token", environment, variables, "")
    if found.state is State.GOOD:
        says = "set, and used instead of KPN FIAM: nothing renews it, and no contracts are listed"
        advice = "unset it once KPN FIAM admits us, and set FIAM_CLIENT_ID and the certificate"
        found = Diagnosis(TOPIC, variable, State.DOUBTFUL, says, advice)
    yield found


def _setting(
    name: str, environment: Environment, variables: Mapping[str, str], advice: str
) -> Diagnosis:
    variable, value = look_up(name, environment, variables)
    try:
        check_setting(name, value, called=variable)
    except ConfigurationError as error:
        return told(TOPIC, variable, error)
    if value is None:
        return Diagnosis(TOPIC, variable, State.BAD, "not set", advice.format(variable=variable))
    return Diagnosis(TOPIC, variable, State.GOOD, "set")


def _addresses_of_fiam(
    environment: Environment, variables: Mapping[str, str], endpoints: Endpoints
) -> Iterator[Diagnosis]:
    """Where KPN FIAM is: of acceptance no public address is known, nor of the consent page."""
    variable = f"{environment.fiam_prefix}_BASE_URL"
    token_variable, token = look_up("consumer_token", environment, variables)
    if endpoints.fiam_url is not None:
        yield Diagnosis(TOPIC, "KPN FIAM", State.GOOD, endpoints.fiam_url)
    elif token is not None:
        yield Diagnosis(TOPIC, variable, State.UNKNOWN, "not set; the consumer token serves")
    else:
        says = "not set, and no public address of KPN FIAM's acceptance environment is known"
        advice = f"ask KPN for it, or set {token_variable} to a token that somebody hands you"
        yield Diagnosis(TOPIC, variable, State.BAD, says, advice)
    if endpoints.portal_url is not None:
        yield Diagnosis(TOPIC, "consent page", State.GOOD, endpoints.portal_url)
    else:
        says = f"its address is not known ({environment.fiam_prefix}_PORTAL_URL would tell it)"
        advice = "`kwartier link CUSTOMER --provider eneco` tells in words where a customer goes"
        yield Diagnosis(TOPIC, "consent page", State.UNKNOWN, says, advice)
