"""Who uses the console: a privacy officer adds colleagues, changes their role, sends them away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import Declared, form, page
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.office import Office
from kwartier.office.passwords import hashed, make_up_password
from kwartier.office.sign_ins import forget_attempts
from kwartier.office.users import (
    Role,
    User,
    add_user,
    change_password,
    change_role,
    disable_user,
    enable_user,
    remove_user,
    user_with_id,
    users,
)
from kwartier.web.stops import Stop

_LIST: Final = "/users"
_OWN: Final = "This is you: another privacy officer has to do it."


async def show_users(_: Request, visitor: Visitor) -> Response:
    """All of them, and the form for another."""
    return await _listed(visitor)


async def add(_: Request, visitor: Visitor) -> Response:
    """Add a colleague: with a password that is shown once, or as whom an OpenID provider knows."""
    name, subject = visitor.form.text("name"), visitor.form.text("subject")
    issuer = visitor.context.settings.oidc_issuer
    if subject and issuer is None:
        raise Stop(400, "stop_form")
    made_up = None if subject else make_up_password()
    try:
        user = await asyncio.to_thread(
            lambda: add_user(
                visitor.context.office,
                name=name,
                role=_role(visitor),
                at=visitor.at,
                password=None if made_up is None else hashed(made_up),
                issuer=issuer if subject else None,
                subject=subject or None,
            )
        )
    except InputError as error:
        return await _listed(visitor, f"The {error.field} {error.rule}.", name=name)
    await _note(visitor, "added a user", f"{user.name}, {user.role.value}")
    return _shown(visitor, user, made_up=made_up)


async def show_user(request: Request, visitor: Visitor) -> Response:
    """One of them, and what can be done."""
    return _shown(visitor, await _user(request, visitor))


async def change(request: Request, visitor: Visitor) -> Response:
    """Another role."""
    user, role = await _other(request, visitor), _role(visitor)
    await asyncio.to_thread(change_role, visitor.context.office, user.name, role)
    await _note(visitor, "changed a role", f"{user.name}: {user.role.value} to {role.value}")
    return visitor.go(f"{_LIST}/{user.user_id}")


async def give_password(request: Request, visitor: Visitor) -> Response:
    """Another password, made up and shown once."""
    user, made_up = await _other(request, visitor), make_up_password()
    office = visitor.context.office
    changed = await asyncio.to_thread(lambda: change_password(office, user.name, hashed(made_up)))
    await asyncio.to_thread(forget_attempts, office, user.name)
    await _note(visitor, "gave another password", user.name)
    return _shown(visitor, changed, made_up=made_up)


async def disable(request: Request, visitor: Visitor) -> Response:
    """Let them sign in no more."""
    user = await _other(request, visitor)
    await _done(visitor, "disabled a user", user, lambda office: _disabled(office, visitor, user))
    return visitor.go(f"{_LIST}/{user.user_id}")


async def enable(request: Request, visitor: Visitor) -> Response:
    """Let them sign in again."""
    user = await _other(request, visitor)
    await _done(visitor, "enabled a user", user, lambda office: _enabled(office, user))
    return visitor.go(f"{_LIST}/{user.user_id}")


async def remove(request: Request, visitor: Visitor) -> Response:
    """Forget them; who disabled them first has thought twice."""
    user = await _other(request, visitor)
    if user.is_enabled:
        raise Stop(409, "Disable somebody before you remove them.")
    await _done(visitor, "removed a user", user, lambda office: remove_user(office, user.name))
    return visitor.go(_LIST)


def _disabled(office: Office, visitor: Visitor, user: User) -> None:
    disable_user(office, user.name, at=visitor.at)


def _enabled(office: Office, user: User) -> None:
    enable_user(office, user.name)
    forget_attempts(office, user.name)


async def _done(visitor: Visitor, action: str, user: User, work: Callable[[Office], None]) -> None:
    await asyncio.to_thread(work, visitor.context.office)
    await _note(visitor, action, user.name)


async def _note(visitor: Visitor, action: str, detail: str) -> None:
    await asyncio.to_thread(visitor.note, action, None, detail)


async def _user(request: Request, visitor: Visitor) -> User:
    number = request.path_params["user_id"]
    user = await asyncio.to_thread(user_with_id, visitor.context.office, number)
    if user is None:
        raise Stop(404, "stop_missing", what="user", name=str(number))
    return user


async def _other(request: Request, visitor: Visitor) -> User:
    """Somebody else: nobody takes away from themselves what they need to undo it."""
    user = await _user(request, visitor)
    if user.user_id == visitor.signed_in.user_id:
        raise Stop(409, _OWN)
    return user


def _role(visitor: Visitor) -> Role:
    try:
        return Role(visitor.form.text("role"))
    except ValueError as error:
        raise Stop(400, "stop_form") from error


async def _listed(visitor: Visitor, says: str | None = None, *, name: str = "") -> Response:
    return visitor.page(
        "users.html",
        title="Users",
        status=400 if says else 200,
        users=await asyncio.to_thread(users, visitor.context.office),
        roles=list(Role),
        says=says,
        name=name,
        issuer=visitor.context.settings.oidc_issuer,
    )


def _shown(visitor: Visitor, user: User, *, made_up: str | None = None) -> Response:
    is_self = user.user_id == visitor.signed_in.user_id
    return visitor.page(
        "user.html", title=user.name, user=user, roles=list(Role), made_up=made_up, is_self=is_self
    )


_ONE: Final = f"{_LIST}/{{user_id:number}}"
_WHO: Final = Role.PRIVACY_OFFICER
ROUTES: Final[Sequence[Declared]] = (
    page(_LIST, show_users, role=_WHO),
    form(_LIST, add, role=_WHO),
    page(_ONE, show_user, role=_WHO),
    form(f"{_ONE}/role", change, role=_WHO),
    form(f"{_ONE}/password", give_password, role=_WHO),
    form(f"{_ONE}/disable", disable, role=_WHO),
    form(f"{_ONE}/enable", enable, role=_WHO),
    form(f"{_ONE}/remove", remove, role=_WHO),
)
