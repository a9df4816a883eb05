"""One request for a page: in which environment, which data owner looks, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from kwartier.emulator.eneco.data_owners import DataOwner, data_owner
from kwartier.emulator.fiam.contracts import Contracts, Environment
from kwartier.emulator.fiam.parties import CONSUMERS, Party
from kwartier.emulator.fiam_portal.texts import LANGUAGES
from kwartier.emulator.site.look import Look, templates
from kwartier.emulator.site.sessions import Session as BrowserSession
from kwartier.emulator.site.visit import Visit as SiteVisit
from kwartier.emulator.site.visit import address
from kwartier.web.stops import Stop

_ROOTS: Final = {
    Environment.PRODUCTION: "/fiam/consent",
    Environment.ACCEPTANCE: "/fiam-acc/consent",
}
_NAMES: Final = {
    Environment.PRODUCTION: "KPN FIAM",
    Environment.ACCEPTANCE: "KPN FIAM, acceptance",
}
_STYLE: Final = b":root { --deed: #0a6b4f; --focus: #7a1fa2; }\n"
_TEMPLATES: Final = templates(__package__)
LONGEST_URL: Final = 2_000


@dataclass(slots=True)
class Session(BrowserSession):
    """``owner`` is the UUID of the data owner who is signed in; ``returns`` are the addresses to
    which the consumers (by identifier) want their customer back.
    """

    owner: str | None = None
    returns: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Visit(SiteVisit[Session]):
    """What a page is made of."""

    @property
    def environment(self) -> Environment:
        """Whose customers these are."""
        return next(each for each, root in _ROOTS.items() if root == self.look.root)

    @property
    def contracts(self) -> Contracts:
        """Those of this environment."""
        return self.world.contracts(self.environment)

    @property
    def owner(self) -> DataOwner | None:
        """Who is signed in."""
        return data_owner(self.environment, self.session.owner or "")

    @property
    def signed_in(self) -> str | None:
        owner = self.owner
        return None if owner is None else owner.name

    @property
    def before(self) -> tuple[str, dict[str, str]] | None:
        if self.request.method != "POST":
            return None
        asks = next(filter(None, self.form.all("consumer")), None)
        if asks in CONSUMERS:
            return self.look.root, {"consumer": asks}
        return self.at("mijn"), {}

    def at(self, page: str) -> str:
        """The address of one of the pages."""
        return f"{self.look.root}/{page}"

    def page(self, template: str, title: str, status: int = 200, **values: object) -> Response:
        links = ((self.at("mijn"), "mine_link"),)
        return SiteVisit.page(self, template, title, status, links=links, **values)


def look(environment: Environment) -> Look:
    """How the pages of ``environment`` look, and where they are."""
    root = _ROOTS[environment]
    return Look(
        name=_NAMES[environment],
        root=root,
        cookie=f"fiam-{environment}-emulated",
        languages=LANGUAGES,
        templates=_TEMPLATES,
        style=_STYLE,
    )


def party(identifier: str) -> Party:
    """The service consumer with this identifier; :class:`Stop` when there is none."""
    found = CONSUMERS.get(identifier)
    if found is None:
        raise Stop(404, "stop_consumer", "")
    return found


def ask_address(root: str, consumer: str) -> str:
    """Where a consumer asks."""
    return address(root, consumer=consumer)
