"""Receipts of what was erased."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.api.calls import PAGE, Answer, Call, Mark, Operation, Told
from kwartier.api.messages.receipts import CustomerReceiptList, ReceiptPage
from kwartier.api.resources.shared import CUSTOMER, check_customer
from kwartier.api.scopes import Scope
from kwartier.retention import Receipt
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.content import erased_members
from kwartier.rights.erased import erased_shares, forgotten
from kwartier.vocabulary.interval import Interval


def _list(call: Call) -> Answer:
    key = call.cursor_key(int)
    after = key[0] if key else 0
    found = [one for one in call.context.store.receipts() if one.number > after]
    page = found[: call.given["limit"]]
    items = [_told(one) for one in page]
    return call.page(items, [page[-1].number] if len(found) > len(page) else None)


def _told(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(receipt.line())
    told = {name: told[name] for name in told if name not in ("key", "suppressed")}
    return told | {"bounds": [_stretch(part) for part in receipt.bounds]}


def _stretch(part: Interval) -> dict[str, Any]:
    return {
        "start": None if part.start == BEGINNING else part.start,
        "end": None if part.end == END else part.end,
    }


def _of_customer(call: Call) -> Answer:
    customer_id = call.given["customer_id"]
    with call.standings.of_customer(customer_id) as standing:
        check_customer(standing, customer_id)
        call.looked(customer_id, "receipts")
        mandates = standing.facts.mandates_of(customer_id)
        owners = [one for one in standing.facts.data_owners if one.customer_id == customer_id]
        shares = [
            *erased_shares(standing.moment, customer_id, mandates, standing.facts.whose),
            *forgotten(standing.moment, customer_id, owners),
        ]
    shares.sort(key=lambda share: share.receipt.number)
    return Told(value={"items": [erased_members(share) for share in shares]})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/receipts",
        name="listReceipts",
        summary="What was erased, when and why",
        tag="Receipts",
        scope=Scope.RECEIPTS_READ,
        handle=_list,
        answers=ReceiptPage,
        about="Each receipt carries the hash of the one before: none can be missing or altered.",
        parameters=PAGE,
        marks=(Mark.STORE,),
    ),
    Operation(
        method="GET",
        path="/customers/{customer_id}/receipts",
        name="listCustomerReceipts",
        summary="What was erased of a customer",
        tag="Receipts",
        scope=Scope.RECEIPTS_READ,
        handle=_of_customer,
        answers=CustomerReceiptList,
        parameters=(CUSTOMER,),
        refuses=(404,),
        marks=(Mark.STORE,),
    ),
)
