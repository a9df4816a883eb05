"""Whom the provider invited: one permanent link a customer and provider of data.

The token in a link is all that is needed to use it, so it stands in no log, error or ``repr``. It
is looked up by its digest: how long that takes says nothing of tokens that exist.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kwartier.office.file import Office
from kwartier.office.instants import from_text, maybe_from_text, to_text
from kwartier.office.terms import Terms

_TOKEN_BYTES: Final = 24
_ADD: Final = """
    INSERT INTO invitations (token, digest, customer_id, provider, terms, invited_at)
    VALUES (?, ?, ?, ?, ?, ?) RETURNING *
"""
_STANDING: Final = "SELECT * FROM invitations WHERE provider = ? AND withdrawn_at IS NULL"
_WITHDRAW: Final = "UPDATE invitations SET withdrawn_at = ? WHERE invitation_id = ?"
_WITHDRAW_OF: Final = """
    UPDATE invitations SET withdrawn_at = :at
    WHERE customer_id = :customer_id AND withdrawn_at IS NULL
      AND (:provider IS NULL OR provider = :provider)
    RETURNING *
"""
_FIND: Final = "SELECT * FROM invitations WHERE digest = ?"
_BY_ID: Final = "SELECT * FROM invitations WHERE invitation_id = ?"
_LIST: Final = """
    SELECT * FROM invitations
    WHERE (:all OR withdrawn_at IS NULL)
    ORDER BY invitation_id
"""
_LIST_OF: Final = """
    SELECT * FROM invitations
    WHERE customer_id = :customer_id AND (:all OR withdrawn_at IS NULL)
    ORDER BY invitation_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """``customer_id`` was invited at ``invited_at`` to share what ``provider`` measures, on
    ``terms``; ``token`` is the secret part of the link, which works until ``withdrawn_at``.
    """

    invitation_id: int
    token: str = field(repr=False)
    customer_id: str
    provider: str
    terms: Terms
    invited_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether its link works."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The ``invitation`` that stands now; ``is_new`` unless it did before."""

    invitation: Invitation
    is_new: bool


def invite(
    office: Office, customer_id: str, *, provider: str, at: datetime, terms: Terms | None = None
) -> Invited:
    """The standing invitation of a customer; see :func:`invite_all`."""
    (invited,) = invite_all(office, [(customer_id, terms or Terms())], provider=provider, at=at)
    return invited


def invite_all(
    office: Office, asked: Sequence[tuple[str, Terms]], *, provider: str, at: datetime
) -> list[Invited]:
    """The standing invitations of customers (each once), in the order asked: all, or none.

    Who is invited already on the same terms keeps the link; on others, the old link is withdrawn
    and a new one made. InputError for terms that cannot be.
    """
    with office.writing() as connection:
        return invite_within(connection, asked, provider=provider, at=at)


def invite_within(
    connection: sqlite3.Connection,
    asked: Sequence[tuple[str, Terms]],
    *,
    provider: str,
    at: datetime,
) -> list[Invited]:
    """The same as :func:`invite_all`, within a transaction that more belongs to."""
    for _, terms in asked:
        terms.check(provider, at)
    rows = connection.execute(_STANDING, (provider,))
    if len(asked) == 1:
        rows = connection.execute(f"{_STANDING} AND customer_id = ?", (provider, asked[0][0]))
    standing = {row["customer_id"]: row for row in rows}
    return [
        _invited(connection, standing.get(customer_id), customer_id, provider, terms, at)
        for customer_id, terms in asked
    ]


def invitation_within(connection: sqlite3.Connection, invitation_id: int) -> Invitation:
    """The invitation of that number, which there is."""
    return _invitation(connection.execute(_BY_ID, (invitation_id,)).fetchone())


def _invited(
    connection: sqlite3.Connection,
    standing: sqlite3.Row | None,
    customer_id: str,
    provider: str,
    terms: Terms,
    at: datetime,
) -> Invited:
    text = terms.as_text()
    if standing is not None:
        if standing["terms"] == text:
            return Invited(invitation=_invitation(standing), is_new=False)
        connection.execute(_WITHDRAW, (to_text(at), standing["invitation_id"]))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values = (token, _digest(token), customer_id, provider, text, to_text(at))
    return Invited(invitation=_invitation(connection.execute(_ADD, values).fetchone()), is_new=True)


def find_invitation(office: Office, token: str) -> Invitation | None:
    """The invitation of a link, withdrawn ones too; None if there is none."""
    with office.reading() as connection:
        row = connection.execute(_FIND, (_digest(token),)).fetchone()
    if row is None or not secrets.compare_digest(row["token"].encode(), token.encode()):
        return None
    return _invitation(row)


def withdraw(
    office: Office, customer_id: str, *, at: datetime, provider: str | None = None
) -> list[Invitation]:
    """Let a customer's links work no longer, with ``provider`` or all; those that did."""
    asked = {"customer_id": customer_id, "provider": provider, "at": to_text(at)}
    with office.writing() as connection:
        return _invitations(connection.execute(_WITHDRAW_OF, asked))


def invitations(
    office: Office, customer_id: str | None = None, *, withdrawn: bool = False
) -> list[Invitation]:
    """Those that stand, of one customer or of all, the oldest first; ``withdrawn`` ones too."""
    with office.reading() as connection:
        asked = {"customer_id": customer_id, "all": withdrawn}
        listed = _LIST if customer_id is None else _LIST_OF
        return _invitations(connection.execute(listed, asked))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _invitations(rows: Iterable[sqlite3.Row]) -> list[Invitation]:
    return [_invitation(row) for row in rows]


def _invitation(row: sqlite3.Row) -> Invitation:
    return Invitation(
        invitation_id=row["invitation_id"],
        token=row["token"],
        customer_id=row["customer_id"],
        provider=row["provider"],
        terms=Terms.of_text(row["terms"]),
        invited_at=from_text(row["invited_at"]),
        withdrawn_at=maybe_from_text(row["withdrawn_at"]),
    )
