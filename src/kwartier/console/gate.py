"""What every request goes through: sign-in, role, origin and form token, errors, the access log."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.console.context import ConsoleContext
from kwartier.console.cookies import Cookies
from kwartier.console.paths import NEXT, SIGN_IN, local_path
from kwartier.console.refusals import Refusal, refusal_of
from kwartier.console.rendering import Rendering
from kwartier.console.routes import Declared, Method
from kwartier.console.visitor import Visitor, address
from kwartier.errors import KwartierError
from kwartier.office.sessions import session_of
from kwartier.office.users import User, user_with_id
from kwartier.web.forms import check_form_token, check_origin, read_form
from kwartier.web.stops import Stop

_log = logging.getLogger("kwartier.console")


class Gate:
    """Lets visitors through to the handlers of the declared routes."""

    def __init__(self, context: ConsoleContext, rendering: Rendering) -> None:
        self._context, self._rendering = context, rendering
        self._cookies = Cookies(context.settings)

    def route(self, declared: Declared) -> Route:
        """What Starlette is given."""

        async def handle(request: Request) -> Response:
            return await self._answer(declared, request)

        return Route(declared.path, handle, methods=[declared.method.value])

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The page for an error that no handler had a part in, such as an address that is none."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        visitor = Visitor(
            request=request,
            context=self._context,
            rendering=self._rendering,
            user=None,
            form_token="",
            now=self._context.wall_clock(),
            at=self._context.wall_clock(),
        )
        for_log = "" if isinstance(error, HTTPException) else type(error).__name__
        return _refused(visitor, Refusal.of_status(status, for_log=for_log))

    async def _answer(self, declared: Declared, request: Request) -> Response:
        secret = request.cookies.get(self._cookies.visitor) or secrets.token_urlsafe(32)
        visitor = self._stranger(request, secret)
        try:
            await self._recognise(visitor)
            response = self._turned_away(declared, visitor)
            if response is None:
                response = await self._handled(declared, visitor)
        except (Stop, KwartierError) as error:
            response = _refused(visitor, refusal_of(error))
        if visitor.user is None and request.cookies.get(self._cookies.visitor) != secret:
            self._cookies.give(response, self._cookies.visitor, secret)
        return response

    def _stranger(self, request: Request, secret: str) -> Visitor:
        """Whoever comes. Their forms are told from others by a token that follows from a cookie."""
        return Visitor(
            request=request,
            context=self._context,
            rendering=self._rendering,
            user=None,
            form_token=hmac.digest(secret.encode(), b"form token", "sha256").hex(),
            now=self._context.clock(),
            at=self._context.wall_clock(),
        )

    async def _recognise(self, visitor: Visitor) -> None:
        secret = visitor.request.cookies.get(self._cookies.session)
        if secret is None:
            return
        found = await asyncio.to_thread(self._signed_in, secret, visitor)
        if found is not None:
            visitor.user, visitor.form_token = found

    def _signed_in(self, secret: str, visitor: Visitor) -> tuple[User, str] | None:
        office = self._context.office
        session = session_of(office, secret, at=visitor.at, lives=self._context.lives)
        user = None if session is None else user_with_id(office, session.user_id)
        if session is None or user is None or not user.is_enabled:
            return None
        return user, session.form_token

    def _turned_away(self, declared: Declared, visitor: Visitor) -> Response | None:
        if declared.role is None:
            return None
        if visitor.user is None:
            return _to_sign_in(visitor)
        if not visitor.user.role.may(declared.role):
            raise Stop(403, "stop_role")
        return None

    async def _handled(self, declared: Declared, visitor: Visitor) -> Response:
        if declared.method is Method.POST:
            check_origin(visitor.request, self._context.settings.public_url)
            visitor.form = await read_form(visitor.request, longest=declared.longest)
            check_form_token(visitor.form, visitor.form_token)
        response = await declared.handler(visitor.request, visitor)
        if declared.action is not None and response.status_code < 400:
            customer_id = visitor.request.path_params["customer_id"]
            about = visitor.detail or declared.path
            await asyncio.to_thread(visitor.note, declared.action, customer_id, about)
        return response


def _to_sign_in(visitor: Visitor) -> Response:
    """The page to sign in; programs and scripts are told 401."""
    request = visitor.request
    accepted = request.headers.get("accept", "")
    if visitor.is_htmx:
        here = urlsplit(request.headers.get("hx-current-url", ""))
        back = local_path(here.path + (f"?{here.query}" if here.query else ""))
        response = visitor.part("refused_part.html", refusal=Refusal.of_status(401), status=401)
        response.headers["hx-redirect"] = address(SIGN_IN, **{NEXT: back or ""})
        return response
    if "application/json" in accepted and "text/html" not in accepted:
        return visitor.json({"error": "sign in first"}, 401)
    query = f"?{request.url.query}" if request.url.query else ""
    back = local_path(request.url.path + query) if request.method == "GET" else None
    return visitor.go(SIGN_IN, **{NEXT: "" if back in (None, "/") else str(back)})


def _refused(visitor: Visitor, refusal: Refusal) -> Response:
    if refusal.status >= 500:
        _log.error("%s %s: %s", visitor.request.method, refusal.status, refusal.for_log)
    if visitor.is_htmx:
        response = visitor.part("refused_part.html", refusal=refusal, status=refusal.status)
    elif "application/json" in visitor.request.headers.get("accept", "").partition(",")[0]:
        response = visitor.json({"error": refusal.says}, refusal.status)
    else:
        response = visitor.page(
            "refused.html", title=refusal.title, refusal=refusal, status=refusal.status
        )
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response
