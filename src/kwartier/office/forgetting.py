"""Letting go, bytes included: of a customer's invitations, with what happened at their links, and
of what the access log has had for long enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import to_text

_AT_A_TIME: Final = 10_000
_FORGET_SOME: Final = """
    DELETE FROM access_log
    WHERE entry_id IN (SELECT entry_id FROM access_log WHERE at < ? LIMIT ?)
"""


def invited_customers(office: Office) -> list[str]:
    """Whom the office file knows an invitation of, withdrawn ones too."""
    if not office.path.exists():
        return []
    with office.reading() as connection:
        rows = connection.execute("SELECT DISTINCT customer_id FROM invitations ORDER BY 1")
        return [row["customer_id"] for row in rows]


def erase_invitations(office: Office, customers: Mapping[str, datetime]) -> int:
    """Erase each customer's invitations up to an instant, and the visits to their links; how many
    there were. The access log keeps who looked at the customer's data, by the customer's id.
    """
    if not customers:
        return 0
    with office.writing() as connection:
        gone = sum(
            connection.execute(
                "DELETE FROM invitations WHERE customer_id = ? AND invited_at <= ?",
                (customer_id, to_text(until)),
            ).rowcount
            for customer_id, until in customers.items()
        )
    if gone:
        empty_log(office)
    return gone


def forget_accesses(office: Office, *, before: datetime) -> int:
    """Let go of what the access log tells of the time ``before`` an instant; how many entries that
    were. Whoever else writes to the file waits for a few thousand of them at most.
    """
    if not office.path.exists():
        return 0
    gone = 0
    while some := _forget_some(office, before):
        gone += some
    if gone:
        empty_log(office)
    return gone


def _forget_some(office: Office, before: datetime) -> int:
    with office.writing() as connection:
        return connection.execute(_FORGET_SOME, (to_text(before), _AT_A_TIME)).rowcount


def empty_log(office: Office) -> None:
    """Work the log beside the file into it and cut it off: it holds former pages."""
    with office.reading() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
