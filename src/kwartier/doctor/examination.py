"""All that is looked at for one environment of a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from kwartier.doctor.certificates import examine_certificates
from kwartier.doctor.configuration import read_configuration
from kwartier.doctor.diagnosis import Diagnosis
from kwartier.doctor.eneco_certificate import examine_eneco_certificate
from kwartier.doctor.eneco_services import examine_eneco_services
from kwartier.doctor.eneco_settings import read_eneco
from kwartier.doctor.services import examine_services
from kwartier.doctor.stores import registered_data_owners
from kwartier.eneco import Environment as EnecoEnvironment
from kwartier.fluvius import Environment


def examine_fluvius(
    environment: Environment, *, variables: Mapping[str, str], now: Callable[[], datetime]
) -> list[Diagnosis]:
    """Look at everything of Fluvius, broken or not; ``now`` is this machine's clock.

    Nothing is changed anywhere, but that in the sandbox a short URL is made that nobody opens.
    """
    configuration = read_configuration(environment, variables)
    return [
        *configuration.diagnoses,
        *examine_services(configuration, now=now),
        *examine_certificates(configuration, now=now()),
    ]


def examine_eneco(
    environment: EnecoEnvironment,
    *,
    variables: Mapping[str, str],
    store: Path,
    now: Callable[[], datetime],
) -> list[Diagnosis]:
    """Look at everything of Eneco and KPN FIAM, broken or not; ``now`` is this machine's clock.

    Nothing is changed anywhere. ``store`` tells which data owners are customers'.
    """
    configuration = read_eneco(environment, variables)
    registered = registered_data_owners(store)
    return [
        *configuration.diagnoses,
        *examine_eneco_services(configuration, registered=registered, now=now),
        *examine_eneco_certificate(configuration, now=now()),
    ]
