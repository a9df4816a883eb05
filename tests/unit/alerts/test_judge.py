"""Which alerts there is cause for, kind by kind, and which cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kwartier.alerts import (
    AlertSettings,
    CertificateFact,
    DayOfChanges,
    DiskFacts,
    Facts,
    Overdue,
    StoreFacts,
    WaitingFacts,
    alerts_now,
    judge,
)
from kwartier.office.alerts import Alert, AlertKind
from kwartier.office.runs import Run, RunOutcome

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POWER = ("electricity", "PT15M")
SETTINGS = AlertSettings()


def judged(**facts: object) -> list[Alert]:
    return alerts_now(replace(Facts(as_of=NOW), **facts), SETTINGS, NOW)  # type: ignore[arg-type]  # any of them


def run(ago: timedelta, kind: str | None = None, says: str = "no") -> Run:
    at = NOW - ago
    outcome = RunOutcome.DONE if kind is None else RunOutcome.FAILED
    return Run(
        provider="fluvius", task="poll", started_at=at, ended_at=at, outcome=outcome, kind=kind,
        error=None if kind is None else says,
    )  # fmt: skip


def certificate(left: timedelta | None, name: str = "current") -> CertificateFact:
    until = None if left is None else NOW + left
    return CertificateFact(provider="fluvius", name=name, valid_until=until)


@pytest.mark.parametrize(
    ("left", "stage", "urgent"),
    [
        (31 * DAY, None, False),
        (30 * DAY, "30", False),
        (14 * DAY, "14", False),
        (7 * DAY + HOUR, "14", False),
        (7 * DAY, "7", False),
        (DAY, "1", True),
        (timedelta(), "expired", True),
        (-DAY, "expired", True),
        (None, "unreadable", True),
    ],
)
def test_a_certificate_is_told_of_at_each_of_its_days(
    left: timedelta | None, stage: str | None, urgent: bool
) -> None:
    found = judged(certificates=[certificate(left)])
    assert [(one.stage, one.is_urgent) for one in found] == ([(stage, urgent)] if stage else [])
    assert {one.key for one in found} <= {"certificate:fluvius:current"}


def test_a_certificate_that_is_followed_by_another_wakes_nobody() -> None:
    [one] = judged(certificates=[certificate(HOUR), certificate(300 * DAY, "next")])
    assert not one.is_urgent


def test_refused_credentials_are_told_until_the_provider_is_reached() -> None:
    refused = run(HOUR, "AuthenticationError", "it does not know the certificate")
    outage = run(timedelta(minutes=5), "NoReplyError")
    for runs in ([refused], [outage, refused, run(2 * HOUR)]):
        [one] = judged(runs={"fluvius": runs})
        assert (one.kind, one.key) == (AlertKind.REFUSAL, "credentials:fluvius")
        assert "it does not know the certificate" in one.says
    assert judged(runs={"fluvius": [run(timedelta()), refused]}) == []


def test_a_provider_that_nothing_reached_for_long_is_silent() -> None:
    failed = [run(hours * HOUR, "NoReplyError") for hours in range(6)]
    assert judged(runs={"fluvius": [*failed, run(5.5 * HOUR)]}) == []
    [one] = judged(runs={"fluvius": [*failed, run(6 * HOUR)]})
    assert (one.kind, one.key, one.is_urgent) == (AlertKind.SILENCE, "contact:fluvius", True)


def test_that_nothing_was_run_at_all_is_told_too() -> None:
    [one] = judged(runs={"fluvius": [run(DAY)]})
    assert "No poll or sync of Fluvius was run for 24 hours" in one.says
    assert judged(runs={"fluvius": []}) == [], "nothing was ever run"


def overdue(point: int, late: timedelta, provider: str = "fluvius") -> Overdue:
    return Overdue(provider=provider, kind=POWER, metering_point=str(point), late=late)


def test_points_that_are_silent_are_counted_and_no_ean_is_named() -> None:
    points = [overdue(541448800000000017 + n, (4 + n) * DAY) for n in range(3)]
    facts = StoreFacts(due={("fluvius", POWER): 100}, overdue=points)
    [one] = judged(store=facts)
    assert (one.kind, one.key, one.is_urgent) == (AlertKind.SILENCE, "points:fluvius", False)
    assert "3 metering points" in one.says
    assert "5414488" not in one.says
    late = StoreFacts(due=facts.due, overdue=[overdue(1, SETTINGS.silent_after)])
    assert judged(store=late) == []


def test_a_provider_of_which_everything_is_overdue_is_silent_as_a_whole() -> None:
    store = StoreFacts(
        due={("fluvius", POWER): 2, ("eneco", ("heat", "PT1H")): 5},
        overdue=[overdue(n, 4 * DAY) for n in range(2)],
    )
    found = judged(store=store)
    assert [(one.key, one.is_urgent) for one in found] == [
        ("provider:fluvius", True),
        ("lag:electricity:PT15M", False),
    ]


def test_a_kind_lags_once_more_than_the_share_of_its_points_does() -> None:
    for count, keys in ((10, []), (11, ["lag:electricity:PT15M"])):
        late = [overdue(n, SETTINGS.lag_over + HOUR) for n in range(count)]
        store = StoreFacts(due={("fluvius", POWER): 100}, overdue=late)
        assert [one.key for one in judged(store=store)] == keys


def test_caps_and_refusals_of_a_day_are_told_together_by_customers_ids() -> None:
    day = DayOfChanges(
        day=date(2026, 11, 22),
        capped=[f"c-{n:02}" for n in range(12)],
        retracted=["c-01", ""],
        refused=["c-9"],
    )
    cap, refused = judged(store=StoreFacts(changes=[day]))
    assert (cap.kind, cap.stage, cap.is_event) == (AlertKind.CAP, "12+2", True)
    assert "12 customers" in cap.says
    assert "2 more" in cap.says
    assert "1 mandate of nobody in the registry" in cap.says
    assert (refused.kind, refused.key) == (AlertKind.REFUSAL, "refused:2026-11-22")
    assert "c-9" in refused.says


def test_what_waits_for_a_person_is_told_and_the_fuse_at_once() -> None:
    found = judged(waiting=WaitingFacts(blocked=3, holds=2))
    assert [(one.kind, one.is_urgent) for one in found] == [
        (AlertKind.FUSE, True),
        (AlertKind.HOLDS, False),
    ]
    assert judged(waiting=WaitingFacts(blocked=0, holds=0)) == []


def test_publishing_that_failed_last_is_told() -> None:
    failed, fine = run(HOUR, "ExportError", "the disk is full"), run(timedelta())
    assert [one.kind for one in judged(publishing=[failed])] == [AlertKind.PUBLISHING]
    assert judged(publishing=[fine, failed]) == []


@pytest.mark.parametrize(("free", "told"), [(100, 0), (49, 1), (40, 1)])
def test_a_disk_without_room_to_write_the_store_anew_is_told(free: int, told: int) -> None:
    assert len(judged(disk=DiskFacts(total=1000, free=free, store=10))) == told
    assert len(judged(disk=DiskFacts(total=1000, free=free, store=free + 1))) == 1


def test_what_is_not_known_is_not_judged() -> None:
    assert judge(Facts(as_of=NOW), SETTINGS, NOW).topics == frozenset()
    store = judge(Facts(as_of=NOW, store=StoreFacts()), SETTINGS, NOW)
    assert "fuse" not in store.topics
    assert {"provider", "points", "lag", "caps", "refused"} == store.topics


def test_every_topic_is_one_that_is_said_to_be_judged() -> None:
    day = DayOfChanges(day=date(2026, 11, 22), capped=["a"], refused=["b"])
    facts = Facts(
        as_of=NOW,
        certificates=[certificate(None)],
        runs={"fluvius": [run(DAY, "AuthenticationError")], "eneco": [run(DAY)]},
        publishing=[run(HOUR, "ExportError")],
        store=StoreFacts(
            due={("fluvius", POWER): 1, ("eneco", POWER): 2},
            overdue=[overdue(1, 9 * DAY), overdue(2, 9 * DAY, "eneco")],
            changes=[day],
        ),
        waiting=WaitingFacts(blocked=1, holds=1),
        disk=DiskFacts(total=10, free=0, store=1),
    )
    seen = judge(facts, SETTINGS, NOW)
    assert {one.topic for one in seen.alerts} == seen.topics
