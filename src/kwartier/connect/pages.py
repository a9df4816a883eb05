"""Descriptions into pages: escaped, with headers that keep the link secret.

Addresses within the page are relative, so that it may be mounted anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kwartier.connect.meeting import Meeting
from kwartier.connect.settings import ConnectSettings
from kwartier.connect.telling import Asked, Told
from kwartier.connect.texts import SPEECHES, Speech, preferred
from kwartier.connect.ways import Way
from kwartier.web.assets import Assets
from kwartier.web.brand import STYLE_SHEET, brand_of
from kwartier.web.headers import HEADERS, content_security_policy
from kwartier.web.origin import origin_of
from kwartier.web.settings import WebSettings
from kwartier.web.templates import templates

_PACKAGE: Final = __package__
_STYLES: Final = ("pico.min.css", STYLE_SHEET, "connect.css")
RETRY_SECONDS: Final = 60
_NOTHING: Final[dict[str, object]] = {
    "asked": None,
    "label": "",
    "links": (),
    "speeches": (),
    "own_text": None,
    "wording": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link ``to`` another of these pages, with the text ``key``."""

    key: str
    to: str


class Pages:
    """The provider's pages in any of its languages."""

    def __init__(self, web: WebSettings, settings: ConnectSettings, ways: Sequence[Way]) -> None:
        brand = brand_of(web)
        self.name, self._logo = brand.name, brand.logo
        self.assets = Assets("kwartier.web", _PACKAGE, made=brand.files)
        self.offered = [str(language) for language in settings.languages]
        self._settings = settings
        self._templates = templates(_PACKAGE)
        self.headers = _headers(settings, [way.url for way in ways if way.url])

    def language(self, request: Request, own: str | None = None) -> str:
        """What to speak: as the address says, else the customer's ``own``, else as the browser."""
        for code in (request.query_params.get("lang"), own):
            if code in self.offered:
                return code
        return self.preferred(request)[0]

    def preferred(self, request: Request) -> list[str]:
        """All languages, first what the browser prefers."""
        return preferred(request.headers.get("accept-language", ""), self.offered)

    def told(
        self,
        met: Meeting,
        told: Told,
        *,
        asked: Asked | None = None,
        links: Sequence[Link] = (),
        refresh: str | None = None,
    ) -> Response:
        """What a customer is told, and asked; with ``refresh`` the browser goes on by itself."""
        language = met.teller.t.code
        code, words = met.guest.wording(language)
        return self._render(
            "told.html",
            met.teller.t,
            status=200,
            up=met.up,
            headers={"refresh": refresh} if refresh else {},
            told=told,
            asked=asked,
            label=met.guest.customer.label,
            own_text=self._settings.text(language),
            wording=words.strip().split("\n\n") if words else [],
            wording_language=code,
            holds=met.teller.holds(met.way.provider),
            action=f"{met.link}{met.language}",
            speeches=[SPEECHES[offered] for offered in self.offered],
            links=[*self._links(met.teller.t, links), *self._onward(met.teller.t, asked)],
        )

    def stop(
        self, language: str, key: str, status: int, *, up: str, retry: str | None = None
    ) -> Response:
        """The page with the text ``key``, for whoever can go no further, or may ``retry`` there."""
        t = SPEECHES[language]
        links = [Link(key="try_again", to=retry)] if retry else []
        told = Told(title=t(f"{key}_title"), said=[t(key, name=self.name)])
        return self._render(
            "told.html", t, status=status, up=up, told=told, links=self._links(t, links)
        )

    def _links(self, t: Speech, links: Sequence[Link]) -> list[dict[str, object]]:
        return [{"text": t(one.key), "to": one.to, "outside": False} for one in links]

    def _onward(self, t: Speech, asked: Asked | None) -> list[dict[str, object]]:
        """The provider's own page, once there is nothing to do on this one."""
        if asked is not None or self._settings.back_url is None:
            return []
        text = t("to_provider", name=self.name)
        return [{"text": text, "to": self._settings.back_url, "outside": True}]

    def unknown(self, request: Request, *, up: str = "") -> Response:
        """No such link: in all languages, for nothing is known of who asks."""
        speeches = [SPEECHES[code] for code in self.preferred(request)]
        return self._render("unknown.html", speeches[0], status=404, up=up, speeches=speeches)

    def _render(
        self,
        template: str,
        speech: Speech,
        *,
        status: int,
        up: str,
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Response:
        content = self._templates.get_template(template).render(
            t=speech,
            name=self.name,
            logo=None if self._logo is None else self._address(up, self._logo),
            styles=[self._address(up, style) for style in _STYLES],
            help=self._settings.help,
            **{**_NOTHING, **values},
        )
        sent = {**self.headers, **(headers or {}), "content-language": speech.code}
        if status in (429, 503):
            sent["retry-after"] = str(RETRY_SECONDS)
        return HTMLResponse(content, status, headers=sent)

    def _address(self, up: str, name: str) -> str:
        return up + self.assets(name).removeprefix("/")


def _headers(settings: ConnectSettings, portals: Sequence[str]) -> dict[str, str]:
    """Chromium holds a form to its policy wherever it is redirected to, and who keeps a portal may
    send customers on to sign in elsewhere: so any https address may follow.
    """
    forms = " ".join(["'self'", "https:", *dict.fromkeys(map(origin_of, portals))])
    policy = content_security_policy(
        script_src="'none'",
        connect_src="'none'",
        form_action=forms,
        frame_ancestors=" ".join(settings.frames) or "'none'",
    )
    headers = {
        **HEADERS,
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow, noarchive",
    }
    if settings.frames:  # it knows no list of sites, and browsers heed the policy before it
        del headers["x-frame-options"]
    return headers
