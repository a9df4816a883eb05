"""From options and settings to who is told of alerts, and what they are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from kwartier.alerts import receivers_of
from kwartier.alerts.delivery import PATIENCE
from kwartier.cli.configured import Running
from kwartier.cli.sources import Asked
from kwartier.errors import ConfigurationError
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
    return Alerting(
        store=store,
        path=running.store,
        certificates={asked.provider: _certificates(asked) for asked in everyone},
        receivers=receivers_of(configuration.alerts),
        settings=configuration.alerts,
        retention=configuration.retention,
        clock=configured_clock,
        patience=patience,
    )


def _certificates(asked: Asked) -> Mapping[str, Path] | None:
    """None where credentials are missing, as for whoever only looks at what is open."""
    try:
        return asked.certificates()
    except ConfigurationError:
        return None
