"""What Prometheus is told: names by its conventions, labels without personal data or surprises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from math import isnan

from prometheus_client.parser import text_string_to_metric_families

from kwartier.registry.renewals import RenewalState
from kwartier.serve import Metrics, WatchedRetries
from kwartier.serve.agenda import Task
from kwartier.serve.standing import Backlog, Standing
from kwartier.sync import SyncReport
from kwartier.transport import BrokenReplyError, Call, Reply
from kwartier.vocabulary.granularity import Granularity
from support.measured import EAN

NOW = datetime(2026, 11, 20, tzinfo=UTC)
UNITS = ("_seconds", "_bytes", "_slices", "_info", "_total")
COUNTS = re.compile(
    r"kwartier_(metering_points|mandates|renewals|events|consecutive|provider_up|retractions_|holds"
    r"|alerts)"
)
STANDING = Standing(
    at=NOW,
    backlog={("electricity", "PT15M"): Backlog(points=3, lag=timedelta(hours=2), missing=7)},
    mandates={"Approved": 3, "Suspended": 1, "Onhold": 1},
    renewals={RenewalState.DUE: 1},
    opened=frozenset({(EAN, Granularity.DAY, NOW)}),
)


def told(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return told(metrics)[f"kwartier_{name}", frozenset(labels.items())]


def test_names_end_in_their_unit_and_everything_is_explained() -> None:
    families = list(text_string_to_metric_families(Metrics().exposition().decode()))
    ours = [one for one in families if one.name.startswith("kwartier_")]
    assert len(ours) > 20
    for one in ours:
        assert one.documentation.endswith("."), one.name
        is_named = one.type == "counter" or one.name.endswith(UNITS) or COUNTS.match(one.name)
        assert is_named or one.name == "kwartier_build", one.name


def test_a_standing_is_shown_and_the_next_replaces_it() -> None:
    metrics = Metrics()
    metrics.note_standing(STANDING)
    kind = {"energy_type": "electricity", "granularity": "PT15M"}
    assert value(metrics, "lag_seconds", **kind) == 7200
    assert value(metrics, "gap_slices", **kind) == 7
    assert value(metrics, "metering_points", **kind) == 3
    metrics.note_standing(Standing(at=NOW))
    assert not any(name == "kwartier_lag_seconds" for name, _ in told(metrics))
    assert EAN not in metrics.exposition().decode()


def test_what_is_not_known_yet_is_no_nought() -> None:
    metrics = Metrics()
    metrics.watch_provider("eneco", sync_age=lambda: 5.0, poll_age=lambda: 5.0)
    once_looked = ("mandates_missing", "holds", "retractions_blocked", "store_bytes")
    assert all(isnan(value(metrics, name)) for name in once_looked)
    assert isnan(value(metrics, "provider_up", provider="eneco"))
    metrics.note_standing(STANDING)
    metrics.note_report(SyncReport(now=NOW))
    assert [value(metrics, name) for name in once_looked[:3]] == [0, 0, 0]


def test_words_that_we_do_not_know_make_no_new_labels() -> None:
    metrics = Metrics()
    metrics.note_standing(STANDING)
    assert value(metrics, "mandates", status="other") == 2
    assert value(metrics, "mandates", status="Finished") == 0


def test_a_report_is_counted() -> None:
    metrics = Metrics()
    for _ in range(2):
        metrics.note_report(SyncReport(now=NOW, inserted=5, revised=2, beyond_consent=1))
    metrics.note_task("eneco", Task.SYNC, "done")
    assert value(metrics, "values_total", change="inserted") == 10
    assert value(metrics, "values_refused_total", why="beyond_consent") == 2
    assert value(metrics, "tasks_total", provider="eneco", task="sync", outcome="done") == 1


def test_retries_are_counted_by_cause_and_what_is_final_is_not() -> None:
    metrics = Metrics()
    policy = WatchedRetries(
        attempts=3, dice=lambda: 0.0, watch=partial(metrics.note_retry, "fluvius")
    )
    call = Call(method="GET", url="http://127.0.0.1/")
    causes = (Reply(status=503), BrokenReplyError("cut short"), Reply(status=404))
    for attempt in (1, 3):
        for cause in causes:
            policy.pause(call, cause, attempt=attempt, elapsed=0.0)
    retries = {
        dict(labels)["cause"]: n
        for (name, labels), n in told(metrics).items()
        if name == "kwartier_retries_total"
    }
    assert retries == {"503": 1, "BrokenReplyError": 1}
