"""What Prometheus is told. No label holds an EAN, a customer or anything else without bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from kwartier import __version__
from kwartier.office.alerts import AlertKind
from kwartier.serve.agenda import Task
from kwartier.serve.standing import Standing
from kwartier.sync import SyncReport
from kwartier.transport import Reply, TransportError
from kwartier.vocabulary import mandate as m

STATUSES: Final = (m.REQUESTED, m.APPROVED, m.REJECTED, m.FINISHED)
OTHER: Final = "other"
_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_CHANGES: Final = ("inserted", "revised", "removed", "unchanged", "outdated")
_REFUSED: Final = ("beyond_consent", "unasked")
_KIND: Final = ("energy_type", "granularity")
_PROVIDER: Final = "provider"
_UNKNOWN: Final = float("nan")


class Metrics:
    """All metrics of one service, in a registry of its own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # of the library
        self.registry = CollectorRegistry()
        self._count_work()
        self._count_values()
        self._count_alerts()
        self._gauge_standing()
        self._gauge_service()
        ProcessCollector(registry=self.registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, namespace="kwartier", registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, namespace="kwartier", registry=self.registry)

    def _gauge_once_known(self, name: str, about: str) -> Gauge:
        """A gauge that says NaN until it is set. Without labels it cannot be absent, and a nought
        that stands for "not looked yet" would be taken for a change by whoever reckons in days.
        """
        gauge = self._gauge(name, about)
        gauge.set(_UNKNOWN)
        return gauge

    def _count_work(self) -> None:
        self.tasks = self._counter(
            "tasks", "Syncs and polls by how they ended.", _PROVIDER, "task", "outcome"
        )
        self.requests = self._counter(
            "requests",
            "Requests for energy by why they were made and how they ended, retries not counted.",
            _PROVIDER,
            "reason",
            "outcome",
        )
        self.request_seconds = Histogram(
            "request_duration_seconds",
            "How long requests for energy took, retries and pauses included.",
            [_PROVIDER],
            namespace="kwartier",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.lists = self._counter(
            "mandate_lists", "Lists of mandates that came.", _PROVIDER, "kind"
        )
        self.retries = self._counter(
            "retries", "Requests of any kind that were repeated, by cause.", _PROVIDER, "cause"
        )
        self.events = self._counter("events", "Changes of mandates told to a receiver.", "receiver")
        self.events_outstanding = self._gauge(
            "events_outstanding", "Changes of mandates that a receiver has not taken.", "receiver"
        )

    def _count_alerts(self) -> None:
        self.alerts = self._gauge(
            "alerts_open", "Alerts that are open, by what they are about.", "kind"
        )
        self.alert_deliveries = self._counter(
            "alert_deliveries", "What receivers of alerts took, and did not.", "receiver", "outcome"
        )
        for kind in AlertKind:
            self.alerts.labels(kind)

    def _count_values(self) -> None:
        self.values = self._counter(
            "values", "Values that came, by what became of them; and those removed.", "change"
        )
        self.values_refused = self._counter(
            "values_refused", "Values that came and were not kept, by why.", "why"
        )
        self.undecoded = self._counter("undecoded", "Parts of replies that could not be read.")
        self.retracted = self._counter(
            "values_retracted",
            "Values erased because no mandate permits them any more, revisions included.",
        )
        self.retractions = self._counter("retractions", "Receipts of what was erased.")
        self.retractions_blocked = self._gauge_once_known(
            "retractions_blocked", "Retractions that the fuse holds until a person confirms them."
        )
        self.holds = self._gauge_once_known(
            "holds", "Mandates whose data is held for a person to decide."
        )
        for change in _CHANGES:
            self.values.labels(change)
        for why in _REFUSED:
            self.values_refused.labels(why)

    def _gauge_standing(self) -> None:
        self.lag = self._gauge(
            "lag_seconds",
            "How far the metering point that is furthest behind is behind: from the end of its "
            "newest slice to the end of the newest that should be there.",
            *_KIND,
        )
        self.lagging = self._gauge(
            "metering_points_lagging", "Metering points whose newest due slice is absent.", *_KIND
        )
        self.missing = self._gauge(
            "gap_slices", "Slices of days that are due, permitted and absent.", *_KIND
        )
        self.estimated = self._gauge(
            "estimated_slices", "Slices held as estimates, not replaced yet.", *_KIND
        )
        self.provisional = self._gauge(
            "provisional_slices", "Slices of gas by a provisional conversion factor.", *_KIND
        )
        self.points = self._gauge("metering_points", "Metering points that mandates open.", *_KIND)
        self.by_kind = (
            self.points,
            self.lag,
            self.lagging,
            self.missing,
            self.estimated,
            self.provisional,
        )
        self.mandates = self._gauge("mandates", "Mandates by status.", "status")
        self.mandates_missing = self._gauge_once_known(
            "mandates_missing", "Mandates that the provider no longer lists."
        )
        self.renewals = self._gauge(
            "renewals", "Mandates that run out, by what their renewal waits for.", "state"
        )
        self.looked_at = self._gauge_once_known(
            "standing_timestamp_seconds", "When the store was last held against what is due."
        )

    def _gauge_service(self) -> None:
        self.up = self._gauge(
            "provider_up", "Whether the provider answered the last time.", _PROVIDER
        )
        self.sync_age = self._gauge(
            "last_sync_age_seconds",
            "Time since the last successful sync; +Inf before the first.",
            _PROVIDER,
        )
        self.poll_age = self._gauge(
            "last_poll_age_seconds",
            "Time since mandates were last polled; +Inf before that.",
            _PROVIDER,
        )
        self.sync_seconds = self._gauge(
            "last_sync_duration_seconds", "How long the last sync took.", _PROVIDER
        )
        self.certificate = self._gauge(
            "certificate_remaining_seconds",
            "Time until the certificate to sign in with expires; negative once it has.",
            _PROVIDER,
            "certificate",
        )
        self.store_bytes = self._gauge_once_known("store_bytes", "Size of the store's file.")
        self.failing = self._gauge(
            "metering_points_failing",
            "Metering points of which a request of the last sync failed; they are asked again.",
            _PROVIDER,
        )
        self.consecutive_failures = self._gauge(
            "consecutive_failures", "Tasks that failed in a row.", _PROVIDER
        )
        build = Info("build", "This kwartier.", namespace="kwartier", registry=self.registry)
        build.info({"version": __version__})

    def note_report(self, report: SyncReport) -> None:
        """Count what a sync brought."""
        for change in _CHANGES:
            self.values.labels(change).inc(getattr(report, change))
        for why in _REFUSED:
            self.values_refused.labels(why).inc(getattr(report, why))
        self.undecoded.inc(report.undecoded)
        self.retracted.inc(report.enforced.values)
        self.retractions.inc(len(report.enforced.receipts))
        self.retractions_blocked.set(len(report.enforced.blocked))
        self.holds.set(len(report.enforced.holds))

    def note_task(self, provider: str, task: Task, outcome: str) -> None:
        """Count a task's end."""
        self.tasks.labels(provider, task, outcome).inc()

    def note_retry(self, provider: str, outcome: Reply | TransportError) -> None:
        """Count a request that is repeated because of ``outcome``."""
        cause = str(outcome.status) if isinstance(outcome, Reply) else type(outcome).__name__
        self.retries.labels(provider, cause).inc()

    def note_alerts(self, open_: Mapping[AlertKind, int]) -> None:
        """Show how many alerts are open."""
        for kind in AlertKind:
            self.alerts.labels(kind).set(open_.get(kind, 0))

    def note_delivery(self, receiver: str, *, taken: int, failed: int) -> None:
        """Count what a receiver of alerts took, ``mail`` or ``webhook``, and attempts in vain."""
        self.alert_deliveries.labels(receiver, "taken").inc(taken)
        self.alert_deliveries.labels(receiver, "failed").inc(failed)

    def note_standing(self, standing: Standing) -> None:
        """Show how the store stands."""
        for gauge in self.by_kind:
            gauge.clear()
        for kind, backlog in standing.backlog.items():
            self.points.labels(*kind).set(backlog.points)
            self.lag.labels(*kind).set(backlog.lag.total_seconds())
            self.lagging.labels(*kind).set(backlog.lagging)
            self.missing.labels(*kind).set(backlog.missing)
            self.estimated.labels(*kind).set(backlog.estimated)
            self.provisional.labels(*kind).set(backlog.provisional)
        for status, count in _bounded(standing.mandates).items():
            self.mandates.labels(status).set(count)
        self.mandates_missing.set(standing.missing_mandates)
        for state, count in standing.renewals.items():
            self.renewals.labels(state).set(count)
        self.looked_at.set(standing.at.timestamp())

    def watch_provider(
        self, provider: str, *, sync_age: Callable[[], float], poll_age: Callable[[], float]
    ) -> None:
        """Show the ages of the last sync and poll, in seconds, asked at each look; the provider's
        other gauges are there from now on, NaN until they are known.
        """
        self.sync_age.labels(provider).set_function(sync_age)
        self.poll_age.labels(provider).set_function(poll_age)
        self.consecutive_failures.labels(provider)
        for gauge in (self.up, self.failing, self.sync_seconds):
            gauge.labels(provider).set(_UNKNOWN)

    def watch_certificates(
        self, provider: str, remaining: Mapping[str, Callable[[], float]]
    ) -> None:
        """Show how long certificates last, in seconds, asked at each look: ``current`` and
        ``next`` of Fluvius, ``fiam`` of Eneco.
        """
        for name, seconds in remaining.items():
            self.certificate.labels(provider, name).set_function(seconds)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


def _bounded(statuses: Mapping[str, int]) -> dict[str, int]:
    """The known statuses, all of them; words that we do not know are counted together."""
    counts = {status: statuses.get(status, 0) for status in STATUSES}
    counts[OTHER] = sum(count for status, count in statuses.items() if status not in counts)
    return counts
