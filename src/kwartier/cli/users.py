"""``kwartier users``: the colleagues who use the console."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, day, print_json, print_rows, prose
from kwartier.errors import InputError
from kwartier.office import Office, open_office
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
)
from kwartier.office.users import users as all_users

users = App(name="users", help="The colleagues who use the console: who they are, and their roles.")

Generate = Annotated[
    bool,
    Parameter(negative="", help="make up a password and show it once, instead of asking for one"),
]
RoleOption = Annotated[
    Role,
    Parameter(
        help="viewer looks; operator also invites and sees to renewals; privacy_officer also "
        "decides what is erased, reads the access log and sees to users"
    ),
]

_COLUMNS = [
    prose("name", "name"),
    Column("role", "role"),
    Column("signs_in", "signs in"),
    Column("added_at", "added", show=day),
    Column("disabled_at", "disabled", show=day),
]


@users.command
def add(
    name: str,
    /,
    *,
    role: RoleOption = Role.VIEWER,
    generate: Generate = False,
    issuer: Annotated[
        str | None, Parameter(help="signs in at this OpenID provider instead of by a password")
    ] = None,
    subject: Annotated[
        str | None, Parameter(help="who they are there: the claim sub of their ID token")
    ] = None,
    options: StoreOptions = STORE,
) -> None:
    """Add somebody. Their password is typed, made up, or none where another service signs them in.

    Example: kwartier users add "An Peeters" --role privacy_officer --generate

    Parameters
    ----------
    name:
        what they sign in with, and what the access log calls them
    """
    if (issuer is None) != (subject is None):
        raise InputError("--subject", "goes with --issuer, neither without the other")
    password = None if subject is not None else _new_password(generate=generate)
    user = add_user(
        open_office(options.store),
        name=name,
        role=role,
        at=datetime.now(UTC),
        password=None if password is None else hashed(password),
        issuer=issuer,
        subject=subject,
    )
    _tell(user, "Added", options, made_up=password if generate else None)


@users.command(name="list")
def list_(*, options: StoreOptions = STORE) -> None:
    """List them.

    Example: kwartier users list
    """
    rows = [_row(user) for user in all_users(open_office(options.store))]
    empty = "Nobody yet: `kwartier users add NAME --role privacy_officer` adds the first."
    print_rows(_COLUMNS, rows, json=options.json, empty=empty)


@users.command
def disable(name: str, /, *, options: StoreOptions = STORE) -> None:
    """Let somebody sign in no more, and sign them out now.

    Example: kwartier users disable "An Peeters"
    """
    _tell(disable_user(_office(options), name, at=datetime.now(UTC)), "Disabled", options)


@users.command
def enable(name: str, /, *, options: StoreOptions = STORE) -> None:
    """Let somebody sign in again, without a pause for what failed before.

    Example: kwartier users enable "An Peeters"
    """
    office = _office(options)
    user = enable_user(office, name)
    forget_attempts(office, name)
    _tell(user, "Enabled", options)


@users.command
def password(name: str, /, *, generate: Generate = False, options: StoreOptions = STORE) -> None:
    """Give somebody another password, and sign them out everywhere.

    Example: kwartier users password "An Peeters" --generate
    """
    office, text = _office(options), _new_password(generate=generate)
    user = change_password(office, name, hashed(text))
    forget_attempts(office, name)
    _tell(user, "Changed the password of", options, made_up=text if generate else None)


@users.command
def role(name: str, role_: Role, /, *, options: StoreOptions = STORE) -> None:
    """Let somebody do something else, and sign them out everywhere.

    Example: kwartier users role "An Peeters" operator
    """
    _tell(change_role(_office(options), name, role_), "Changed the role of", options)


@users.command
def remove(name: str, /, *, options: StoreOptions = STORE) -> None:
    """Forget somebody. The access log keeps the name.

    Example: kwartier users remove "An Peeters"
    """
    remove_user(_office(options), name)
    if options.json:
        print_json({"name": name, "removed": True})
    else:
        console().print(f"Removed {name}.", highlight=False, markup=False)


def _office(options: StoreOptions) -> Office:
    return open_office(options.store)


def _new_password(*, generate: bool) -> str:
    if generate:
        return make_up_password()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise InputError("password", "was not typed the same twice")
    return typed


def _tell(user: User, what: str, options: StoreOptions, *, made_up: str | None = None) -> None:
    if options.json:
        shown = {} if made_up is None else {"password": made_up}
        print_json(_row(user) | shown)
        return
    out = console()
    out.print(f"{what} {user.name}, {user.role.value}.", highlight=False, markup=False)
    if made_up is not None:
        out.print(
            f"Password: {made_up}\nIt is shown this once, and kept nowhere.",
            highlight=False,
            markup=False,
        )


def _row(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role.value,
        "signs_in": "with a password" if user.has_password else user.issuer,
        "subject": user.subject,
        "added_at": user.added_at,
        "disabled_at": user.disabled_at,
    }
