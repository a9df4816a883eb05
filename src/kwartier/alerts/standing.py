"""Values that do not come: of a whole provider, of single metering points, of a kind of energy."""

from __future__ import annotations

from collections.abc import Iterator

from kwartier.alerts.facts import Kind, StoreFacts
from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.wording import counted, lasting, title
from kwartier.office.alerts import Alert, AlertKind


def standing_alerts(store: StoreFacts, settings: AlertSettings) -> Iterator[Alert]:
    """Silence by provider, lag by kind of energy."""
    for provider in sorted({name for name, _ in store.due}):
        yield from _silence(store, provider, settings)
    for kind in sorted({kind for _, kind in store.due}):
        yield from _lag(store, kind, settings)


def _silence(store: StoreFacts, provider: str, settings: AlertSettings) -> Iterator[Alert]:
    due = sum(count for (name, _), count in store.due.items() if name == provider)
    silent = [
        one
        for one in store.overdue
        if one.provider == provider and one.late > settings.silent_after
    ]
    if not silent:
        return
    name, least = title(provider), lasting(min(one.late for one in silent))
    if len(silent) == due:
        yield Alert(
            kind=AlertKind.SILENCE,
            key=f"provider:{provider}",
            says=f"Nothing has come from {name} of any metering point: values are overdue for "
            f"{least} or more.",
            next_step=f"Look whether syncs succeed (`kwartier doctor`); if they do, ask {name}.",
            is_urgent=True,
        )
        return
    points = len({one.metering_point for one in silent})
    yield Alert(
        kind=AlertKind.SILENCE,
        key=f"points:{provider}",
        says=f"Of {counted(points, 'metering point')} at {name} values are overdue for "
        f"{least} or more, by {lasting(max(one.late for one in silent))} at most.",
        next_step="`kwartier coverage --incomplete` lists them. A meter without communication "
        "tells nothing either: ask the provider if it lasts.",
    )


def _lag(store: StoreFacts, kind: Kind, settings: AlertSettings) -> Iterator[Alert]:
    due = sum(count for (_, each), count in store.due.items() if each == kind)
    late = [one.late for one in store.overdue if one.kind == kind and one.late > settings.lag_over]
    if len(late) <= settings.lag_share * due:
        return
    energy, granularity = kind
    yield Alert(
        kind=AlertKind.LAG,
        key=f"lag:{energy}:{granularity}",
        says=f"Values of {energy.replace('_', ' ')} ({granularity}) are late: of {len(late):,} of "
        f"{counted(due, 'metering point')} they are overdue for over "
        f"{lasting(settings.lag_over)}, by {lasting(max(late))} at most.",
        next_step="If syncs succeed, the provider is late and catches up by itself; if it lasts, "
        "ask it.",
    )
