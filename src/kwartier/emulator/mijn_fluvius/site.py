"""What all pages share: sessions and cookies, the checks of a form, and refusals as pages."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.journeys import JourneyRefusedError, Refusal
from kwartier.emulator.mijn_fluvius.forms import check_form_token, check_origin, read_form
from kwartier.emulator.mijn_fluvius.sessions import COOKIE, Session, Sessions
from kwartier.emulator.mijn_fluvius.stops import Stop
from kwartier.emulator.mijn_fluvius.texts import LANGUAGES
from kwartier.emulator.mijn_fluvius.visit import ROOT, Page, Visit, address
from kwartier.emulator.world import World
from kwartier.errors import KwartierError

_log = logging.getLogger(__name__)

STATUS = {
    Refusal.UNKNOWN_LINK: 404,
    Refusal.EXPIRED_LINK: 410,
    Refusal.WRONG_FLOW: 403,
    Refusal.OTHER_CUSTOMER: 403,
    Refusal.ALREADY_CONFIRMED: 409,
    Refusal.NOT_YOURS: 404,
    Refusal.UNKNOWN_REQUEST: 404,
    Refusal.ALREADY_ANSWERED: 409,
}
"""The status of a refusal's page; 400 for the others, which are mistakes in a form."""


def refusal_text(reason: Refusal) -> str:
    """The key of the text that tells a customer why."""
    return f"refusal_{reason.value.replace('-', '_')}"


_GONE = {refusal_text(Refusal.UNKNOWN_LINK), refusal_text(Refusal.EXPIRED_LINK)}
"""After these the page before leads nowhere."""


class Site:
    """The pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions = Sessions()

    def get(self, path: str, page: Page) -> Route:
        """A page to look at."""
        return self._route(path, page, "GET")

    def post(self, path: str, page: Page) -> Route:
        """What a form of one of our pages is sent to."""
        return self._route(path, page, "POST")

    def unknown(self, path: str) -> Route:
        """What is at no page's address, or is asked for in another way than the page is."""

        def stop(_visit: Visit) -> Response:
            raise Stop(404, "stop_page", ROOT)

        return self._route(path, stop, "GET", "POST")

    def _route(self, path: str, page: Page, *methods: str) -> Route:
        async def handle(request: Request) -> Response:
            session = self._sessions.of(request.cookies.get(COOKIE)) or self._sessions.open()
            visit = Visit(self._world, self._sessions, request, session, self._world.now())
            if (language := visit.query("taal")) in LANGUAGES:
                session.language = language
            response = await self._answer(visit, page)
            if request.cookies.get(COOKIE) != session.token:
                _give_cookie(request, response, session)
            return response

        return Route(path, handle, methods=list(methods))

    async def _answer(self, visit: Visit, page: Page) -> Response:
        try:
            if visit.request.method == "POST":
                check_origin(visit.request)
                visit.form = await read_form(visit.request)
                check_form_token(visit.form, visit.session.form_token)
            return page(visit)
        except Stop as stop:
            return _stopped(visit, stop)
        except JourneyRefusedError as refused:
            status = STATUS.get(refused.reason, 400)
            return _stopped(visit, Stop(status, refusal_text(refused.reason)))
        except KwartierError as error:
            _log.error("the emulator failed at %s: %s", visit.request.url.path, error)
            return _stopped(visit, Stop(500, "stop_failed"))


def _stopped(visit: Visit, stop: Stop) -> Response:
    why = visit.language.text(stop.why, **stop.values)
    back = stop.back
    if back is None and visit.before is not None and stop.why not in _GONE:
        path, query = visit.before
        back = address(path, **query)
    return visit.page("stop.html", "stopped", stop.status, why=why, back=back)


def _give_cookie(request: Request, response: Response, session: Session) -> None:
    response.set_cookie(
        COOKIE,
        session.token,
        path="/verbruik",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
