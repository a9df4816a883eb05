"""What is set, what is missing, and what cannot be meant: nothing is asked of anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.errors import ConfigurationError, InputError
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.fluvius.credentials import SHARED, check_setting, look_up
from kwartier.fluvius.environment import Endpoints
from kwartier.transport import trusted_roots
from kwartier.vocabulary.emulated_time import EmulatedTime

TOPIC: Final = "configuration"
_SCOPE: Final = re.compile(r"api://[^/\s]+/\.default")
_NO_CONTRACT: Final = (
    "set it; it stands on the data access contract with Fluvius, and links and mandates need it"
)
_ANY_TENANT: Final = "common"
READ_THE_CLOCK: Final = (
    "read the emulator's environment file again, or unset KWARTIER_CLOCK where no emulator is asked"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the environment variables amount to.

    What cannot be used as it stands is None. ``clock`` tells the API's time at a real one.
    """

    environment: Environment
    variables: Mapping[str, str]
    diagnoses: list[Diagnosis]
    credentials: FluviusCredentials | None
    endpoints: Endpoints | None
    roots: list[bytes]
    clock: Callable[[datetime], datetime] | None

    @property
    def is_emulated(self) -> bool:
        """Whether commands follow an emulated clock."""
        return "KWARTIER_CLOCK" in self.variables


def read_configuration(environment: Environment, variables: Mapping[str, str]) -> Configuration:
    """Look at every setting of ``environment``."""
    diagnoses: list[Diagnosis] = []
    endpoints = _endpoints(environment, variables, diagnoses)
    diagnoses += _settings(environment, variables)
    diagnoses += _sign_in(environment, variables)
    credentials = _credentials(environment, variables)
    clock = read_clock(variables, diagnoses)
    return Configuration(
        environment=environment,
        variables=variables,
        diagnoses=diagnoses,
        credentials=credentials,
        endpoints=endpoints,
        roots=read_roots("FLUVIUS_CA_FILE", variables, diagnoses),
        clock=clock,
    )


def _endpoints(
    environment: Environment, variables: Mapping[str, str], diagnoses: list[Diagnosis]
) -> Endpoints | None:
    _, tenant = look_up("tenant_id", environment.prefix, variables)
    try:
        found = Endpoints.of(environment, tenant_id=tenant or _ANY_TENANT, variables=variables)
    except ConfigurationError as error:
        diagnoses.append(told(TOPIC, str(error).partition(":")[0], error))
        return None
    diagnoses.append(Diagnosis(TOPIC, environment.value, State.GOOD, found.base_url))
    return found


def _settings(environment: Environment, variables: Mapping[str, str]) -> Iterator[Diagnosis]:
    for name in SHARED:
        variable, value = look_up(name, environment.prefix, variables)
        try:
            check_setting(name, value, called=variable)
        except ConfigurationError as error:
            yield told(TOPIC, variable, error)
            continue
        if value is None:
            yield Diagnosis(TOPIC, variable, State.BAD, "not set", _NO_CONTRACT)
        elif name == "scope" and not _SCOPE.fullmatch(value):
            yield Diagnosis(
                TOPIC,
                variable,
                State.DOUBTFUL,
                "does not look like a scope",
                "scopes read api://<id>/.default; compare it with what Fluvius gave you",
            )
        else:
            yield Diagnosis(TOPIC, variable, State.GOOD, "set")


def _sign_in(environment: Environment, variables: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Whether there is something to sign in with. Whether a certificate is any good is told
    elsewhere.
    """
    prefix = environment.prefix
    variable, secret = look_up("client_secret", prefix, variables)
    if secret is None:
        if environment is Environment.SANDBOX and not has_certificate(prefix, variables):
            yield Diagnosis(
                TOPIC, variable, State.BAD, "not set", "set it; Fluvius issues it for the sandbox"
            )
        return
    try:
        check_setting("client_secret", secret, called=variable)
    except ConfigurationError as error:
        yield told(TOPIC, variable, error)
        return
    if environment is Environment.PRODUCTION:
        yield Diagnosis(
            TOPIC,
            variable,
            State.DOUBTFUL,
            "set, and used instead of a certificate",
            "unset it: Fluvius' live service takes certificates",
        )
    else:
        yield Diagnosis(TOPIC, variable, State.GOOD, "set")


def has_certificate(prefix: str, variables: Mapping[str, str]) -> bool:
    """Whether the settings with ``prefix`` name a certificate or its key."""
    names = ("CERTIFICATE_PATH", "CERTIFICATE_THUMBPRINT", "PRIVATE_KEY", "PRIVATE_KEY_PATH")
    return any(variables.get(f"{prefix}_{name}") for name in names)


def _credentials(
    environment: Environment, variables: Mapping[str, str]
) -> FluviusCredentials | None:
    """The credentials as commands read them; why they cannot be read is told with the settings,
    or with the certificate.
    """
    try:
        return FluviusCredentials.from_env(environment.prefix, variables=variables)
    except ConfigurationError:
        return None


def read_clock(
    variables: Mapping[str, str], diagnoses: list[Diagnosis], topic: str = TOPIC
) -> Callable[[datetime], datetime] | None:
    """What tells the API's time at a real one; None, and a diagnosis, if that cannot be read."""
    text = variables.get("KWARTIER_CLOCK")
    if text is None:
        return lambda real: real
    try:
        clock = EmulatedTime.parse(text)
    except InputError as error:
        says = f"{text!r} is no clock: {error.field} {error.rule}"
        diagnoses.append(Diagnosis(topic, "KWARTIER_CLOCK", State.BAD, says, READ_THE_CLOCK))
        return None
    diagnoses.append(Diagnosis(topic, "KWARTIER_CLOCK", State.GOOD, "an emulated clock"))
    return clock.at


def read_roots(
    variable: str,
    variables: Mapping[str, str],
    diagnoses: list[Diagnosis],
    topic: str = TOPIC,
) -> list[bytes]:
    """The authorities to trust besides the machine's, DER, that ``variable`` names."""
    try:
        found = trusted_roots(variable, variables)
    except ConfigurationError as error:
        diagnoses.append(told(topic, variable, error))
        return []
    if found:
        diagnoses.append(Diagnosis(topic, variable, State.GOOD, "read"))
    return found
