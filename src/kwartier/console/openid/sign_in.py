"""Sending somebody to the OpenID provider, and letting them in when they come back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kwartier.console.cookies import Cookies
from kwartier.console.openid.claims import has_mapping, name_of, role_of
from kwartier.console.openid.errors import OpenIdError
from kwartier.console.openid.provider import OpenIdProvider
from kwartier.console.paths import NEXT, OPENID, local_path
from kwartier.console.routes import Declared, open_page
from kwartier.console.sign_in import let_in
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.office.users import User, add_user, change_role, user_of_subject
from kwartier.web.stops import Stop

_BACK: Final = f"{OPENID}/back"
_LASTS: Final = 600
_FAILED: Final = "Signing in with your organisation's account did not work. Try again."
_UNKNOWN: Final = (
    "Your organisation knows you, but this console does not let you in. Ask a privacy officer."
)
_log = logging.getLogger("kwartier.console")


class Under(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in under way; the browser keeps it in a cookie until it comes back."""

    state: str
    nonce: str
    verifier: str
    where: str


async def set_out(_: Request, visitor: Visitor) -> Response:
    """On to the provider, with what will be checked when the browser comes back."""
    provider = _provider(visitor)
    under = Under(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        where=local_path(visitor.query(NEXT)) or "/",
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(under.verifier.encode()).digest())
    try:
        address = await asyncio.to_thread(
            provider.sign_in_address,
            redirect_uri=_redirect_uri(visitor),
            state=under.state,
            nonce=under.nonce,
            challenge=challenge.rstrip(b"=").decode(),
            at=visitor.at,
        )
    except OpenIdError as error:
        raise _failed(error) from error
    response = RedirectResponse(address, status_code=303)
    cookies = Cookies(visitor.context.settings)
    cookies.give(response, cookies.openid, _written(under), seconds=_LASTS)
    return response


async def come_back(request: Request, visitor: Visitor) -> Response:
    """Let in whom the provider knows, and the console too."""
    provider, cookies = _provider(visitor), Cookies(visitor.context.settings)
    under = _read(request.cookies.get(cookies.openid, ""))
    if under is None or not _same(visitor.query("state"), under.state):
        raise _failed("the browser came back with another state than it was sent with")
    if not visitor.query("code"):
        raise _failed(f"the provider sent no code: {visitor.query('error')[:50]!r}")
    try:
        user = await asyncio.to_thread(_identified, visitor, provider, under)
    except OpenIdError as error:
        raise _failed(error) from error
    if user is None:
        raise Stop(403, _UNKNOWN)
    response = await asyncio.to_thread(let_in, visitor, user, under.where, "by OpenID Connect")
    cookies.take(response, cookies.openid)
    return response


def _identified(visitor: Visitor, provider: OpenIdProvider, under: Under) -> User | None:
    provider.check_sender(visitor.query("iss"), at=visitor.at)
    claims = provider.claims(
        visitor.query("code"),
        redirect_uri=_redirect_uri(visitor),
        verifier=under.verifier,
        nonce=under.nonce,
        at=visitor.at,
    )
    return _colleague(visitor, provider.issuer, claims)


def _colleague(visitor: Visitor, issuer: str, claims: Mapping[str, Any]) -> User | None:
    """Who it is here; None for who may not come in. Where a claim says what colleagues may do, it
    does so at each sign-in, and who is new is added.
    """
    office, settings, subject = visitor.context.office, visitor.context.settings, claims["sub"]
    user = user_of_subject(office, issuer=issuer, subject=subject)
    if user is not None and not user.is_enabled:
        return None
    if not has_mapping(settings):
        return user
    role = role_of(claims, settings)
    if role is None:
        return None
    if user is not None:
        return user if user.role is role else change_role(office, user.name, role)
    for name in (name_of(claims), f"{name_of(claims)} {_short(subject)}"):
        with suppress(InputError):  # Somebody else has that name.
            return add_user(
                office, name=name, role=role, at=visitor.at, issuer=issuer, subject=subject
            )
    return user_of_subject(office, issuer=issuer, subject=subject)


def _short(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()[:8]


def _provider(visitor: Visitor) -> OpenIdProvider:
    if visitor.context.openid is None:
        raise Stop(404, "There is no such page.")
    return visitor.context.openid


def _redirect_uri(visitor: Visitor) -> str:
    """Never by the Host that the browser was told to say."""
    return visitor.context.settings.address() + _BACK


def _failed(why: object) -> Stop:
    _log.warning("sign-in by OpenID Connect: %s", why)
    return Stop(403, _FAILED, "/sign-in")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _written(under: Under) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(under)).decode()


def _read(cookie: str) -> Under | None:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cookie), type=Under)
    except (ValueError, msgspec.DecodeError):
        return None


ROUTES: Final[Sequence[Declared]] = (open_page(OPENID, set_out), open_page(_BACK, come_back))
