"""All pages of Mijn Fluvius. Their addresses are ours, but for that of a short URL."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kwartier.emulator.mijn_fluvius import csam, inbox, own_page, sharing, sign_in
from kwartier.emulator.mijn_fluvius.refusals import stop_of
from kwartier.emulator.mijn_fluvius.sessions import Session
from kwartier.emulator.mijn_fluvius.visit import (
    CSAM,
    INBOX,
    JOURNEY,
    LOOK,
    OWN_PAGE,
    ROOT,
    SIGN_IN,
    Visit,
)
from kwartier.emulator.site.site import Site
from kwartier.emulator.world import World


def routes(world: World) -> list[Route]:
    """``/verbruik/...``: the journey of a short URL, and what comes after it."""
    site = Site(world, LOOK, Visit, Session, stop_of)

    async def root(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{OWN_PAGE}{query}", status_code=303)

    return [
        site.style_sheet(),
        Route(ROOT, root, methods=["GET"]),
        site.get(JOURNEY, sharing.start),
        site.post(f"{JOURNEY}/keuze", sharing.choose),
        site.get(sharing.REVIEW, sharing.review),
        site.post(f"{JOURNEY}/bevestigen", sharing.confirm),
        site.get(sharing.DONE, sharing.done),
        site.get(SIGN_IN, sign_in.sign_in_page),
        site.post(SIGN_IN, sign_in.sign_in),
        site.post(f"{SIGN_IN}/organisatie", sign_in.choose_organisation),
        site.post(f"{SIGN_IN}/voorwaarden", sign_in.accept_terms),
        site.post(f"{ROOT}/afmelden", sign_in.sign_out),
        site.get(OWN_PAGE, own_page.own_page),
        site.post(f"{OWN_PAGE}/verwijderen", own_page.delete),
        site.post(f"{OWN_PAGE}/vernieuwen", own_page.renew),
        site.get(INBOX, inbox.inbox),
        site.post(f"{INBOX}/antwoord", inbox.answer),
        site.get(CSAM, csam.csam),
        site.post(CSAM, csam.set_csam),
        site.unknown(f"{ROOT}/{{rest:path}}"),
    ]
