"""What the office file holds of a customer: invitations, visits to their links, who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from kwartier.office import Office
from kwartier.office.access_log import Access, accesses
from kwartier.office.invitations import Invitation, invitations
from kwartier.office.visits import Visit, visits_of

_ALL: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAccount:
    """Each invitation with the visits to its link, and every look at the customer's data."""

    invitations: Sequence[tuple[Invitation, Sequence[Visit]]] = ()
    looks: Sequence[Access] = ()


def office_account(office: Office | None, customer_id: str) -> OfficeAccount:
    """What ``office`` holds of a customer, the oldest first; nothing where there is none."""
    if office is None or not office.path.exists():
        return OfficeAccount()
    invited = invitations(office, customer_id, withdrawn=True)
    return OfficeAccount(
        invitations=[(one, visits_of(office, one.invitation_id)) for one in invited],
        looks=accesses(office, customer_id=customer_id, limit=_ALL)[::-1],
    )


def office_members(account: OfficeAccount) -> dict[str, Any]:
    """The same as JSON has it. The secret part of a link is left out: whoever reads it could use
    it.
    """
    return {
        "invitations": [
            {
                "provider": one.provider,
                "invited_at": one.invited_at,
                "withdrawn_at": one.withdrawn_at,
                "terms": msgspec.json.decode(one.terms.as_text()),
                "visits": [
                    {"at": each.at, "kind": str(each.kind), "detail": each.detail}
                    for each in visits
                ],
            }
            for one, visits in account.invitations
        ],
        "looked_at": [
            {"at": one.at, "by": one.actor, "action": one.action, "detail": one.detail}
            for one in account.looks
        ],
    }
