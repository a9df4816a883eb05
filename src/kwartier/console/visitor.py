"""One request: who makes it, what they sent, and how it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kwartier.console.context import ConsoleContext
from kwartier.console.rendering import Rendering
from kwartier.errors import KwartierError
from kwartier.office.access_log import note_access
from kwartier.office.users import Role, User
from kwartier.web.forms import Form


@dataclass(slots=True, kw_only=True)
class Visitor:
    """What a handler is given: ``form`` holds the fields of a POST, none of a GET.

    ``now`` is the provider's time, ``at`` the wall clock's. ``user`` is None on pages for whoever
    comes, and only there. A handler may set ``detail``: what the access log says it was about.
    """

    request: Request
    context: ConsoleContext
    rendering: Rendering = field(repr=False)
    user: User | None
    form_token: str = field(repr=False)
    now: datetime
    at: datetime
    form: Form = field(default_factory=lambda: Form([]))
    detail: str | None = None

    @property
    def signed_in(self) -> User:
        """Who it is, on pages that need somebody to be signed in."""
        if self.user is None:
            raise KwartierError("nobody is signed in here")
        return self.user

    def may(self, role: Role | str) -> bool:
        """Whether they may do what needs this role."""
        return self.user is not None and self.user.role.may(Role(role))

    @property
    def is_htmx(self) -> bool:
        """Whether a part of a page is asked for, by a script of ours."""
        return self.request.headers.get("hx-request") == "true"

    def query(self, name: str) -> str:
        """The first value of a query parameter, without blanks around it; empty when absent."""
        found = self.request.query_params.getlist(name)
        return found[0].strip() if found else ""

    @property
    def before(self) -> int | None:
        """Before which entry a list goes on, as the address says; None: it begins."""
        text = self.query("before")
        return int(text) if text.isdecimal() and len(text) < 16 else None

    def page(self, template: str, *, title: str, status: int = 200, **values: Any) -> Response:
        """A whole page, with navigation."""
        return self.rendering.page(self, template, status, title=title, **values)

    def part(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A part of a page, which a script puts in its place."""
        return self.rendering.page(self, template, status, **values)

    def json(self, value: Any, status: int = 200) -> Response:
        """``value`` for a script of ours."""
        return Response(msgspec.json.encode(value), status, media_type="application/json")

    def note(self, action: str, customer_id: str | None = None, detail: str | None = None) -> None:
        """Keep in the access log what they did. It writes a file: not for the event loop."""
        note_access(
            self.context.office,
            at=self.at,
            actor=self.signed_in.name,
            action=action,
            customer_id=customer_id,
            detail=detail,
        )

    async def note_list(self, name: str, shown: int) -> None:
        """Keep in the access log that a list with so many customers is shown to them: an entry for
        each page of it. Neither what was searched for belongs into ``name``, nor who was found. A
        list of nobody leaves none.
        """
        if shown:
            detail = f"{name}, {shown} shown"
            await asyncio.to_thread(self.note, "looked at a list", None, detail)

    def go(self, path: str, **query: str) -> Response:
        """On to another page of the console, by GET."""
        return RedirectResponse(address(path, **query), status_code=303)


def address(path: str, **query: str) -> str:
    """A page's address; empty values are left out."""
    told = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(told)}" if told else path
