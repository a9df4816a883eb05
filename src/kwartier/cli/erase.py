"""``kwartier erase``: erase a customer's data on request, and fetch it no more."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from cyclopts import Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.outlook import show_outlook, tell_going
from kwartier.cli.output import console, error_console, print_json
from kwartier.cli.registry import customer_of
from kwartier.cli.retention import (
    DECISION,
    DecisionOptions,
    clock,
    enforced_as_json,
    mandates_text,
    tell_enforced,
)
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.office import open_office
from kwartier.registry import KnownMandate
from kwartier.retention import Decision, DecisionKind, People
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync import Enforced
from kwartier.sync.erasure import Erasure, mandates_of
from kwartier.sync.retention import Going
from kwartier.vocabulary.local_time import parse_instant

DONE, NOT_DONE = 0, 1
_CHANGED: Final = "What would go has changed meanwhile. Nothing was erased: look at it again."


def erase(
    *,
    customer: Annotated[str, Parameter(help="whose data: your own id of the customer")],
    from_: Annotated[
        str | None, Parameter(name="--from", help="only what was measured from this moment on")
    ] = None,
    to: Annotated[str | None, Parameter(help="only what was measured before this moment")] = None,
    dry_run: Annotated[
        bool,
        Parameter(negative="", help="show what would go and what would stay, and change nothing"),
    ] = False,
    yes: Annotated[bool, Parameter(negative="", help="do not ask before erasing")] = False,
    lift: Annotated[
        bool, Parameter(negative="", help="let a suppressed customer's data be fetched again")
    ] = False,
    deciding: DecisionOptions = DECISION,
    options: StoreOptions = STORE,
) -> int:
    """Erase a customer's data on request, and do not fetch it again while the mandate lasts.

    Only what lies in the periods of the customer's own mandates goes: not what belongs to whoever
    had the metering point before or after, nor what another mandate permits. What goes is shown
    first. A suppression then keeps the mandate, which Fluvius may still list as approved, from
    being fetched; --lift ends it. Without --from and --to the customer's label, enterprise number
    and contact go too, unless one of its mandates still waits or holds something.

    Example: kwartier erase --customer c-1001 --dry-run

    Example: kwartier erase --customer c-1001 --why "asked by letter of 2026-11-18"
    """
    if dry_run and lift:
        raise InputError("--dry-run", "shows what would be erased", "--lift erases nothing")
    who = deciding.asks() if dry_run else deciding.who()
    with open_store(options.store) as store:
        customer_of(store, customer)
        if lift:
            with store.deciding():
                mandates = mandates_of(store, customer)
                return _lift(store, mandates, who, deciding.why, json=options.json)
        now = clock(store)
        start, end = _period(from_, to)
        ask = partial(
            Erasure.asked,
            store,
            customer,
            start=start,
            end=end,
            now=now,
            who=who,
            why=deciding.why,
            office=open_office(options.store),
        )
        if dry_run:
            show_outlook(ask(), store, now, json=options.json)
            return DONE
        shown = None if yes else _agreed(ask(), store, now, json=options.json)
        if shown is None and not yes:
            return NOT_DONE
        with store.deciding():
            asked = ask()
            going = asked.preview(store, now)
            if shown is not None and going.fingerprint != shown.fingerprint:
                error_console().print(_CHANGED, highlight=False)
                return NOT_DONE
            enforced = asked.carry_out(store, now)
    if options.json:
        suppressed = len(asked.decisions)
        print_json({"customer": customer, "suppressed": suppressed} | enforced_as_json(enforced))
        return DONE
    _tell(asked, enforced)
    return DONE


def _period(from_: str | None, to: str | None) -> tuple[datetime | None, datetime | None]:
    start = None if from_ is None else parse_instant(from_, "--from")
    end = None if to is None else parse_instant(to, "--to")
    if start and end and start >= end:
        raise InputError("--to", "must be later than --from", f"got {to!r}, --from is {from_!r}")
    return start, end


def _agreed(asked: Erasure, store: Store, now: datetime, *, json: bool) -> Going | None:
    """Show what would go, and ask: what was shown, or None for a no."""
    going = asked.preview(store, now)
    if json or not sys.stdin.isatty():
        raise InputError(
            "--yes",
            "is needed where nobody can be asked",
            "in a terminal what would go is shown first",
        )
    out = error_console()
    tell_going(going, out)
    out.print(
        f"This goes for good, from published files too, and {mandates_text(asked.decisions)} "
        "will not be fetched any more. Whoever takes events is told what to delete.",
        highlight=False,
    )
    is_agreed = out.input("Erase it? Type yes: ").strip().lower() == "yes"
    return going if is_agreed else None


def _tell(asked: Erasure, enforced: Enforced) -> None:
    out, decisions = console(), asked.decisions
    tell_enforced(enforced, out)
    if asked.is_whole:
        out.print(
            "Who looked at the customer's data, and when, stays in the access log, under the "
            "customer's id.",
            highlight=False,
        )
    if decisions:
        is_one = len(decisions) == 1
        out.print(
            f"{mandates_text(decisions)} will not be fetched any more. At the provider "
            f"{'it stands' if is_one else 'they stand'} until the customer ends "
            f"{'it' if is_one else 'them'}; `kwartier erase --lift` lets "
            f"{'it' if is_one else 'them'} be fetched again.",
            highlight=False,
        )


def _lift(store: Store, mandates: Iterable[KnownMandate], who: str, why: str, *, json: bool) -> int:
    people, now = People(store.decisions()), clock(store)
    lifted = [
        Decision(
            kind=DecisionKind.LIFT,
            mandate_id=one.mandate_id,
            decided_at=now,
            decided_by=who,
            why=why,
        )
        for one in mandates
        if people.suppressions(one)
    ]
    store.decide(lifted)
    if json:
        print_json({"lifted": len(lifted)})
    elif lifted:
        console().print(
            f"{counted(len(lifted), 'mandate')} may be fetched again: the next `kwartier sync` does"
        )
    else:
        console().print("Nothing of this customer is suppressed.")
    return DONE
