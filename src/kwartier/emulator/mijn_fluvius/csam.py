"""The government's sign-in, emulated: who has a session there, as the provider's site left it."""

from __future__ import annotations

from starlette.responses import Response

from kwartier.emulator.mijn_fluvius.visit import CSAM, Visit
from kwartier.emulator.personas import PORTAL_USERS
from kwartier.web.stops import Stop


def csam(visit: Visit) -> Response:
    """``GET``: who has a session, and a form that gives it to another, or to nobody."""
    return visit.page(
        "csam.html",
        "csam_title",
        users=list(PORTAL_USERS.values()),
        at_csam=visit.session.at_csam,
        told="told_set" if visit.query("gedaan") == "set" else None,
    )


def set_csam(visit: Visit) -> Response:
    """``POST``: somebody has a session there from now on, and nobody one at Mijn Fluvius."""
    chosen = visit.form.text("user")
    if chosen and chosen not in PORTAL_USERS:
        raise Stop(400, "stop_form")
    visit.session.sign_out()
    visit.session.at_csam = chosen or None
    visit.sessions.renew(visit.session)
    return visit.go(CSAM, gedaan="set")
