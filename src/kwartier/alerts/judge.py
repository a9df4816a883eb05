"""Which alerts there is cause for: a pure judgement of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.alerts.certificates import certificate_alerts
from kwartier.alerts.contact import contact_alerts
from kwartier.alerts.facts import DiskFacts, Facts, StoreFacts
from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.standing import standing_alerts
from kwartier.alerts.wording import counted, customers, share
from kwartier.office.alerts import Alert, AlertKind
from kwartier.office.runs import Run, RunOutcome

_STORE_TOPICS: Final = ("provider", "points", "lag", "caps", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The ``alerts`` there is cause for, and the ``topics`` that could be looked into."""

    alerts: tuple[Alert, ...]
    topics: frozenset[str]


def alerts_now(facts: Facts, settings: AlertSettings, now: datetime) -> list[Alert]:
    """The alerts that there is cause for; ``now`` is the real time, by which certificates go."""
    return list(judge(facts, settings, now).alerts)


def judge(facts: Facts, settings: AlertSettings, now: datetime) -> Judgement:
    """The same, with what could be judged."""
    alerts: list[Alert] = []
    topics: set[str] = set()

    def look(known: object, found: Callable[[], Iterator[Alert]], *about: str) -> None:
        if known is not None:
            alerts.extend(found())
            topics.update(about)

    certificates, runs = facts.certificates, facts.runs
    store, waiting = facts.store, facts.waiting
    look(certificates, lambda: certificate_alerts(certificates or (), settings, now), "certificate")
    look(
        runs,
        lambda: contact_alerts(runs or {}, settings, facts.as_of),
        "contact",
        "credentials",
    )
    look(facts.publishing, lambda: _publishing(facts.publishing or ()), "publishing")
    look(facts.disk, lambda: _disk(facts.disk, settings), "disk")
    if store is not None:
        look(store, lambda: standing_alerts(store, settings), *_STORE_TOPICS)
        look(store, lambda: _changes(store), *_STORE_TOPICS)
    if waiting is not None:
        look(waiting, lambda: _fuse(waiting.blocked), "fuse")
        look(waiting, lambda: _holds(waiting.holds), "holds")
    return Judgement(alerts=tuple(alerts), topics=frozenset(topics))


def _changes(store: StoreFacts) -> Iterator[Alert]:
    """What mandates did, a day at a time: told once more if more of it came later that day."""
    for one in store.changes:
        if one.capped or one.retracted:
            parts = []
            if one.capped:
                parts.append(f"the data period was ended earlier of {customers(one.capped)}")
            if one.retracted:
                parts.append(f"values were erased of {customers(one.retracted)}")
            yield Alert(
                kind=AlertKind.CAP,
                key=f"caps:{one.day}",
                stage=f"{len(one.capped)}+{len(one.retracted)}",
                says=f"On {one.day} {', and '.join(parts)}.",
                next_step="Their pages show the mandates; `kwartier receipts` lists what was "
                "erased. Nothing is to be done unless it surprises you.",
                is_event=True,
            )
        if one.refused:
            yield Alert(
                kind=AlertKind.REFUSAL,
                key=f"refused:{one.day}",
                stage=f"{len(one.refused)}",
                says=f"On {one.day} the request was refused, or a month without an answer, of "
                f"{customers(one.refused)}.",
                next_step="Ask the customer; the same link makes a new request.",
                is_event=True,
            )


def _fuse(blocked: int) -> Iterator[Alert]:
    if blocked:
        yield Alert(
            kind=AlertKind.FUSE,
            key="fuse",
            says=f"The fuse holds back {counted(blocked, 'retraction')}: more would be erased at "
            "once than a run may without a person.",
            next_step="Held back in the console, or `kwartier holds`, shows them; confirm what is "
            "right, and ask the provider about what is not.",
            is_urgent=True,
        )


def _holds(waiting: int) -> Iterator[Alert]:
    if waiting:
        yield Alert(
            kind=AlertKind.HOLDS,
            key="holds",
            says=f"The data of {counted(waiting, 'mandate')} is held back and waits for a "
            "decision.",
            next_step="Held back in the console, or `kwartier holds`, shows it: keep it or erase "
            "it, with a reason.",
        )


def _publishing(runs: Sequence[Run]) -> Iterator[Alert]:
    for last in runs[:1]:
        if last.outcome is RunOutcome.FAILED:
            yield Alert(
                kind=AlertKind.PUBLISHING,
                key="publishing",
                says=f"The published dataset was not brought up to date: {last.error}",
                next_step="Whoever reads it has older values until this is put right; the next "
                "sync tries again.",
            )


def _disk(disk: DiskFacts | None, settings: AlertSettings) -> Iterator[Alert]:
    """Erasing writes the store anew beside the old one, so its size has to be free."""
    if disk is None or not disk.total:
        return
    if disk.free < settings.disk_free * disk.total or disk.free < disk.store:
        yield Alert(
            kind=AlertKind.DISK,
            key="disk",
            says=f"{share(disk.free, disk.total)} of the store's disk is free "
            f"({disk.free / 1e9:.1f} GB); the store has {disk.store / 1e9:.1f} GB, and erasing "
            "writes it anew beside itself.",
            next_step="Make room, or give the store a larger disk: a full one stops every sync.",
            is_urgent=True,
        )
