"""Taking in a provider's list of mandates: what is known afterwards, and what that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kwartier.registry.known_mandate import KnownMandate
from kwartier.registry.ledger import MandateChange, changes_between
from kwartier.registry.listing import Listing
from kwartier.registry.matching import match_mandates
from kwartier.vocabulary.provider import PROVIDERS


@dataclass(frozen=True, slots=True)
class Observed:
    """All ``mandates`` of the provider as now known, by id, and the ``changes`` that made them
    so; ``changed`` are the mandates that differ.
    """

    mandates: list[KnownMandate]
    changed: list[KnownMandate]
    changes: list[MandateChange]


def observe(known: Sequence[KnownMandate], listing: Listing, *, provider: str) -> Observed:
    """Match ``listing`` of ``provider`` to the ``known`` mandates (of any provider).

    Of mandates that the list does not speak of nothing changes, and what it shows of others than
    it was asked for is passed over. A mandate that is not listed has ended only if the provider
    lists all that stand, and the list is whole. One that is empty ends the last that stood, but not
    several at once: that may as well come of a mistake, and would end everything.
    """
    of_provider = [one for one in known if one.mandate.provider == provider]
    spoken_of = [one for one in of_provider if listing.speaks_of(one.mandate)]
    seen = match_mandates(
        spoken_of,
        [mandate for mandate in listing.mandates if listing.speaks_of(mandate)],
        listing.stated_at,
        is_whole=listing.is_complete,
        ends_unlisted=_lists_all_that_stand(provider)
        and listing.is_whole
        and (bool(listing.mandates) or _standing(of_provider) == 1),
        next_id=max((one.mandate_id for one in known), default=0) + 1,
    )
    changed = sorted(set(seen) - set(spoken_of), key=lambda one: one.mandate_id)
    after = {one.mandate_id: one for one in (*of_provider, *seen)}
    return Observed(
        mandates=[after[mandate_id] for mandate_id in sorted(after)],
        changed=changed,
        changes=changes_between(spoken_of, changed, listing.stated_at),
    )


def _standing(known: Sequence[KnownMandate]) -> int:
    return sum(one.mandate.is_approved for one in known)


def _lists_all_that_stand(provider: str) -> bool:
    return provider in PROVIDERS and PROVIDERS[provider].lists_all_that_stand
