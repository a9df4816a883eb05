"""What is held back: on hold, stopped by the fuse, erased on request; and a person's decision.

A decision takes two steps: a reason is typed, then what would go and what stays is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import LONGEST_TEXT, Declared, form, page
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.office.users import Role
from kwartier.registry import Customer
from kwartier.retention import Erased, Hold, People
from kwartier.retention.wording import ERASED, FUSES, HELD
from kwartier.sync import Enforced, review
from kwartier.sync.deciding import (
    Deciding,
    confirm_stopped,
    customers_behind,
    erase_held,
    going_with,
    hold_of,
    keep_held,
    stopped_by_fuse,
)
from kwartier.sync.erasure import decision_time
from kwartier.vocabulary.duration import show_duration
from kwartier.web.stops import Stop

_LIST: Final = "/holds"
_KEEP, _ERASE = "keep", "erase"


async def show_holds(_: Request, visitor: Visitor) -> Response:
    """All of it, what waits for a decision first."""
    found = await asyncio.to_thread(_all, visitor)
    mandates = [one.known.mandate_id for one in (*found["waiting"], *found["kept"])]
    mandates += [known.mandate_id for known, _ in found["suppressed"]]
    await visitor.note_list("held back", _count(mandates, found["customers"]))
    return visitor.page("holds.html", title="Held back", **found)


async def show_hold(request: Request, visitor: Visitor) -> Response:
    """One mandate's, and the form that asks for a reason."""
    return await _hold_page(request, visitor)


async def weigh_hold(request: Request, visitor: Visitor) -> Response:
    """The second step: what would go, and what stays."""
    what, why = visitor.form.text("decision"), visitor.form.text("why")
    if what not in (_KEEP, _ERASE) or not why:
        says = "Choose whether it is kept or erased, and say why."
        return await _hold_page(request, visitor, says, what=what, why=why)
    number = request.path_params["mandate_id"]
    shown = await asyncio.to_thread(_weighed, visitor, number, what, why)
    return visitor.page(
        "hold_confirm.html",
        title="Erase this?" if what == _ERASE else "Keep this?",
        what=what,
        why=why,
        **shown,
    )


async def decide_hold(request: Request, visitor: Visitor) -> Response:
    """Do it, if what would go is still what was shown."""
    what, why = visitor.form.text("decision"), visitor.form.text("why")
    if what not in (_KEEP, _ERASE):
        raise Stop(400, "stop_form")
    number, seen = request.path_params["mandate_id"], visitor.form.text("seen")
    enforced = await asyncio.to_thread(_decide, visitor, number, what, why, seen)
    return visitor.page("decided.html", title="Decided", what=what, enforced=enforced)


async def show_stopped(request: Request, visitor: Visitor) -> Response:
    """What a fuse stopped, and the form that asks for a reason."""
    return await _stopped_page(request, visitor, "")


async def weigh_stopped(request: Request, visitor: Visitor) -> Response:
    """The second step: the same once more, with the reason."""
    return await _stopped_page(request, visitor, visitor.form.text("why"), is_weighed=True)


async def confirm(request: Request, visitor: Visitor) -> Response:
    """Let it go, exactly as it was listed."""
    name, why = request.path_params["name"], visitor.form.text("why")
    enforced = await asyncio.to_thread(_confirm, visitor, name, why)
    return visitor.page("decided.html", title="Decided", what="confirm", enforced=enforced)


def _all(visitor: Visitor) -> dict[str, Any]:
    store, policy = visitor.context.store, visitor.context.policies.retention
    with store.snapshot() as moment:
        seen = review(moment, now=decision_time(moment, visitor.now), policy=policy)
        customers = customers_behind(moment)
        people, mandates = People(moment.decisions()), moment.mandates()
    suppressed = [(one, decision) for one in mandates for decision in people.suppressions(one)]
    return {
        "waiting": [one for one in seen.holds if one.decision is None],
        "kept": [one for one in seen.holds if one.decision is not None],
        "stopped": [
            (name, blocked[0].fuse, seen.taken_by([one.order for one in blocked]))
            for name, blocked in stopped_by_fuse(seen.blocked).items()
        ],
        "suppressed": suppressed,
        "customers": customers,
        "held_words": HELD,
        "fuse_words": FUSES,
        "policy": policy,
        "grace": show_duration(policy.grace),
    }


def _count(mandates: Iterable[int], customers: Mapping[int, Customer]) -> int:
    """How many people mandates are of: whoever is not in the registry is somebody, too."""
    behind = ((number, customers.get(number)) for number in mandates)
    return len({number if one is None else one.customer_id for number, one in behind})


async def _hold_page(
    request: Request, visitor: Visitor, says: str | None = None, *, what: str = "", why: str = ""
) -> Response:
    hold = await asyncio.to_thread(_hold, visitor, request.path_params["mandate_id"])
    customers = await asyncio.to_thread(customers_behind, visitor.context.store)
    customer = customers.get(hold.known.mandate_id)
    about = None if customer is None else customer.customer_id
    await asyncio.to_thread(visitor.note, "looked", about, f"hold {hold.known.mandate_id}")
    return visitor.page(
        "hold.html",
        title="On hold",
        status=400 if says else 200,
        says=says,
        what=what,
        why=why,
        hold=hold,
        customer=customer,
        held_words=HELD,
    )


def _hold(visitor: Visitor, number: int) -> Hold:
    store, policy = visitor.context.store, visitor.context.policies.retention
    try:
        return hold_of(store, number, now=decision_time(store, visitor.now), policy=policy)
    except InputError as error:
        raise Stop(404, "stop_missing", what="hold", name=str(number)) from error


def _deciding(visitor: Visitor, why: str) -> Deciding:
    now = decision_time(visitor.context.store, visitor.now)
    return Deciding(who=visitor.signed_in.name, why=why, now=now)


def _weighed(visitor: Visitor, number: int, what: str, why: str) -> dict[str, Any]:
    hold = _hold(visitor, number)
    going = going_with(visitor.context.store, hold, _deciding(visitor, why))
    return {
        "hold": hold,
        "going": going,
        "erased_words": ERASED,
        "seen": _fingerprint(hold, going, what),
        "customer": customers_behind(visitor.context.store).get(number),
    }


def _decide(visitor: Visitor, number: int, what: str, why: str, seen: str) -> Enforced:
    store = visitor.context.store
    with store.deciding():
        hold, by = _hold(visitor, number), _deciding(visitor, why)
        if _fingerprint(hold, going_with(store, hold, by), what) != seen:
            raise Stop(409, "stop_changed")
        customer = customers_behind(store).get(number)
        about = None if customer is None else customer.customer_id
        visitor.note(f"decided to {what}", about, f"hold {number}: {why}")
        if what == _ERASE:
            return erase_held(store, hold, by)
        keep_held(store, hold, by)
        return Enforced()


def _fingerprint(hold: Hold, going: Sequence[Erased], what: str) -> str:
    """Of what was shown: any of it changed, another fingerprint."""
    told = [str(hold.known.mandate_id), str(hold.bounds), str(hold.decision), what]
    told += [f"{one.order.words} {one.values} {one.revisions}" for one in going]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


async def _stopped_page(
    request: Request, visitor: Visitor, why: str, *, is_weighed: bool = False
) -> Response:
    name = request.path_params["name"]
    fuse, found, customers = await asyncio.to_thread(_stopped, visitor, name)
    people = _count((one.order.mandate_id for one in found), customers)
    await visitor.note_list(f"stopped by the fuse: {name}", people)
    return visitor.page(
        "stopped.html",
        title="Stopped by the fuse",
        status=400 if is_weighed and not why else 200,
        name=name,
        fuse=FUSES[fuse],
        found=found,
        points=len({one.order.metering_point for one in found}),
        customers=customers,
        erased_words=ERASED,
        why=why,
        is_weighed=is_weighed and bool(why),
        says="Say why." if is_weighed and not why else None,
    )


def _stopped(visitor: Visitor, name: str) -> tuple[Any, list[Erased], dict[int, Any]]:
    store, policy = visitor.context.store, visitor.context.policies.retention
    seen = review(store, now=decision_time(store, visitor.now), policy=policy)
    blocked = stopped_by_fuse(seen.blocked).get(name)
    if blocked is None:
        raise Stop(404, "stop_missing", what="blown fuse", name=name)
    found = seen.taken_by([one.order for one in blocked])
    return blocked[0].fuse, found, customers_behind(store)


def _confirm(visitor: Visitor, name: str, why: str) -> Enforced:
    store, policy = visitor.context.store, visitor.context.policies.retention
    with store.deciding():
        _stopped(visitor, name)
        by = _deciding(visitor, why)
        visitor.note("confirmed what the fuse stopped", None, f"{name}: {why}")
        return confirm_stopped(store, name, by, policy=policy)


_ONE: Final = f"{_LIST}/{{mandate_id:number}}"
_FUSE: Final = f"{_LIST}/fuse/{{name}}"
_WHO: Final = Role.PRIVACY_OFFICER
ROUTES: Final[Sequence[Declared]] = (
    page(_LIST, show_holds),
    page(_ONE, show_hold, role=_WHO),
    form(f"{_ONE}/weigh", weigh_hold, role=_WHO, longest=LONGEST_TEXT),
    form(f"{_ONE}/decide", decide_hold, role=_WHO, longest=LONGEST_TEXT),
    page(_FUSE, show_stopped, role=_WHO),
    form(f"{_FUSE}/weigh", weigh_stopped, role=_WHO, longest=LONGEST_TEXT),
    form(f"{_FUSE}/confirm", confirm, role=_WHO, longest=LONGEST_TEXT),
)
