"""Signing in with a name and a password, and out again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import ceil
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.cookies import Cookies
from kwartier.console.paths import NEXT, SIGN_IN, local_path
from kwartier.console.routes import LONGEST_TEXT, Declared, form, open_form, open_page
from kwartier.console.visitor import Visitor
from kwartier.office import Office
from kwartier.office.access_log import note_access
from kwartier.office.passwords import hashed, is_outdated, is_right
from kwartier.office.sessions import begin_session, end_session
from kwartier.office.sign_ins import note_success, try_sign_in
from kwartier.office.users import Role, User, keep_password, password_of
from kwartier.web.addresses import client_address

_WRONG: Final = "That name and password do not go together."


async def show_sign_in(_: Request, visitor: Visitor) -> Response:
    """The form; who is signed in already goes on."""
    where = local_path(visitor.query(NEXT)) or "/"
    if len(where) > LONGEST_TEXT:  # The form could not be sent.
        where = "/"
    return visitor.go(where) if visitor.user else _asked_again(visitor, where)


async def sign_in(_: Request, visitor: Visitor) -> Response:
    """Let somebody in whose password is right."""
    where = local_path(visitor.form.text(NEXT)) or "/"
    name, password = visitor.form.text("name"), visitor.form.secret("password")
    pause = await asyncio.to_thread(try_now, visitor, name)
    if pause:
        return too_many(_asked_again(visitor, where, paused(pause), status=429, name=name), pause)
    user = await asyncio.to_thread(_checked, visitor.context.office, name, password)
    if user is None:
        return _asked_again(visitor, where, _WRONG, status=401, name=name)
    await asyncio.to_thread(tried_well, visitor, name)
    return await asyncio.to_thread(let_in, visitor, user, where, "with a password")


async def sign_out(_: Request, visitor: Visitor) -> Response:
    """End the session, here and in the browser."""
    cookies = Cookies(visitor.context.settings)
    secret = visitor.request.cookies.get(cookies.session)
    if secret is not None:
        await asyncio.to_thread(end_session, visitor.context.office, secret)
    response = visitor.go(SIGN_IN)
    cookies.take(response, cookies.session)
    return response


def let_in(visitor: Visitor, user: User, where: str, how: str) -> Response:
    """Begin a session of a new secret, end the one that the browser had, and go on."""
    cookies, office = Cookies(visitor.context.settings), visitor.context.office
    before = visitor.request.cookies.get(cookies.session)
    if before is not None:
        end_session(office, before)
    note_access(office, at=visitor.at, actor=user.name, action="signed in", detail=how)
    response = visitor.go(where)
    cookies.give(response, cookies.session, begin_session(office, user.user_id, at=visitor.at))
    cookies.take(response, cookies.visitor)
    return response


def try_now(visitor: Visitor, name: str) -> int:
    """How many seconds to wait before a password of ``name`` may be tried; 0: it may be now."""
    pause = try_sign_in(visitor.context.office, name=name, address=_address(visitor), at=visitor.at)
    return 0 if pause is None else ceil(pause.total_seconds())


def tried_well(visitor: Visitor, name: str) -> None:
    """It was the right one."""
    note_success(visitor.context.office, name=name, address=_address(visitor), at=visitor.at)


def paused(seconds: int) -> str:
    """How long to wait, in words."""
    told = f"{seconds} seconds" if seconds <= 90 else f"{ceil(seconds / 60)} minutes"
    return f"Too many attempts failed. Wait {told}, then try again."


def too_many(response: Response, seconds: int) -> Response:
    """The same for programs."""
    response.headers["retry-after"] = str(seconds)
    return response


def _checked(office: Office, name: str, password: str) -> User | None:
    """Who it is; names that are unknown, disabled or without a password take as long."""
    found = password_of(office, name)
    user, kept = found or (None, None)
    if not is_right(password, kept) or user is None or kept is None or not user.is_enabled:
        return None
    if is_outdated(kept):
        keep_password(office, name, hashed(password))
    return user


def _address(visitor: Visitor) -> str:
    proxies = visitor.context.settings.trusted_proxies
    return client_address(visitor.request, trusted_proxies=proxies)


def _asked_again(
    visitor: Visitor, where: str, says: str | None = None, *, status: int = 200, name: str = ""
) -> Response:
    return visitor.page(
        "sign_in.html",
        title="Sign in",
        status=status,
        where=where,
        says=says,
        name=name,
        has_openid=visitor.context.openid is not None,
    )


ROUTES: Final[Sequence[Declared]] = (
    open_page(SIGN_IN, show_sign_in),
    open_form(SIGN_IN, sign_in, longest=LONGEST_TEXT),
    form("/sign-out", sign_out, role=Role.VIEWER),
)
