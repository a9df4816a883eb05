"""``kwartier holds``: what is held back, and waits for a person to decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cyclopts import App

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, name, print_json, print_rows, prose
from kwartier.cli.retention import (
    DECISION,
    RETENTION,
    DecisionOptions,
    RetentionOptions,
    clock,
    enforced_as_json,
    tell_enforced,
)
from kwartier.registry import Customer
from kwartier.retention import Hold, People, RetentionPolicy
from kwartier.retention.wording import FUSES, HELD
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync import Enforced, Review, review
from kwartier.sync.deciding import (
    Deciding,
    confirm_stopped,
    customers_behind,
    erase_held,
    hold_of,
    keep_held,
    stopped_by_fuse,
)

holds = App(
    name="holds",
    help="Show what is held back, and decide: keep it, erase it, or confirm what the fuse stopped.",
)

_COLUMNS = [
    name("id", "id"),
    name("state", "state"),
    prose("customer", "customer", spare=3),
    name("metering_point", "metering point"),
    name("granularities", "slices", show=", ".join, spare=0),
    name("from", "from", spare=1),
    name("to", "to", spare=2),
    prose("why", "why"),
    prose("next", "what to do"),
]


@holds.default
def list_(*, retention: RetentionOptions = RETENTION, options: StoreOptions = STORE) -> None:
    """List what is on hold, what the fuse stopped, and what was erased on request.

    Example: kwartier holds --json
    """
    with open_store(options.store) as store:
        seen = review(store, now=clock(store), policy=retention.policy())
        customers = customers_behind(store)
        rows = [
            *(_held(hold, customers) for hold in seen.holds),
            *_stopped(seen, customers),
            *_suppressed(store, customers),
        ]
    note = "`keep` and `erase` take a hold's id, `confirm` that of what the fuse stopped."
    print_rows(_COLUMNS, rows, json=options.json, empty="Nothing is held back.", note=note)


@holds.command
def keep(
    id_: int, /, *, deciding: DecisionOptions = DECISION, options: StoreOptions = STORE
) -> None:
    """Keep what is on hold, though the mandate was ended: say on what ground.

    Example: kwartier holds keep 12 --why "invoice in dispute until 2027" --by "An Peeters"

    Parameters
    ----------
    id_:
        the hold's id, as `kwartier holds` lists it
    """
    with open_store(options.store) as store, store.deciding():
        by = _deciding(store, deciding)
        keep_held(store, _hold(store, id_, by.now), by)
    if options.json:
        print_json({"id": id_, "decision": "keep"})
    else:
        console().print("Kept. It is not fetched any more, and not erased.")


@holds.command
def erase(
    id_: int, /, *, deciding: DecisionOptions = DECISION, options: StoreOptions = STORE
) -> None:
    """Erase what is on hold, at once; of an ambiguous mandate, what lies outside its period.

    Example: kwartier holds erase 12 --why "the customer ended the contract"

    Parameters
    ----------
    id_:
        the hold's id, as `kwartier holds` lists it
    """
    with open_store(options.store) as store, store.deciding():
        by = _deciding(store, deciding)
        enforced = erase_held(store, _hold(store, id_, by.now), by)
    _tell(enforced, json=options.json)


@holds.command
def confirm(
    id_: str,
    /,
    *,
    deciding: DecisionOptions = DECISION,
    retention: RetentionOptions = RETENTION,
    options: StoreOptions = STORE,
) -> None:
    """Let go what the fuse stopped, exactly as it was listed.

    Example: kwartier holds confirm F-1a2b3c4d --why "checked with Fluvius: they all moved"

    Parameters
    ----------
    id_:
        the id of what the fuse stopped, as `kwartier holds` lists it
    """
    with open_store(options.store) as store, store.deciding():
        by = _deciding(store, deciding)
        enforced = confirm_stopped(store, id_, by, policy=retention.policy())
    _tell(enforced, json=options.json)


def _deciding(store: Store, given: DecisionOptions) -> Deciding:
    return Deciding(who=given.who(), why=given.why, now=clock(store))


def _hold(store: Store, mandate_id: int, now: datetime) -> Hold:
    return hold_of(store, mandate_id, now=now, policy=RetentionPolicy())


def _tell(enforced: Enforced, *, json: bool) -> None:
    if json:
        print_json(enforced_as_json(enforced))
        return
    out = console()
    if not enforced.receipts:
        out.print("Decided. Nothing is erased yet: something else still holds the same values.")
    tell_enforced(enforced, out)


def _held(hold: Hold, customers: dict[int, Customer]) -> dict[str, Any]:
    mandate = hold.known.mandate
    decision = hold.decision
    return {
        "id": str(hold.known.mandate_id),
        "state": "kept" if decision else "on hold",
        "customer": _label(customers.get(hold.known.mandate_id)),
        "metering_point": mandate.metering_point,
        "granularities": [granularity.value for granularity in hold.granularities],
        "from": hold.bounds.start,
        "to": hold.bounds.end,
        "since": hold.known.changed_at,
        "erased_at": hold.erased_at,
        "why": f"{decision.why} ({decision.decided_by})" if decision else HELD[hold.reason],
        "next": "" if decision else _next(hold),
    }


def _next(hold: Hold) -> str:
    decide = f"keep {hold.known.mandate_id}, or erase {hold.known.mandate_id}"
    return decide if hold.erased_at is None else f"{decide}; erased on {hold.erased_at:%Y-%m-%d}"


def _stopped(seen: Review, customers: dict[int, Customer]) -> list[dict[str, Any]]:
    rows = []
    for id_, blocked in stopped_by_fuse(seen.blocked).items():
        found = seen.taken_by([one.order for one in blocked])
        rows += [
            {
                "id": id_,
                "state": "stopped",
                "customer": _label(customers.get(one.order.mandate_id)),
                "metering_point": one.order.metering_point,
                "granularities": [one.order.granularity.value],
                "from": one.start,
                "to": one.end,
                "values": one.values,
                "why": FUSES[blocked[0].fuse],
                "next": f"confirm {id_}",
            }
            for one in found
        ]
    return rows


def _suppressed(store: Store, customers: dict[int, Customer]) -> list[dict[str, Any]]:
    people = People(store.decisions())
    return [
        {
            "id": str(one.mandate_id),
            "state": "suppressed",
            "customer": _label(customers.get(one.mandate_id)),
            "metering_point": one.mandate.metering_point,
            "granularities": sorted(one.mandate.granularities),
            "from": decision.start,
            "to": decision.end,
            "since": decision.decided_at,
            "why": f"{decision.why} ({decision.decided_by})",
            "next": "",
        }
        for one in store.mandates()
        for decision in people.suppressions(one)
    ]


def _label(customer: Customer | None) -> str:
    return (customer.label or customer.customer_id) if customer else ""
