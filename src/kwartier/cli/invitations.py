"""``kwartier invitations``: whom you invited, and what happened at their links."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.configured import PRINTED, PrintedOptions, prepare
from kwartier.cli.connecting import address_of_links
from kwartier.cli.inviting import terms_as_json
from kwartier.cli.output import Column, name, print_rows
from kwartier.office import invitations as invited
from kwartier.office import open_office
from kwartier.office.visits import Visited, VisitKind, visited

_COLUMNS = [
    name("customer_id", "customer"),
    name("provider", "provider", spare=2),
    name("invited_at", "invited"),
    Column("opened_at", "opened"),
    Column("requested_at", "clicked"),
    Column("returned_at", "came back"),
    Column("withdrawn_at", "withdrawn", spare=1),
    Column("link", "link", spare=0),
]


def invitations(
    customer_id: str | None = None,
    /,
    *,
    withdrawn: Annotated[bool, Parameter(negative="", help="those that were withdrawn, too")] = (
        False
    ),
    options: PrintedOptions = PRINTED,
) -> None:
    """List the customers that you invited, their links, and when these were last used.

    Example: kwartier invitations --json

    Parameters
    ----------
    customer_id:
        the invitations of one customer
    """
    running = prepare(options)
    office = open_office(running.store)
    happened: defaultdict[int, dict[VisitKind, Visited]] = defaultdict(dict)
    for one in visited(office, customer_id):
        happened[one.invitation_id][one.kind] = one
    address = address_of_links(running.configuration)
    rows: list[dict[str, Any]] = [
        {
            "customer_id": one.customer_id,
            "provider": one.provider,
            "invited_at": one.invited_at,
            **_times(happened[one.invitation_id]),
            "withdrawn_at": one.withdrawn_at,
            "terms": terms_as_json(one.terms),
            "link": f"{address}/{one.token}",
        }
        for one in invited.invitations(office, customer_id, withdrawn=withdrawn)
        if options.provider in (None, one.provider)
    ]
    print_rows(
        _COLUMNS,
        rows,
        json=options.json,
        empty="Nobody is invited. `kwartier invite CUSTOMER` makes a link.",
    )


def _times(happened: dict[VisitKind, Visited]) -> dict[str, Any]:
    return {
        f"{kind}_at": happened[kind].last_at if kind in happened else None for kind in VisitKind
    }
