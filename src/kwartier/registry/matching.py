"""Which listed mandate is which known one.

Mandates carry no id, and show their EAN only while approved. A known mandate is found again by
(provider, contract, reference, data service), then by EAN, status and period start as last seen.
What stays open is matched only where a single candidate is left on both sides; otherwise both
stay and are flagged, so that an ambiguity never erases anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from kwartier.registry.known_mandate import KnownMandate
from kwartier.vocabulary.mandate import FINISHED, Mandate

_Family = tuple[str, str, str, str]
_Pair = tuple[KnownMandate, Mandate]


def match_mandates(
    known: Sequence[KnownMandate],
    listed: Iterable[Mandate],
    seen_at: datetime,
    *,
    is_whole: bool = True,
    ends_unlisted: bool = False,
    next_id: int = 1,
) -> list[KnownMandate]:
    """All mandates as now known, by ``listed``, the provider's list at ``seen_at``.

    One that is known but not listed keeps its last known state, with ``missing_since`` if the
    list ``is_whole``; with ``ends_unlisted`` its status becomes Finished instead, unless its period
    was over: then it merely ran out. New ones are numbered from ``next_id``, or after those that
    are known.
    """
    known_families: dict[_Family, list[KnownMandate]] = defaultdict(list)
    for one in sorted(known, key=lambda k: k.mandate_id):
        known_families[_family(one.mandate)].append(one)
    listed_families: dict[_Family, list[Mandate]] = defaultdict(list)
    for mandate in listed:
        listed_families[_family(mandate)].append(mandate)

    next_id = max(next_id, *(one.mandate_id + 1 for one in known)) if known else next_id
    seen: list[KnownMandate] = []
    for family in dict.fromkeys([*listed_families, *known_families]):
        mandates = listed_families[family]
        pairs, unknown, unlisted = _pair(known_families[family], mandates)
        seen.extend(_seen_again(one, mandate, seen_at) for one, mandate in pairs)
        is_ambiguous = bool(unknown) and any(
            _may_become(one, m) for one in unlisted for m in unknown
        )
        for mandate in unknown:
            seen.append(_first_seen(next_id, mandate, seen_at, is_ambiguous))
            next_id += 1
        if ends_unlisted:
            seen.extend(_ended(one, seen_at) for one in unlisted)
        else:
            missing_at = seen_at if is_whole else None
            seen.extend(_missing(one, missing_at, is_ambiguous) for one in unlisted)
    return sorted(seen, key=lambda one: one.mandate_id)


def _family(mandate: Mandate) -> _Family:
    return (
        mandate.provider,
        mandate.contract_number,
        mandate.reference_number,
        mandate.data_service_type,
    )


def _pair(
    known: list[KnownMandate], listed: list[Mandate]
) -> tuple[list[_Pair], list[Mandate], list[KnownMandate]]:
    """Pair off by ever weaker likeness; what no step decides is returned unpaired."""
    pairs: list[_Pair] = []
    likenesses: list[Callable[[Mandate], Hashable]] = [
        lambda m: (m.metering_point, m.status, m.period_start) if m.metering_point else None,
        lambda m: (m.metering_point, m.period_start) if m.metering_point else None,
        lambda m: m.metering_point,
    ]
    for likeness in likenesses:
        known, listed = _pair_by(likeness, likeness, known, listed, pairs)
    # A listed mandate without EAN may be a known one whose EAN was shown before.
    known, listed = _pair_by(
        lambda m: (m.status, m.period_start),
        lambda m: None if m.metering_point else (m.status, m.period_start),
        known,
        listed,
        pairs,
    )
    if len(known) == len(listed) == 1 and _may_become(known[0], listed[0]):
        pairs.append((known[0], listed[0]))
        known, listed = [], []
    return pairs, listed, known


def _pair_by(
    known_likeness: Callable[[Mandate], Hashable],
    listed_likeness: Callable[[Mandate], Hashable],
    known: list[KnownMandate],
    listed: list[Mandate],
    pairs: list[_Pair],
) -> tuple[list[KnownMandate], list[Mandate]]:
    left: dict[Hashable, list[KnownMandate]] = defaultdict(list)
    for one in known:
        left[known_likeness(one.mandate)].append(one)
    unpaired: list[Mandate] = []
    paired: set[int] = set()
    for mandate in listed:
        key = listed_likeness(mandate)
        if key is not None and left[key]:
            one = left[key].pop(0)
            paired.add(one.mandate_id)
            pairs.append((one, mandate))
        else:
            unpaired.append(mandate)
    return [one for one in known if one.mandate_id not in paired], unpaired


def _may_become(one: KnownMandate, mandate: Mandate) -> bool:
    """Whether the two could be one mandate in two states: their EANs do not contradict."""
    points = {one.mandate.metering_point, mandate.metering_point} - {None}
    return len(points) <= 1


def _seen_again(one: KnownMandate, mandate: Mandate, seen_at: datetime) -> KnownMandate:
    """The EAN as last seen stays, though the list no longer shows it."""
    if mandate.metering_point is None:
        mandate = replace(
            mandate,
            metering_point=one.mandate.metering_point,
            energy_type=one.mandate.energy_type,
            granularities=one.mandate.granularities,
        )
    changed_at = one.changed_at if mandate == one.mandate else seen_at
    return replace(one, mandate=mandate, changed_at=changed_at, missing_since=None)


def _missing(one: KnownMandate, missing_at: datetime | None, is_ambiguous: bool) -> KnownMandate:
    return replace(
        one,
        is_ambiguous=one.is_ambiguous or is_ambiguous,
        missing_since=one.missing_since or missing_at,
    )


def _ended(one: KnownMandate, seen_at: datetime) -> KnownMandate:
    """Ended by its absence; that it is not listed any more is then as it should be. One that ran
    out was permitted to its end, so what is held of it stays.
    """
    if one.mandate.status == FINISHED:
        return one
    if one.is_over(seen_at):
        return replace(one, missing_since=one.missing_since or seen_at)
    return replace(one, mandate=replace(one.mandate, status=FINISHED), changed_at=seen_at)


def _first_seen(
    mandate_id: int, mandate: Mandate, seen_at: datetime, is_ambiguous: bool
) -> KnownMandate:
    return KnownMandate(
        mandate_id=mandate_id,
        mandate=mandate,
        first_seen_at=seen_at,
        changed_at=seen_at,
        is_ambiguous=is_ambiguous,
    )
