"""Customers: added and changed by the same rules as everywhere, and found again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from kwartier.api.calls import PAGE, Answer, Body, Call, Operation, Told
from kwartier.api.messages.customers import (
    CustomerDetails,
    CustomerPage,
    CustomerPatch,
    CustomerProgress,
    CustomerPut,
    DataOwnerPut,
    customer_details,
)
from kwartier.api.parameters import Parameter, choice, text
from kwartier.api.problems import Problem
from kwartier.api.resources.shared import CUSTOMER, check_customer, moment, no_customer
from kwartier.api.scopes import Scope
from kwartier.api.versions import matches, strong_etag
from kwartier.funnel.board import Board, Found
from kwartier.funnel.causes import Cause
from kwartier.funnel.places import Sorting
from kwartier.funnel.stages import Progress, Stage
from kwartier.registry.customers import FLOWS, CustomerChange
from kwartier.store import StoreError
from kwartier.vocabulary.provider import FLUVIUS, PROVIDERS

_SEARCH: Final = text(
    "search", "words of which each is part of an id, label, contact, reference number or EAN"
)
_STAGE: Final = choice("stage", "only those in this stage", [str(stage) for stage in Stage])
_CAUSE: Final = choice(
    "cause", "only those with this cause of there being no data", [str(cause) for cause in Cause]
)
_FLOW: Final = choice("flow", "only persons, or only organisations", FLOWS)
_PROVIDER: Final = choice("provider", "only those with mandates of it", sorted(PROVIDERS))
_IF_MATCH: Final = text(
    "If-Match", "the ETag of the customer that you read: refused if it changed", where="header"
)
_OWNER: Final = text(
    "data_owner",
    "what the customer is to Eneco, a UUID",
    longest=36,
    pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    where="path",
    example="0d9b1f7e-0000-4000-8000-000000000001",
)
_ADDED: Final = {200: "The customer as it is now.", 201: "The customer, who was added."}
_one_at_a_time: Final = threading.Lock()
"""Between the look at a customer's ETag and the change nobody else changes it by the API."""


def _list(call: Call) -> Answer:
    given, board = call.given, call.context.board
    key = call.cursor_key(str, int)
    filters = {
        "text": given["search"] or "",
        "stage": None if given["stage"] is None else Stage(given["stage"]),
        "provider": given["provider"],
        "flow": given["flow"],
        "cause": None if given["cause"] is None else Cause(given["cause"]),
        "order": Sorting.CUSTOMER,
    }
    offset = 0 if key is None else _offset_after(board, filters, key[0], key[1])
    found: Found = board.find(**filters, offset=offset, limit=given["limit"])
    if found.as_of is None:
        raise Problem(503, "The customers are still being read.", headers={"retry-after": "5"})
    call.looked(None, "customers")
    rows = found.rows
    end = offset + len(rows)
    told = call.page(
        [_progress(one) for one in rows],
        [rows[-1].customer_id, end] if rows and end < found.total else None,
    )
    return Told(value={**told.value, "total": found.total})


def _offset_after(board: Board, filters: dict[str, Any], last: str, hint: int) -> int:
    """How many of the wanted customers come up to ``last`` in order; as many as ``hint`` says,
    unless some came or went since.
    """

    def at(offset: int) -> Sequence[Progress]:
        return board.find(**filters, offset=offset, limit=1).rows

    if hint > 0 and (there := at(hint - 1)) and there[0].customer_id == last:
        return hint
    low, high = 0, board.find(**filters, offset=0, limit=1).total
    while low < high:
        middle = (low + high) // 2
        rows = at(middle)
        if rows and rows[0].customer_id <= last:
            low = middle + 1
        else:
            high = middle
    return low


def _progress(one: Progress) -> CustomerProgress:
    return CustomerProgress(
        customer_id=one.customer_id,
        label=one.label,
        contact=one.contact,
        flow=one.flow,
        providers=list(one.providers),
        stage=str(one.stage),
        reached={str(stage): at for stage, at in one.reached.items()},
        days_left=one.days_left,
        expected_eans=one.expected_eans,
        granted_eans=one.granted_eans,
        missing=one.missing,
        needs=[str(need) for need in one.needs],
    )


def _get(call: Call) -> Answer:
    customer_id = call.given["customer_id"]
    found = _read(call, customer_id)
    if found is None:
        raise no_customer(customer_id)
    call.looked(customer_id, "a customer")
    return Told(value=found)


def _get_progress(call: Call) -> Answer:
    customer_id = call.given["customer_id"]
    found = call.context.board.refresh_customer(customer_id)
    if found is None:
        raise no_customer(customer_id)
    call.looked(customer_id, "progress")
    return Told(value=_progress(found))


def _put(call: Call) -> Answer:
    body: CustomerPut = call.body
    if not call.given["customer_id"].isprintable() or not call.given["customer_id"].strip():
        raise Problem(400, "customer_id: must be printable, and not blank", field="customer_id")
    return _change(
        call,
        CustomerChange(
            customer_id=call.given["customer_id"],
            label=body.label,
            flow=body.flow,
            enterprise_number=body.enterprise_number or "",
            language=body.language,
            contact=body.contact or "",
        ),
    )


def _patch(call: Call) -> Answer:
    said: dict[str, Any] = {
        name: "" if value is None else value
        for name, value in msgspec.structs.asdict(call.body).items()
        if value is not msgspec.UNSET
    }
    customer_id = call.given["customer_id"]
    return _change(call, CustomerChange(customer_id=customer_id, **said), is_known=True)


def _put_data_owner(call: Call) -> Answer:
    body: DataOwnerPut = call.body
    since: Any = moment(body.since, "since")
    customer_id, owner = call.given["customer_id"], call.given["data_owner"]
    change = CustomerChange(customer_id=customer_id, data_owner=owner, since=since)
    return _change(call, change, is_known=True)


def _change(call: Call, change: CustomerChange, *, is_known: bool = False) -> Answer:
    """Make a change, if the customer is still the one that the caller saw."""
    context = call.context
    for name in ("label", "contact"):
        value = getattr(change, name) or ""
        if not value.isprintable():
            raise Problem(400, f"{name}: holds a line break or control character", field=name)
    with _one_at_a_time:
        before = _read(call, change.customer_id)
        if is_known and before is None:
            raise no_customer(change.customer_id)
        _check_preconditions(call, before)
        # As `kwartier customers add` has it, whoever is added gets a reference number of Fluvius.
        context.store.change_customers([change], provider=FLUVIUS, now=context.wall_clock())
    call.did("changed", change.customer_id, "a customer" if before else "a customer, added")
    context.board.refresh_customer(change.customer_id)
    return Told(value=_read(call, change.customer_id), status=200 if before else 201)


def _check_preconditions(call: Call, before: CustomerDetails | None) -> None:
    """RFC 9110, section 13.1: If-Match is for whoever changes, If-None-Match: * for who adds."""
    if_match, if_none_match = (call.headers.get(n) for n in ("if-match", "if-none-match"))
    if if_match is not None and (before is None or not matches(if_match, etag_of(before))):
        raise Problem(412, "The customer is another than you read: read it again.")
    if before is not None and matches(if_none_match, etag_of(before)):
        raise Problem(412, "There is a customer of this id already.")


def etag_of(value: Any) -> str:
    """The ETag of an answer in JSON, by what it says."""
    return strong_etag(msgspec.json.encode(value).decode())


def _read(call: Call, customer_id: str) -> CustomerDetails | None:
    try:
        with call.standings.of_customer(customer_id) as standing:
            check_customer(standing, customer_id)
            return customer_details(
                standing.facts.customers[customer_id],
                [one for one in standing.facts.references if one.customer_id == customer_id],
                [one for one in standing.facts.data_owners if one.customer_id == customer_id],
            )
    except Problem:
        return None
    except StoreError:
        if call.context.store_path.exists():
            raise
        return None  # the first customer makes the store


def _operation(
    method: str, path: str, name: str, summary: str, scope: Scope, **more: Any
) -> Operation:
    return Operation(
        method=method,
        path=f"/customers{path}",
        name=name,
        summary=summary,
        tag="Customers",
        scope=scope,
        **more,
    )


_WRITTEN: Final[tuple[Parameter, ...]] = (CUSTOMER, _IF_MATCH)

OPERATIONS: Final = (
    _operation(
        "GET",
        "",
        "listCustomers",
        "All customers, with how far each is",
        Scope.CUSTOMERS_READ,
        handle=_list,
        answers=CustomerPage,
        parameters=(_SEARCH, _STAGE, _CAUSE, _FLOW, _PROVIDER, *PAGE),
    ),
    _operation(
        "GET",
        "/{customer_id}",
        "getCustomer",
        "One customer",
        Scope.CUSTOMERS_READ,
        handle=_get,
        answers=CustomerDetails,
        parameters=(CUSTOMER,),
        refuses=(404,),
    ),
    _operation(
        "PUT",
        "/{customer_id}",
        "putCustomer",
        "Add a customer, or say all of one anew",
        Scope.CUSTOMERS_WRITE,
        handle=_put,
        answers=CustomerDetails,
        parameters=_WRITTEN,
        body=Body(type=CustomerPut, about="The customer as it is to be."),
        statuses=_ADDED,
        refuses=(412,),
        about="`If-None-Match: *` adds only, `If-Match` with an ETag changes only what you saw.",
    ),
    _operation(
        "PATCH",
        "/{customer_id}",
        "patchCustomer",
        "Change some of a customer",
        Scope.CUSTOMERS_WRITE,
        handle=_patch,
        answers=CustomerDetails,
        parameters=_WRITTEN,
        body=Body(
            type=CustomerPatch,
            about="What is to change.",
            media_types=("application/merge-patch+json", "application/json"),
        ),
        refuses=(404, 412),
    ),
    _operation(
        "PUT",
        "/{customer_id}/data-owners/{data_owner}",
        "putCustomerDataOwner",
        "Say what a customer is to Eneco",
        Scope.CUSTOMERS_WRITE,
        handle=_put_data_owner,
        answers=CustomerDetails,
        parameters=(CUSTOMER, _OWNER, _IF_MATCH),
        body=Body(type=DataOwnerPut, about="Since when it shares.", is_required=False),
        refuses=(404, 412),
    ),
    _operation(
        "GET",
        "/{customer_id}/progress",
        "getCustomerProgress",
        "How far a customer is",
        Scope.CUSTOMERS_READ,
        handle=_get_progress,
        answers=CustomerProgress,
        parameters=(CUSTOMER,),
        refuses=(404,),
    ),
)
