"""Who one is here, and another password."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import Declared, form, page
from kwartier.console.sign_in import let_in, paused, too_many, tried_well, try_now
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.office import Office
from kwartier.office.passwords import LONGEST, SHORTEST, hashed, is_right
from kwartier.office.users import Role, User, change_password, password_of

_WRONG: Final = "That is not your password now."
_DIFFER: Final = "The new password was not typed the same twice."


async def show_account(_: Request, visitor: Visitor) -> Response:
    """Name, role, and the form for another password."""
    return _shown(visitor)


async def change(_: Request, visitor: Visitor) -> Response:
    """Another password for who knows the one before; ends all other sessions."""
    user, form_ = visitor.signed_in, visitor.form
    if form_.secret("new") != form_.secret("again"):
        return _shown(visitor, _DIFFER, status=400)
    pause = await asyncio.to_thread(try_now, visitor, user.name)
    if pause:
        return too_many(_shown(visitor, paused(pause), status=429), pause)
    office = visitor.context.office
    if not await asyncio.to_thread(_knows, office, user, form_.secret("now")):
        return _shown(visitor, _WRONG, status=400)
    await asyncio.to_thread(tried_well, visitor, user.name)
    try:
        password = await asyncio.to_thread(hashed, form_.secret("new"))
    except InputError as error:
        return _shown(visitor, f"The new password {error.rule}.", status=400)
    await asyncio.to_thread(change_password, office, user.name, password)
    return await asyncio.to_thread(let_in, visitor, user, "/account", "with a new password")


def _knows(office: Office, user: User, password: str) -> bool:
    found = password_of(office, user.name)
    return is_right(password, found[1] if found else None)


def _shown(visitor: Visitor, says: str | None = None, *, status: int = 200) -> Response:
    return visitor.page(
        "account.html",
        title="Your account",
        status=status,
        says=says,
        shortest=SHORTEST,
        longest=LONGEST,
    )


ROUTES: Final[Sequence[Declared]] = (
    page("/account", show_account),
    form("/account/password", change, role=Role.VIEWER),
)
