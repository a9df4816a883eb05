"""What is held although no mandate stands for it: to be shown, for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kwartier.registry import KnownMandate, Reference
from kwartier.retention.decisions import END, Decision, People
from kwartier.retention.order import Held, Key
from kwartier.retention.permits import Permits, keys_of
from kwartier.retention.policy import FinishedPolicy, RetentionPolicy
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.mandate import FINISHED


class HoldReason(StrEnum):
    """``finished``: the mandate was ended. ``ambiguous``: it could not be told apart from another,
    so nothing is erased on its account. ``status``: it was approved, and its status is neither
    that nor finished any more.
    """

    FINISHED = "finished"
    AMBIGUOUS = "ambiguous"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Data on hold: held on account of ``known`` and no mandate that stands, within ``bounds``.

    ``erased_at`` is when the policy erases it, None if it does not; ``decision`` is a person's to
    keep it, None while it waits for one.
    """

    known: KnownMandate
    reason: HoldReason
    granularities: tuple[Granularity, ...]
    bounds: Interval
    erased_at: datetime | None
    decision: Decision | None


def holds(permits: Permits, held: Iterable[Held]) -> list[Hold]:
    """What is on hold, by mandate. Data that a standing mandate covers is not."""
    return [
        _hold(one, reason, alone, permits.people, permits.policy)
        for one, reason, alone in _alone(permits, held)
    ]


def withheld(
    known: Sequence[KnownMandate],
    references: Iterable[Reference],
    held: Iterable[Held],
    people: People,
) -> dict[Key, list[Interval]]:
    """What is on hold and nobody decided to keep, nor does an approved mandate permit it at its
    word: it may be used by nobody. A policy that keeps data of finished mandates does not let it
    be used.
    """
    on_hold: defaultdict[Key, list[Interval]] = defaultdict(list)
    kept: defaultdict[Key, list[Interval]] = defaultdict(list)
    permits = Permits(known, references, people, RetentionPolicy(), END)
    for one in known:
        if one.mandate.is_approved:
            for key in keys_of(one):
                kept[key] += permits.at_its_word(one)
    for one, _, alone in _alone(permits, held):
        for key, parts in alone.items():
            (kept if people.about(one) else on_hold)[key] += parts
    left = {key: union(subtract(parts, kept[key])) for key, parts in on_hold.items()}
    return {key: parts for key, parts in left.items() if parts}


def unusable(
    known: Sequence[KnownMandate],
    references: Iterable[Reference],
    held: Iterable[Held],
    people: People,
) -> dict[Key, list[Interval]]:
    """What may be told to nobody: what is :func:`withheld`, and what a person decided to erase. It
    is still held where that was cut off, until the next sync goes on with it.
    """
    held = list(held)
    permits = Permits(known, references, people, RetentionPolicy(), END)
    unseen = defaultdict(list, withheld(known, references, held, people.before_erasing()))
    spared: defaultdict[Key, list[Interval]] = defaultdict(list)
    there = defaultdict(list)
    for one in held:
        there[one.key].append(one.hull)
    for mandate in known:
        for key in keys_of(mandate):
            unseen[key] += intersect(union(there[key]), permits.taken(mandate))
            spared[key] += permits.at_its_word(mandate) if mandate.mandate.is_approved else []
    left = {key: union(subtract(parts, spared[key])) for key, parts in unseen.items()}
    return {key: parts for key, parts in left.items() if parts}


def _alone(
    permits: Permits, held: Iterable[Held]
) -> Iterator[tuple[KnownMandate, HoldReason, Mapping[Key, list[Interval]]]]:
    """The mandates that hold data back, why, and what is held on account of each alone."""
    hulls: dict[Key, Interval] = {}
    for each in held:  # several of one key: the energy types of a metering point
        both = [each.hull, hulls.get(each.key, each.hull)]
        hulls[each.key] = Interval(min(h.start for h in both), max(h.end for h in both))
    standing: defaultdict[Key, list[Interval]] = defaultdict(list)
    for one in permits.known:
        if _reason(one) is None:
            for key in keys_of(one):
                standing[key] += permits.lets_hold(one)
    for one in sorted(permits.known, key=lambda one: one.mandate_id):
        reason = _reason(one)
        if reason is None:
            continue
        own = permits.at_its_word(one) if one.mandate.is_approved else []
        lets = permits.lets_hold(one)
        alone = {
            key: parts
            for key in keys_of(one)
            if key in hulls
            and (parts := subtract(intersect([hulls[key]], lets), [*own, *standing[key]]))
        }
        if alone:
            yield one, reason, alone


def _reason(one: KnownMandate) -> HoldReason | None:
    """Why the mandate holds data back; None for one that stands, or never told its EAN."""
    if one.mandate.metering_point is None:
        return None
    if one.is_ambiguous:
        return HoldReason.AMBIGUOUS
    if one.mandate.is_approved:
        return None
    return HoldReason.FINISHED if one.mandate.status == FINISHED else HoldReason.STATUS


def _hold(
    one: KnownMandate,
    reason: HoldReason,
    alone: Mapping[Key, list[Interval]],
    people: People,
    policy: RetentionPolicy,
) -> Hold:
    decision = people.about(one)
    erases = policy.finished is FinishedPolicy.ERASE and reason is HoldReason.FINISHED
    return Hold(
        known=one,
        reason=reason,
        granularities=tuple(granularity for _, _, granularity in alone),
        bounds=Interval(
            min(parts[0].start for parts in alone.values()),
            max(parts[-1].end for parts in alone.values()),
        ),
        erased_at=one.changed_at + policy.grace if erases and decision is None else None,
        decision=decision,
    )
