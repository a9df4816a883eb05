"""One request at a link: by whom, over which way, in which language, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from kwartier.connect.guest import Guest
from kwartier.connect.telling import Teller
from kwartier.connect.ways import Way


class Stopped(Exception):  # noqa: N818 - a page, not an error
    """The visit ends here: with the page that has the text ``key``, and this ``status``."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.key = key
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """``up`` leads from the page that was asked for to where the links lie."""

    request: Request
    guest: Guest
    way: Way
    teller: Teller
    now: datetime
    up: str

    @property
    def id(self) -> int:
        """The invitation's."""
        return self.guest.invitation.invitation_id

    @property
    def language(self) -> str:
        """The part of an address that keeps the language, if one was chosen."""
        return f"?lang={self.teller.t.code}" if "lang" in self.request.query_params else ""

    @property
    def link(self) -> str:
        """The link itself, from this page on."""
        return f"{self.up}{self.guest.invitation.token}"
