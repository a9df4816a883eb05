"""One request for a page: whose it is, in which language, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kwartier.emulator.consents import Consents
from kwartier.emulator.mijn_fluvius.forms import Form
from kwartier.emulator.mijn_fluvius.pages import render
from kwartier.emulator.mijn_fluvius.sessions import Session, Sessions
from kwartier.emulator.mijn_fluvius.texts import LANGUAGES, Language
from kwartier.emulator.personas import CUSTOMERS, PORTAL_USERS, Customer, PortalUser
from kwartier.emulator.world import World

ROOT: Final = "/verbruik"
JOURNEY: Final = f"{ROOT}/dienstverlener"
OWN_PAGE: Final = f"{ROOT}/mijn"
INBOX: Final = f"{ROOT}/postbus"
CSAM: Final = f"{ROOT}/csam"
SIGN_IN: Final = f"{ROOT}/aanmelden"
_PAGES = (OWN_PAGE, INBOX, CSAM, SIGN_IN)


@dataclass(slots=True)
class Visit:
    """What a page is made of. ``form`` holds the fields of a POST, none of a GET."""

    world: World
    sessions: Sessions
    request: Request
    session: Session
    now: datetime
    form: Form = field(default_factory=lambda: Form([]))

    def query(self, name: str) -> str:
        """The first value of a query parameter; empty when absent."""
        found = self.request.query_params.getlist(name)
        return found[0] if found else ""

    @property
    def language(self) -> Language:
        """The one that was chosen, else the browser's, else Dutch."""
        chosen = self.session.language
        return LANGUAGES[chosen] if chosen else accepted(self.request.headers)

    @property
    def customer(self) -> Customer | None:
        """For whom somebody is signed in."""
        user = self.session.user
        return None if user is None else CUSTOMERS[user.customer]

    @property
    def at_csam(self) -> PortalUser | None:
        """Who has a session with the government's sign-in."""
        return PORTAL_USERS.get(self.session.at_csam or "")

    def is_new(self, user: PortalUser) -> bool:
        """Whether a portal user has yet to accept the terms."""
        accepted_by = {*self.world.live.accepted_terms, *self.world.sandbox.accepted_terms}
        return user.is_new and user.id not in accepted_by

    def page(self, template: str, title: str, status: int = 200, **values: object) -> Response:
        """A page; ``title`` is the key of its heading."""
        return render(
            template,
            self.language,
            status,
            title=title,
            clock=self.now,
            form_token=self.session.form_token,
            signed_in=self.customer,
            may_leave=bool(self.session.user or self.session.at_csam or self.session.unfinished),
            switch=self._in(self.language.other),
            **values,
        )

    def go(self, path: str, **query: str) -> Response:
        """On to another page, by GET."""
        return RedirectResponse(address(path, **query), status_code=303)

    @property
    def before(self) -> tuple[str, dict[str, str]] | None:
        """The page, and its query, on which the form of a POST stood: a short URL's, or another's.

        None after a GET, and where the form does not say whose short URL's it was.
        """
        path = self.request.url.path
        if self.request.method != "POST":
            return None
        if identifier := next(filter(None, self.form.all("id")), None):
            return JOURNEY, {"id": identifier}
        return next(((page, {}) for page in _PAGES if path.startswith(page)), None)

    def _in(self, language: str) -> str:
        """This page's address in another language; after a POST, that of the page before it."""
        path = self.request.url.path
        query = {name: self.query(name) for name in self.request.query_params if name != "taal"}
        if self.request.method == "POST":
            path, query = self.before or (ROOT, {})
        return address(path, **{**query, "taal": language})


Page = Callable[[Visit], Response]
"""What answers a visit, or raises."""


def address(path: str, **query: str) -> str:
    """A page's address."""
    return f"{path}?{urlencode(query)}" if query else path


def environments(world: World) -> tuple[Consents, Consents]:
    """Live first: both have short URLs, and customers who follow them."""
    return world.live, world.sandbox


def accepted(headers: Headers) -> Language:
    """The first of our languages in Accept-Language, heaviest first; Dutch without any."""
    said = headers.get("accept-language", "")
    weighed = []
    for position, part in enumerate(said[:500].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            weighed.append((-float(weight or 1), position, tag.partition("-")[0]))
        except ValueError:
            continue
    tags = [tag for heaviness, _, tag in sorted(weighed) if heaviness < 0 and tag in LANGUAGES]
    return LANGUAGES[tags[0] if tags else "nl"]
