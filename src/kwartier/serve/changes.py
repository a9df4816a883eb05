"""What mandates did in the last days that somebody should hear of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.alerts.facts import DayOfChanges
from kwartier.registry import ChangeKind, FieldChange, KnownMandate, LedgerEntry
from kwartier.store import Store
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.local_time import BRUSSELS

WITHIN: Final = timedelta(days=3)


@dataclass(slots=True)
class _Day:
    capped: set[int] = field(default_factory=set)
    retracted: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)


def recent_changes(
    moment: Store, known: Sequence[KnownMandate], now: datetime
) -> list[DayOfChanges]:
    """The local days of the last three on which data periods were ended earlier, values erased
    therefore, or requests refused, the oldest first. ``moment`` is a snapshot.
    """
    mandates = {one.mandate_id: one for one in known if _may_tell(one, now)}
    if not mandates:
        return []
    entries = [
        one for one in moment.ledger(mandates=mandates.keys()) if now - one.change.seen_at < WITHIN
    ]
    days = _by_day(entries)
    if not days:
        return []
    customer_of = {one.reference_number: one.customer_id for one in moment.references()}
    whose = {
        number: customer_of.get(one.mandate.reference_number, "")
        for number, one in mandates.items()
    }
    return [
        DayOfChanges(
            day=day,
            capped=_ids(one.capped, whose),
            retracted=_ids(one.retracted, whose),
            refused=_ids(one.refused, whose),
        )
        for day, one in sorted(days.items())
    ]


def _may_tell(one: KnownMandate, now: datetime) -> bool:
    """Whether the ledger may have something of it: so that it is rarely read."""
    is_recent = now - one.changed_at < WITHIN
    is_bounded = one.mandate.period_end is not None
    return is_recent and (is_bounded or one.mandate.status == m.REJECTED)


def _by_day(entries: Iterable[LedgerEntry]) -> Mapping[date, _Day]:
    days: defaultdict[date, _Day] = defaultdict(_Day)
    for entry in entries:
        change = entry.change
        day = change.seen_at.astimezone(BRUSSELS).date()
        if change.kind is ChangeKind.RETRACTED:
            days[day].retracted.add(change.mandate_id)
        if change.kind is not ChangeKind.CHANGED:
            continue
        if any(_is_cap(one) for one in change.fields):
            days[day].capped.add(change.mandate_id)
        if any(one.field == "status" and one.after == m.REJECTED for one in change.fields):
            days[day].refused.add(change.mandate_id)
    return days


def _is_cap(change: FieldChange) -> bool:
    """Whether a period's end moved back, or came to be."""
    if change.field != "period_end" or change.after is None:
        return False
    after = datetime.fromisoformat(change.after)
    return change.before is None or after < datetime.fromisoformat(change.before)


def _ids(mandates: Iterable[int], whose: Mapping[int, str]) -> list[str]:
    return sorted(whose[number] for number in mandates)
