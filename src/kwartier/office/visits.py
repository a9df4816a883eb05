"""What happened at the links that customers were sent."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kwartier.ean_digests import without_eans
from kwartier.office.file import Office
from kwartier.office.instants import from_text, maybe_from_text, maybe_to_text, to_text

_LONGEST_DETAIL: Final = 200
_ADD: Final = """
    INSERT INTO visits (invitation_id, at, kind, short_url, valid_to, detail)
    SELECT :invitation_id, :at, :kind, :short_url, :valid_to, :detail
    WHERE :since IS NULL OR NOT EXISTS (
        SELECT 1 FROM visits
        WHERE invitation_id = :invitation_id AND kind = :kind AND at > :since
          AND detail IS :detail
    )
"""
_OF_INVITATION: Final = "SELECT * FROM visits WHERE invitation_id = ? ORDER BY visit_id"
_FORGET_SHORT_URLS: Final = """
    UPDATE visits SET short_url = NULL
    WHERE invitation_id = ? AND short_url IS NOT NULL AND valid_to <= ?
"""
_REQUESTED_SINCE: Final = """
    SELECT * FROM visits
    WHERE invitation_id = ? AND kind = 'requested' AND at > ? ORDER BY visit_id DESC
"""
_SUMMED_UP: Final = """
    SELECT customer_id, provider, invitation_id, kind, min(at) AS first_at, max(at) AS last_at,
        count(*) AS times, max(valid_to) AS valid_to
    FROM visits JOIN invitations USING (invitation_id)
    {where}GROUP BY invitation_id, kind ORDER BY invitation_id, first_at
"""
_OF_ALL: Final = _SUMMED_UP.format(where="")
_OF_ONE: Final = _SUMMED_UP.format(where="WHERE customer_id = :customer_id\n    ")
"""A condition of its own, so that the index is used."""


class VisitKind(StrEnum):
    """The page was ``opened``; ``requested``: a short URL was made; ``returned`` from the provider
    of data after a request there, or ``turned_back`` before; ``failed``: there was no short URL.
    """

    OPENED = "opened"
    REQUESTED = "requested"
    RETURNED = "returned"
    TURNED_BACK = "turned_back"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One step at a link. Of a request, ``short_url`` lives until ``valid_to``; ``detail`` says
    why one failed (the class of the error), or what the provider showed on return.
    """

    invitation_id: int
    at: datetime
    kind: VisitKind
    short_url: str | None = field(default=None, repr=False)
    valid_to: datetime | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """All visits of one ``kind`` to an invitation's link; ``valid_to`` is that of the request
    whose short URL lives longest.
    """

    customer_id: str
    provider: str
    invitation_id: int
    kind: VisitKind
    first_at: datetime
    last_at: datetime
    times: int
    valid_to: datetime | None = None


def note_visit(office: Office, visit: Visit, *, once_in: timedelta | None = None) -> None:
    """Keep ``visit``; with ``once_in`` only if there was none like it (invitation, kind, detail)
    for so long, so that robots and reloads fill nothing. Short URLs that are over are let go of.
    """
    detail = None if visit.detail is None else without_eans(visit.detail)[:_LONGEST_DETAIL]
    values = {
        "invitation_id": visit.invitation_id,
        "at": to_text(visit.at),
        "kind": visit.kind,
        "short_url": visit.short_url,
        "valid_to": maybe_to_text(visit.valid_to),
        "detail": detail,
        "since": None if once_in is None else to_text(visit.at - once_in),
    }
    with office.writing() as connection:
        connection.execute(_FORGET_SHORT_URLS, (visit.invitation_id, values["at"]))
        connection.execute(_ADD, values)


def visits_of(office: Office, invitation_id: int) -> list[Visit]:
    """All visits to an invitation's link, in order."""
    with office.reading() as connection:
        return [_visit(row) for row in connection.execute(_OF_INVITATION, (invitation_id,))]


def requested_since(office: Office, invitation_id: int, since: datetime) -> list[Visit]:
    """The requests after ``since``, the newest first."""
    with office.reading() as connection:
        rows = connection.execute(_REQUESTED_SINCE, (invitation_id, to_text(since)))
        return [_visit(row) for row in rows]


def visited(office: Office, customer_id: str | None = None) -> list[Visited]:
    """The visits of one customer or of all, summed up by invitation and kind."""
    with office.reading() as connection:
        summed_up = _OF_ALL if customer_id is None else _OF_ONE
        rows = connection.execute(summed_up, {"customer_id": customer_id})
        return [_visited(row) for row in rows]


def _visit(row: sqlite3.Row) -> Visit:
    return Visit(
        invitation_id=row["invitation_id"],
        at=from_text(row["at"]),
        kind=VisitKind(row["kind"]),
        short_url=row["short_url"],
        valid_to=maybe_from_text(row["valid_to"]),
        detail=row["detail"],
    )


def _visited(row: sqlite3.Row) -> Visited:
    return Visited(
        customer_id=row["customer_id"],
        provider=row["provider"],
        invitation_id=row["invitation_id"],
        kind=VisitKind(row["kind"]),
        first_at=from_text(row["first_at"]),
        last_at=from_text(row["last_at"]),
        times=row["times"],
        valid_to=maybe_from_text(row["valid_to"]),
    )
