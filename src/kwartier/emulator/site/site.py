"""The routes of a site: sessions and cookies, the checks of a form, and refusals as pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.site.look import Look
from kwartier.emulator.site.pages import style
from kwartier.emulator.site.sessions import Session, Sessions
from kwartier.emulator.site.visit import LANGUAGE, Visit, address
from kwartier.emulator.world import World
from kwartier.errors import KwartierError
from kwartier.web.forms import check_form_token, check_origin, read_form
from kwartier.web.stops import Stop

_log = logging.getLogger(__name__)

V = TypeVar("V", bound=Visit[Any])


def no_refusals(_error: KwartierError) -> Stop | None:
    """Of a site of which no error is a customer's mistake."""
    return None


class Site(Generic[V]):
    """The pages of one site of a world.

    ``visit`` makes what its pages are made of; ``stop_of`` turns an error into the page that tells
    a customer what cannot be, or says (None) that it is the emulator's own.
    """

    def __init__(
        self,
        world: World,
        look: Look,
        visit: type[V],
        session: type[Session],
        stop_of: Callable[[KwartierError], Stop | None] = no_refusals,
    ) -> None:
        self._world, self._look, self._visit = world, look, visit
        self._sessions = Sessions(session)
        self._stop_of = stop_of

    def get(self, path: str, page: Callable[[V], Response]) -> Route:
        """A page to look at."""
        return self._route(path, page, "GET")

    def post(self, path: str, page: Callable[[V], Response]) -> Route:
        """What a form of one of our pages is sent to."""
        return self._route(path, page, "POST")

    def style_sheet(self) -> Route:
        """What the pages look like."""

        async def sheet(_request: Request) -> Response:
            return style(self._look)

        return Route(self._look.style_path, sheet, methods=["GET"])

    def unknown(self, path: str) -> Route:
        """What is at no page's address, or is asked for in another way than the page is."""

        def stop(visit: V) -> Response:
            raise Stop(404, "stop_page", visit.look.root)

        return self._route(path, stop, "GET", "POST")

    def _route(self, path: str, page: Callable[[V], Response], *methods: str) -> Route:
        async def handle(request: Request) -> Response:
            cookie = request.cookies.get(self._look.cookie)
            session = self._sessions.of(cookie) or self._sessions.open()
            visit = self._visit(
                self._look, self._world, self._sessions, request, session, self._world.now()
            )
            if (language := visit.query(LANGUAGE)) in self._look.languages:
                session.language = language
            response = await self._answer(visit, page)
            if cookie != session.token:
                self._give_cookie(request, response, session)
            return response

        return Route(path, handle, methods=list(methods))

    async def _answer(self, visit: V, page: Callable[[V], Response]) -> Response:
        try:
            if visit.request.method == "POST":
                check_origin(visit.request)
                visit.form = await read_form(visit.request)
                check_form_token(visit.form, visit.session.form_token)
            return page(visit)
        except Stop as stop:
            return _stopped(visit, stop)
        except KwartierError as error:
            if (refusal := self._stop_of(error)) is not None:
                return _stopped(visit, refusal)
            _log.error("the emulator failed at %s: %s", visit.request.url.path, error)
            return _stopped(visit, Stop(500, "stop_failed"))

    def _give_cookie(self, request: Request, response: Response, session: Session) -> None:
        response.set_cookie(
            self._look.cookie,
            session.token,
            path=self._look.root,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )


def _stopped(visit: Visit[Any], stop: Stop) -> Response:
    why = visit.language.text(stop.why, **stop.values)
    back = stop.back
    if back is None and visit.before is not None:
        path, query = visit.before
        back = address(path, **query)
    return visit.page("stop.html", "stopped", stop.status, why=why, back=back)
