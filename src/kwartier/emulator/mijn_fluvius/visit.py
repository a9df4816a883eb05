"""One request for a page of Mijn Fluvius: where the pages are, and for whom somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from kwartier.emulator.consents import Consents
from kwartier.emulator.mijn_fluvius.sessions import Session
from kwartier.emulator.mijn_fluvius.texts import LANGUAGES
from kwartier.emulator.personas import CUSTOMERS, PORTAL_USERS, Customer, PortalUser
from kwartier.emulator.site.look import Look, templates
from kwartier.emulator.site.visit import Visit as SiteVisit
from kwartier.emulator.world import World

ROOT: Final = "/verbruik"
JOURNEY: Final = f"{ROOT}/dienstverlener"
OWN_PAGE: Final = f"{ROOT}/mijn"
INBOX: Final = f"{ROOT}/postbus"
CSAM: Final = f"{ROOT}/csam"
SIGN_IN: Final = f"{ROOT}/aanmelden"
_PAGES = (OWN_PAGE, INBOX, CSAM, SIGN_IN)
_LINKS = ((OWN_PAGE, "own_link"), (INBOX, "inbox_link"), (CSAM, "csam_link"))

LOOK: Final = Look(
    name="Mijn Fluvius",
    root=ROOT,
    cookie="mijn-fluvius-emulated",
    languages=LANGUAGES,
    templates=templates(__package__),
)


@dataclass(slots=True)
class Visit(SiteVisit[Session]):
    """What a page is made of."""

    @property
    def customer(self) -> Customer | None:
        """For whom somebody is signed in."""
        user = self.session.user
        return None if user is None else CUSTOMERS[user.customer]

    @property
    def signed_in(self) -> str | None:
        customer = self.customer
        return None if customer is None else customer.name

    @property
    def may_leave(self) -> bool:
        return bool(self.session.user or self.session.at_csam or self.session.unfinished)

    @property
    def at_csam(self) -> PortalUser | None:
        """Who has a session with the government's sign-in."""
        return PORTAL_USERS.get(self.session.at_csam or "")

    def is_new(self, user: PortalUser) -> bool:
        """Whether a portal user has yet to accept the terms."""
        accepted_by = {*self.world.live.accepted_terms, *self.world.sandbox.accepted_terms}
        return user.is_new and user.id not in accepted_by

    def page(self, template: str, title: str, status: int = 200, **values: object) -> Response:
        return SiteVisit.page(self, template, title, status, links=_LINKS, **values)

    @property
    def before(self) -> tuple[str, dict[str, str]] | None:
        path = self.request.url.path
        if self.request.method != "POST":
            return None
        if identifier := next(filter(None, self.form.all("id")), None):
            return JOURNEY, {"id": identifier}
        return next(((page, {}) for page in _PAGES if path.startswith(page)), None)


def environments(world: World) -> tuple[Consents, Consents]:
    """Live first: both have short URLs, and customers who follow them."""
    return world.live, world.sandbox
