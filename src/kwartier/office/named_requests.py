"""Requests that name themselves, so that a repeat of one is answered as the first time: after a
restart too, and whichever process answers.

Of a request only digests are kept, and to which invitation it led; a second copy of its link, or of
what the caller named it after, is not.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kwartier.errors import KwartierError
from kwartier.office.file import Office
from kwartier.office.instants import to_text
from kwartier.office.invitations import Invited, invitation_within, invite_within
from kwartier.office.terms import Terms

REMEMBERED: Final = timedelta(days=1)
_FORGET: Final = "DELETE FROM named_requests WHERE answered_at <= ?"
_FIND: Final = "SELECT * FROM named_requests WHERE name = ?"
_KEEP: Final = """
    INSERT INTO named_requests (name, asked, answered_at, invitation_id, is_new)
    VALUES (?, ?, ?, ?, ?)
"""


class NameTakenError(KwartierError):
    """The name stands for a request that asked for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRequest:
    """Whoever has the key ``key_id`` names a request ``name``; ``asked`` is all that it asks for.

    Names of one key are none of another's.
    """

    key_id: str
    name: str
    asked: bytes

    @property
    def name_digest(self) -> str:
        """What it is found by."""
        return hashlib.sha256(f"{self.key_id}\n{self.name}".encode()).hexdigest()

    @property
    def asked_digest(self) -> str:
        """By which a repeat is told from another request."""
        return hashlib.sha256(self.asked).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a named request led to when it was first made, and whether this ``is_repeat``."""

    invited: Invited
    is_repeat: bool


def invite_once(
    office: Office,
    request: NamedRequest,
    customer_id: str,
    *,
    provider: str,
    terms: Terms,
    at: datetime,
    asked_at: datetime,
) -> Answered:
    """Invite a customer at ``at``, as :func:`kwartier.office.invitations.invite` does, unless the
    same request did within a day before ``asked_at`` (this machine's time): then what it led to,
    the invitation as it stands by now. NameTakenError if that asked for something else.
    """
    with office.writing() as connection:
        connection.execute(_FORGET, (to_text(asked_at - REMEMBERED),))
        known = connection.execute(_FIND, (request.name_digest,)).fetchone()
        if known is not None:
            return _repeated(connection, known, request)
        asked = [(customer_id, terms)]
        (invited,) = invite_within(connection, asked, provider=provider, at=at)
        kept = (request.name_digest, request.asked_digest, to_text(asked_at))
        led_to = (invited.invitation.invitation_id, invited.is_new)
        connection.execute(_KEEP, (*kept, *led_to))
    return Answered(invited=invited, is_repeat=False)


def _repeated(
    connection: sqlite3.Connection, known: sqlite3.Row, request: NamedRequest
) -> Answered:
    if known["asked"] != request.asked_digest:
        raise NameTakenError("names another request already: take a new key for a new request")
    invitation = invitation_within(connection, known["invitation_id"])
    invited = Invited(invitation=invitation, is_new=bool(known["is_new"]))
    return Answered(invited=invited, is_repeat=True)
