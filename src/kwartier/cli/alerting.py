"""From options and settings to who is told of alerts, and what they are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from kwartier.alerts import Certificates, Lookout, receivers_of
from kwartier.alerts.delivery import PATIENCE
from kwartier.cli.configured import Running
from kwartier.cli.sources import Asked
from kwartier.errors import ConfigurationError
from kwartier.office import open_office
from kwartier.serve.alerting import Alerting
from kwartier.settings import configured_clock
from kwartier.store.port import Store


def alerting_of(
    running: Running, store: Store, everyone: Sequence[Asked], *, patience: timedelta = PATIENCE
) -> Alerting:
    """Alerts of ``store``, which is filled from ``everyone``. Raises
    :class:`~kwartier.errors.ConfigurationError` for a receiver that cannot be used.
    """
    configuration = running.configuration
    lookout = Lookout(
        store=store,
        office=open_office(running.store),
        certificates=certificates_of(everyone),
        settings=configuration.alerts,
        retention=configuration.retention,
    )
    return Alerting(
        path=running.store,
        providers=[asked.provider for asked in everyone],
        lookout=lookout,
        receivers=receivers_of(configuration.alerts),
        settings=configuration.alerts,
        clock=configured_clock,
        patience=patience,
    )


def certificates_of(everyone: Sequence[Asked]) -> Certificates:
    """The files that each provider is signed in to with."""
    return {asked.provider: _certificates(asked) for asked in everyone}


def _certificates(asked: Asked) -> Mapping[str, Path] | None:
    """None where credentials are missing, as for whoever only looks at what is open."""
    try:
        return asked.certificates()
    except ConfigurationError:
        return None
