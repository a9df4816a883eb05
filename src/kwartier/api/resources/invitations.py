"""Invitations: the permanent link at which a customer shares its data."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.api.calls import Answer, Body, Call, Operation, Told
from kwartier.api.messages.invitations import InvitationDetails, InvitationList, InvitationPost
from kwartier.api.parameters import text
from kwartier.api.problems import Problem
from kwartier.api.resources.shared import CUSTOMER, check_customer, moment
from kwartier.api.scopes import Scope
from kwartier.office.invitations import Invitation, invitations, invite
from kwartier.office.named_requests import Answered, NamedRequest, NameTakenError, invite_once
from kwartier.office.terms import Terms

_IDEMPOTENCY: Final = text(
    "Idempotency-Key",
    "names this request: repeated with it within a day, it makes nothing new and is answered as "
    "the first time, with the link as it stands by then",
    where="header",
)


def _post(call: Call) -> Answer:
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
    answered = _invited(call, customer_id, terms)
    made = answered.invited
    has_invited = made.is_new and not answered.is_repeat
    call.did("invited" if has_invited else "looked", customer_id, "an invitation")
    context.board.refresh_customer(customer_id)
    return Told(value=_details(call, made.invitation), status=201 if made.is_new else 200)


def _invited(call: Call, customer_id: str, terms: Terms) -> Answered:
    """The invitation asked for; of a request that names itself, what it led to the first time."""
    context, name = call.context, call.given["Idempotency-Key"]
    provider, at = call.body.provider, context.clock()
    if name is None:
        invited = invite(context.office, customer_id, provider=provider, at=at, terms=terms)
        return Answered(invited=invited, is_repeat=False)
    asked = call.query.encode() + msgspec.json.encode(call.body)
    request = NamedRequest(key_id=call.key.key_id, name=name, asked=asked)
    try:
        return invite_once(
            context.office,
            request,
            customer_id,
            provider=provider,
            terms=terms,
            at=at,
            asked_at=context.wall_clock(),
        )
    except NameTakenError as error:
        raise Problem(422, f"Idempotency-Key: {error}", field="Idempotency-Key") from error


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
