"""Who looked at whose data, and what people decided. Nothing in it is changed, and nothing is taken
out of it before its time (:func:`~kwartier.office.forgetting.forget_accesses`).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kwartier.ean_digests import without_eans
from kwartier.office.file import Office
from kwartier.office.instants import from_text, to_text

KEEP: Final = timedelta(days=1095)
"""Three years, as long as one consent may last: until it ends it can be told who saw the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One look, or one decision: ``action`` is a word such as looked, exported, decided."""

    entry_id: int
    at: datetime
    actor: str
    action: str
    customer_id: str | None
    detail: str | None


def note_access(
    office: Office,
    *,
    at: datetime,
    actor: str,
    action: str,
    customer_id: str | None = None,
    detail: str | None = None,
) -> None:
    """Keep that ``actor`` did something; ``at`` is on the wall clock. It outlives the data that it
    is about, so EANs in ``detail`` become digests.
    """
    told = None if detail is None else without_eans(detail)
    with office.writing() as connection:
        connection.execute(
            "INSERT INTO access_log (at, actor, action, customer_id, detail) "
            "VALUES (?, ?, ?, ?, ?)",
            (to_text(at), actor, action, customer_id, told),
        )


def accesses(
    office: Office,
    *,
    customer_id: str | None = None,
    actor: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Access]:
    """The newest entries first: of one customer, of one actor, ``start`` <= at < ``end``;
    ``before`` are those with a smaller number.
    """
    conditions = {
        "customer_id = ?": customer_id,
        "actor = ?": actor,
        "at >= ?": None if start is None else to_text(start),
        "at < ?": None if end is None else to_text(end),
        "entry_id < ?": before,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    where = " AND ".join(given) or "TRUE"
    with office.reading() as connection:
        rows = connection.execute(
            f"SELECT * FROM access_log WHERE {where} "  # noqa: S608 - our own conditions
            "ORDER BY entry_id DESC LIMIT ?",
            (*given.values(), limit),
        )
        return [_access(row) for row in rows]


def actors(office: Office) -> list[str]:
    """Everybody who stands in the log."""
    with office.reading() as connection:
        rows = connection.execute("SELECT DISTINCT actor FROM access_log ORDER BY actor")
        return [row["actor"] for row in rows]


def _access(row: sqlite3.Row) -> Access:
    return Access(
        entry_id=row["entry_id"],
        at=from_text(row["at"]),
        actor=row["actor"],
        action=row["action"],
        customer_id=row["customer_id"],
        detail=row["detail"],
    )
