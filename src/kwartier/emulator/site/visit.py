"""One request for a page: whose it is, in which language, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kwartier.emulator.site.look import Look
from kwartier.emulator.site.pages import render
from kwartier.emulator.site.sessions import S, Sessions
from kwartier.emulator.site.texts import Language, accepted
from kwartier.emulator.world import World
from kwartier.web.forms import Form

LANGUAGE: Final = "taal"
"""The query parameter that picks a language for the session."""


@dataclass(slots=True)
class Visit(Generic[S]):
    """What a page is made of. ``form`` holds the fields of a POST, none of a GET."""

    look: Look
    world: World
    sessions: Sessions[S]
    request: Request
    session: S
    now: datetime
    form: Form = field(default_factory=lambda: Form([]))

    def query(self, name: str) -> str:
        """The first value of a query parameter; empty when absent."""
        found = self.request.query_params.getlist(name)
        return found[0] if found else ""

    @property
    def language(self) -> Language:
        """The one that was chosen, else the browser's, else Dutch."""
        return self.look.languages[self.session.language or accepted(self.request.headers)]

    @property
    def signed_in(self) -> str | None:
        """The name of whoever is signed in."""
        return None

    @property
    def may_leave(self) -> bool:
        """Whether there is something to sign out of."""
        return self.signed_in is not None

    @property
    def before(self) -> tuple[str, dict[str, str]] | None:
        """The page, and its query, on which the form of a POST stood; None where that is not known,
        and after a GET.
        """
        return None

    def page(self, template: str, title: str, status: int = 200, **values: object) -> Response:
        """A page; ``title`` is the key of its heading. A site adds ``links``: the addresses of its
        main pages, and the keys of their names.
        """
        return render(
            self.look,
            template,
            self.language,
            self.session.form_token,
            status,
            title=title,
            clock=self.now,
            signed_in=self.signed_in,
            may_leave=self.may_leave,
            switch=self._in(self.language.other),
            **values,
        )

    def go(self, path: str, **query: str) -> Response:
        """On to another page, by GET."""
        return RedirectResponse(address(path, **query), status_code=303)

    def _in(self, language: str) -> str:
        """This page's address in another language; after a POST, that of the page before it."""
        path = self.request.url.path
        query = {name: self.query(name) for name in self.request.query_params if name != LANGUAGE}
        if self.request.method == "POST":
            path, query = self.before or (self.look.root, {})
        return address(path, **{**query, LANGUAGE: language})


def address(path: str, **query: str) -> str:
    """A page's address."""
    return f"{path}?{urlencode(query)}" if query else path
