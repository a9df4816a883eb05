"""``kwartier api-keys``: keys of your own applications for the REST API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, plain, print_json, print_rows, prose
from kwartier.cli.wording import as_typed
from kwartier.office import open_office
from kwartier.office.api_keys import ApiKey, add_api_key, withdraw_api_key
from kwartier.office.api_keys import api_keys as keys_of
from kwartier.vocabulary.local_time import parse_instant

api_keys = App(name="api-keys", help="Make, list and withdraw keys of the REST API.")

Scopes = Literal[
    "customers:read",
    "customers:write",
    "invitations:write",
    "mandates:read",
    "measurements:read",
    "events:read",
    "receipts:read",
]

_COLUMNS = [
    Column("key_id", "key"),
    prose("name", "name"),
    prose("scopes", "opens", show=", ".join),
    Column("state", "state"),
    Column("added_at", "added", spare=1),
    Column("expires_at", "expires", spare=2),
    Column("used_at", "last used", spare=3),
]


@api_keys.command
def add(
    name: str,
    /,
    *,
    scope: Annotated[tuple[Scopes, ...], Parameter(help="what it opens; several, if need be")],
    expires: Annotated[
        str | None, Parameter(help="when it ends, such as 2027-11-22; never without it")
    ] = None,
    options: StoreOptions = STORE,
) -> None:
    """Make a key for one of your applications. It is shown once: only a digest of it is kept.

    Example: kwartier api-keys add crm --scope customers:read --scope invitations:write

    Parameters
    ----------
    name:
        which application has it, such as crm
    """
    typed = {"name": ("NAME", name), "scope": ("--scope", scope), "expires": ("--expires", expires)}
    with as_typed(typed):
        made = add_api_key(
            open_office(options.store),
            name=name,
            scopes=scope,
            at=datetime.now(UTC),
            expires_at=parse_instant(expires, "expires") if expires is not None else None,
        )
    if options.json:
        print_json({**_row(made.key), "key": made.text})
        return
    out = console()
    out.print(made.text, highlight=False, markup=False, soft_wrap=True)
    until = "until it is withdrawn"
    if made.key.expires_at is not None:
        until = f"until {plain(made.key.expires_at)}"
    out.print(
        f"This is the key of {made.key.name}, {until}. It is not shown again: put it where only "
        "that application reads it. Sent as `Authorization: Bearer KEY`.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@api_keys.command(name="list")
def list_(*, options: StoreOptions = STORE) -> None:
    """List the keys: what each opens, when it ends, when it was last used.

    Example: kwartier api-keys list --json
    """
    print_rows(
        _COLUMNS,
        [_row(key) for key in keys_of(open_office(options.store))],
        json=options.json,
        empty="No keys yet. Make one with `kwartier api-keys add NAME --scope SCOPE`.",
    )


@api_keys.command
def withdraw(key: str, /, *, options: StoreOptions = STORE) -> None:
    """Let a key open nothing any more, from the next request on.

    Example: kwartier api-keys withdraw kw_1a2b3c4d

    Parameters
    ----------
    key:
        how it begins, as `kwartier api-keys list` shows it
    """
    with as_typed({"key": ("KEY", key)}):
        gone = withdraw_api_key(open_office(options.store), key, at=datetime.now(UTC))
    if options.json:
        print_json(_row(gone))
    else:
        console().print(f"{gone.key_id} ({gone.name}) opens nothing any more.", markup=False)


def _row(key: ApiKey) -> dict[str, Any]:
    state = "withdrawn" if key.withdrawn_at else "valid"
    if state == "valid" and not key.is_valid(datetime.now(UTC)):
        state = "expired"
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "state": state,
        "added_at": key.added_at,
        "expires_at": key.expires_at,
        "withdrawn_at": key.withdrawn_at,
        "used_at": key.used_at,
    }
