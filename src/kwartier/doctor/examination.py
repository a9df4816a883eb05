"""All that is looked at for one environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from kwartier.doctor.certificates import examine_certificates
from kwartier.doctor.configuration import read_configuration
from kwartier.doctor.diagnosis import Diagnosis
from kwartier.doctor.services import examine_services
from kwartier.doctor.stores import examine_store
from kwartier.fluvius import Environment


def examine(
    environment: Environment,
    *,
    variables: Mapping[str, str],
    store: Path,
    now: Callable[[], datetime],
) -> list[Diagnosis]:
    """Look at everything, broken or not; ``now`` is this machine's clock.

    Nothing is changed anywhere, but that in the sandbox a short URL is made that nobody opens.
    """
    configuration = read_configuration(environment, variables)
    return [
        *configuration.diagnoses,
        *examine_services(configuration, now=now),
        *examine_certificates(configuration, now=now()),
        *examine_store(store),
    ]
