"""Invitations: the permanent link at which a customer shares its data."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from kwartier.api.calls import Answer, Body, Call, Operation, Told
from kwartier.api.messages import InvitationDetails, InvitationList, InvitationPost
from kwartier.api.parameters import text
from kwartier.api.problems import Problem
from kwartier.api.resources.shared import CUSTOMER, check_customer, moment
from kwartier.api.scopes import Scope
from kwartier.office.invitations import Invitation, invitations, invite
from kwartier.office.terms import Terms

_IDEMPOTENCY: Final = text(
    "Idempotency-Key",
    "names this request: repeated with it within a day, it is answered as the first time",
    where="header",
)
_REMEMBERED: Final = timedelta(days=1)
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Answered:
    digest: str
    at: datetime
    answer: Told


class Repeats:
    """What was answered to requests that name themselves, for a day, while the process lasts.

    Without that a repeat is harmless as well: who was invited on the same terms keeps the link.
    """

    def __init__(self) -> None:
        self._answered: OrderedDict[tuple[str, str], _Answered] = OrderedDict()
        self._guard = threading.Lock()

    def find(self, key: tuple[str, str], digest: str, now: datetime) -> Told | None:
        """The answer to the request of that name; Problem if that asked for something else."""
        with self._guard:
            while self._answered and self._is_over(now):
                self._answered.popitem(last=False)
            known = self._answered.get(key)
        if known is not None and known.digest != digest:
            rule = "names another request already: take a new key for a new request"
            raise Problem(422, f"Idempotency-Key: {rule}", field="Idempotency-Key")
        return None if known is None else known.answer

    def keep(self, key: tuple[str, str], digest: str, now: datetime, answer: Told) -> None:
        """Remember an answer."""
        with self._guard:
            self._answered[key] = _Answered(digest, now, answer)

    def _is_over(self, now: datetime) -> bool:
        oldest = next(iter(self._answered.values()))
        return oldest.at + _REMEMBERED < now or len(self._answered) > _MOST


_REPEATS: Final = Repeats()


def _post(call: Call) -> Answer:
    name, now = call.given["Idempotency-Key"], call.context.wall_clock()
    if name is None:
        return _invited(call)
    key = (call.key.key_id, name)
    asked = call.query.encode() + msgspec.json.encode(call.body)
    digest = hashlib.sha256(asked).hexdigest()
    known = _REPEATS.find(key, digest, now)
    if known is None:
        known = _invited(call)
        _REPEATS.keep(key, digest, now, known)
    return known


def _invited(call: Call) -> Told:
    body: InvitationPost = call.body
    customer_id, context = call.given["customer_id"], call.context
    start: Any = moment(body.period_start, "period_start")
    end: Any = moment(body.period_end, "period_end")
    with call.standings.of_customer(customer_id) as standing:
        check_customer(standing, customer_id)
    terms = Terms(
        services=tuple(body.services),
        period_start=start,
        period_end=end,
        max_eans=body.max_eans,
        expected_eans=body.expected_eans,
        sso=body.sso,
    )
    made = invite(
        context.office, customer_id, provider=body.provider, at=context.clock(), terms=terms
    )
    call.did("invited" if made.is_new else "looked", customer_id, "an invitation")
    context.board.refresh_customer(customer_id)
    return Told(value=_details(call, made.invitation), status=201 if made.is_new else 200)


def _list(call: Call) -> Answer:
    customer_id = call.given["customer_id"]
    with call.standings.of_customer(customer_id) as standing:
        check_customer(standing, customer_id)
    call.looked(customer_id, "invitations")
    found = invitations(call.context.office, customer_id, withdrawn=True)
    return Told(value=InvitationList(items=[_details(call, one) for one in found]))


def _details(call: Call, one: Invitation) -> InvitationDetails:
    terms = one.terms
    return InvitationDetails(
        customer_id=one.customer_id,
        provider=one.provider,
        url=f"{call.context.connect_url}/{one.token}" if one.stands else None,
        invited_at=one.invited_at,
        withdrawn_at=one.withdrawn_at,
        services=list(terms.services),
        period_start=terms.period_start,
        period_end=terms.period_end,
        max_eans=terms.max_eans,
        expected_eans=terms.expected_eans,
        sso=terms.sso,
    )


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/customers/{customer_id}/invitations",
        name="inviteCustomer",
        summary="Invite a customer, or find its link again",
        tag="Invitations",
        scope=Scope.INVITATIONS_WRITE,
        handle=_post,
        answers=InvitationDetails,
        about="A customer has one link with each provider of data. It stays on the same terms; on "
        "others the old link is withdrawn and a new one made.",
        parameters=(CUSTOMER, _IDEMPOTENCY),
        body=Body(type=InvitationPost, about="What is asked.", is_required=False),
        statuses={200: "The link that there is already.", 201: "A new link."},
        refuses=(404, 422),
    ),
    Operation(
        method="GET",
        path="/customers/{customer_id}/invitations",
        name="listCustomerInvitations",
        summary="The links of a customer",
        tag="Invitations",
        scope=Scope.INVITATIONS_WRITE,
        handle=_list,
        answers=InvitationList,
        parameters=(CUSTOMER,),
        refuses=(404,),
    ),
)
