"""Who stands behind a link: what the registry knows of that customer, read at once."""

from __future__ import annotations

from dataclasses import dataclass

from kwartier.office import Office
from kwartier.office.invitations import Invitation, find_invitation
from kwartier.registry import Customer
from kwartier.store.port import Store
from kwartier.vocabulary.mandate import Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """The ``customer`` of an ``invitation``, the reference numbers (of Eneco: data owners) that it
    has with the invitation's provider, the oldest first, the mandates that are known under these,
    and what ``wording`` says in each language.
    """

    invitation: Invitation
    customer: Customer
    references: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    wordings: dict[str, str]

    def wording(self, language: str) -> tuple[str, str | None]:
        """The words, in ``language`` if they are kept in it, else in another, and in which."""
        if language in self.wordings or not self.wordings:
            return language, self.wordings.get(language)
        return next(iter(self.wordings.items()))


def guest_of(store: Store, office: Office, token: str, wording: str | None) -> Guest | None:
    """Who holds the link with ``token``; None if it is not known, or its customer is not."""
    invitation = find_invitation(office, token)
    if invitation is None:
        return None
    customer_id = invitation.customer_id
    with store.snapshot(about=customer_id) as now:
        known = now.records()
        wordings = now.wordings() if wording is not None else []
    customer = next((one for one in known.customers if one.customer_id == customer_id), None)
    if customer is None:
        return None
    theirs = sorted(
        (
            one
            for one in known.references
            if (one.customer_id, one.provider) == (customer_id, invitation.provider)
        ),
        key=lambda one: one.created_at,
    )
    numbers = tuple(one.reference_number for one in theirs)
    return Guest(
        invitation=invitation,
        customer=customer,
        references=numbers,
        mandates=tuple(
            one.mandate
            for one in known.mandates
            if one.mandate.provider == invitation.provider
            and one.mandate.reference_number in numbers
            and one.missing_since is None
        ),
        wordings={one.language: one.text for one in wordings if one.version == wording},
    )
