"""Which alerts are open or were, whom they were told, and how receivers take messages."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import from_text, maybe_from_text, maybe_to_text, to_text

KEEP: Final = timedelta(days=90)

_ALL: Final = "SELECT * FROM alerts ORDER BY alert_id"
_ADD: Final = """
    INSERT INTO alerts (kind, "key", stage, says, next_step, is_urgent, is_event, began_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE: Final = """
    UPDATE alerts SET stage = ?, says = ?, next_step = ?, is_urgent = ?, ended_at = NULL
    WHERE alert_id = ?
"""
_END: Final = "UPDATE alerts SET ended_at = ? WHERE alert_id = ?"
_REMOVE_OLD: Final = "DELETE FROM alerts WHERE ended_at < ?"
_TOLD: Final = "SELECT * FROM alerts_told ORDER BY alert_id, receiver"
_PUT_TOLD: Final = """
    INSERT INTO alerts_told (alert_id, receiver, stage, told_at, ended_told_at, thread)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (alert_id, receiver) DO UPDATE SET
        stage = excluded.stage, told_at = excluded.told_at, ended_told_at = excluded.ended_told_at
"""
_RECEIVERS: Final = "SELECT * FROM alert_receivers ORDER BY receiver"
_PUT_RECEIVER: Final = """
    INSERT INTO alert_receivers (receiver, digest_at, took_at, attempts, due_at, error)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (receiver) DO UPDATE SET
        digest_at = excluded.digest_at, took_at = excluded.took_at,
        attempts = excluded.attempts, due_at = excluded.due_at, error = excluded.error
"""


class AlertKind(StrEnum):
    """What an alert is about."""

    CERTIFICATE = "certificate"
    CAP = "cap"
    REFUSAL = "refusal"
    SILENCE = "silence"
    LAG = "lag"
    FUSE = "fuse"
    HOLDS = "holds"
    PUBLISHING = "publishing"
    DISK = "disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What somebody should know. ``key`` tells its cause from others of the kind; its first word,
    up to a colon, is the topic. ``stage`` changes when it gets worse. An urgent one is told at
    once, an event (``is_event``) is told and needs no end. No EAN is in it, and no secret.
    """

    kind: AlertKind
    key: str
    says: str
    next_step: str
    stage: str = ""
    is_urgent: bool = False
    is_event: bool = False

    @property
    def topic(self) -> str:
        """What has to be known to judge whether there is cause for it."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlert:
    """An alert since ``began_at``, by the real time; ``ended_at`` None: there is cause still."""

    alert_id: int
    alert: Alert
    began_at: datetime
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What ``receiver`` was told of an alert: its ``stage`` at ``told_at``, its end at
    ``ended_told_at``. ``thread`` identifies the first message of it.
    """

    alert_id: int
    receiver: str
    stage: str
    told_at: datetime
    thread: str
    ended_told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverState:
    """How a receiver takes messages: it took one at ``took_at``; after ``attempts`` in vain, the
    last of which ended with ``error``, it is asked again at ``due_at``. ``digest_at`` is the daily
    digest that was told it last.
    """

    receiver: str
    digest_at: datetime
    took_at: datetime | None = None
    attempts: int = 0
    due_at: datetime | None = None
    error: str | None = None


def note_alerts(
    office: Office,
    alerts: Iterable[Alert],
    *,
    topics: Collection[str],
    at: datetime,
    keep: timedelta = KEEP,
) -> list[KnownAlert]:
    """Keep which ``alerts`` there is cause for ``at`` this moment; return all that are known.

    Those of ``topics`` that are not among them have ended; what is of no topic that was looked
    into stays as it is. One that comes back before anybody was told that it ended had not. Ended
    ones go after ``keep``.
    """
    now = {(one.kind, one.key): one for one in alerts}
    with office.writing() as connection:
        last = {(one.alert.kind, one.alert.key): one for one in _alerts(connection)}
        over = {one.alert_id for one in _told(connection) if one.ended_told_at is not None}
        for identity, alert in now.items():
            before = last.get(identity)
            if before is None or before.alert_id in over:
                connection.execute(_ADD, _new_row(alert, at))
            elif before.alert != alert or not before.is_open:
                connection.execute(_CHANGE, (*_state(alert), before.alert_id))
        for identity, before in last.items():
            if before.is_open and identity not in now and before.alert.topic in topics:
                connection.execute(_END, (to_text(at), before.alert_id))
        connection.execute(_REMOVE_OLD, (to_text(at - keep),))
        return _alerts(connection)


def known_alerts(office: Office) -> list[KnownAlert]:
    """All alerts that are open, or ended not long ago, the oldest first."""
    with office.reading() as connection:
        return _alerts(connection)


def open_alerts(office: Office) -> list[KnownAlert]:
    """The alerts that there is cause for, the oldest first."""
    return [one for one in known_alerts(office) if one.is_open]


def told(office: Office) -> list[Told]:
    """What receivers were told of the known alerts."""
    with office.reading() as connection:
        return _told(connection)


def receiver_states(office: Office) -> Mapping[str, ReceiverState]:
    """How each receiver takes messages."""
    with office.reading() as connection:
        rows = connection.execute(_RECEIVERS).fetchall()
    return {row["receiver"]: _receiver(row) for row in rows}


def note_delivery(office: Office, state: ReceiverState, taken: Sequence[Told] = ()) -> None:
    """Keep how a receiver takes messages, and what it was told now; together or not at all."""
    with office.writing() as connection:
        for one in taken:
            row = (
                one.alert_id,
                one.receiver,
                one.stage,
                to_text(one.told_at),
                maybe_to_text(one.ended_told_at),
                one.thread,
            )
            connection.execute(_PUT_TOLD, row)
        connection.execute(
            _PUT_RECEIVER,
            (
                state.receiver,
                to_text(state.digest_at),
                maybe_to_text(state.took_at),
                state.attempts,
                maybe_to_text(state.due_at),
                state.error,
            ),
        )


def _state(alert: Alert) -> tuple[str, str, str, bool]:
    return alert.stage, alert.says, alert.next_step, alert.is_urgent


def _new_row(alert: Alert, at: datetime) -> tuple[object, ...]:
    return alert.kind, alert.key, *_state(alert), alert.is_event, to_text(at)


def _alerts(connection: sqlite3.Connection) -> list[KnownAlert]:
    return [_alert(row) for row in connection.execute(_ALL)]


def _alert(row: sqlite3.Row) -> KnownAlert:
    return KnownAlert(
        alert_id=row["alert_id"],
        alert=Alert(
            kind=AlertKind(row["kind"]),
            key=row["key"],
            says=row["says"],
            next_step=row["next_step"],
            stage=row["stage"],
            is_urgent=bool(row["is_urgent"]),
            is_event=bool(row["is_event"]),
        ),
        began_at=from_text(row["began_at"]),
        ended_at=maybe_from_text(row["ended_at"]),
    )


def _told(connection: sqlite3.Connection) -> list[Told]:
    return [
        Told(
            alert_id=row["alert_id"],
            receiver=row["receiver"],
            stage=row["stage"],
            told_at=from_text(row["told_at"]),
            thread=row["thread"],
            ended_told_at=maybe_from_text(row["ended_told_at"]),
        )
        for row in connection.execute(_TOLD)
    ]


def _receiver(row: sqlite3.Row) -> ReceiverState:
    return ReceiverState(
        receiver=row["receiver"],
        digest_at=from_text(row["digest_at"]),
        took_at=maybe_from_text(row["took_at"]),
        attempts=row["attempts"],
        due_at=maybe_from_text(row["due_at"]),
        error=row["error"],
    )
