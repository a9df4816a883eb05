"""What a customer's mandates open at each metering point, and nothing of whoever had it before or
after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from kwartier.funnel.wanted import whole_days
from kwartier.registry import KnownMandate
from kwartier.retention import People, fetchable
from kwartier.retention.tenure import Tenures
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_start
from kwartier.vocabulary.mandate import Mandate, Permission, permissions

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """One customer at one metering point: what is permitted there, first known of at ``since``."""

    customer_id: str
    provider: str
    metering_point: str
    since: datetime
    permissions: tuple[Permission, ...]

    @property
    def hull(self) -> Interval:
        """From the first to the last instant that is permitted."""
        intervals = [part for one in self.permissions for part in one.intervals]
        return Interval(min(part.start for part in intervals), max(part.end for part in intervals))


def tenancies_of(
    customer_id: str,
    mandates: Sequence[KnownMandate],
    tenures: Tenures,
    people: People,
    now: datetime,
) -> list[Tenancy]:
    """The customer's, by metering point, given its mandates and whose each period is."""
    listed = [part for one in mandates for part in _own(one, tenures, people)]
    permitted: defaultdict[str, list[Permission]] = defaultdict(list)
    for permission in permissions(listed, until=now):
        permitted[permission.metering_point].append(permission)
    return [
        Tenancy(customer_id, *_known_since(point, mandates), tuple(some))
        for point, some in permitted.items()
    ]


def _known_since(point: str, mandates: Iterable[KnownMandate]) -> tuple[str, str, datetime]:
    there = [one for one in mandates if one.mandate.metering_point == point]
    return there[0].mandate.provider, point, min(one.first_seen_at for one in there)


def _own(one: KnownMandate, tenures: Tenures, people: People) -> Iterator[Mandate]:
    """What may be fetched on the mandate's account and is its customer's: where others had or have
    the metering point, whole days alone, for what is held is counted by days.
    """
    fetched = fetchable([one], people)
    if not fetched or not tenures.others(one):
        yield from fetched
        return
    period = tenures.period(one)
    for mandate in fetched:
        own = None if period is None else mandate.permitted(period.end)
        days = None if own is None else _cut_to_days(own, mandate)
        if days is not None:
            yield replace(mandate, period_start=days.start, period_end=days.end)


def _cut_to_days(period: Interval, mandate: Mandate) -> Interval | None:
    energy_type = mandate.energy_type or ELECTRICITY
    days = whole_days(period, energy_type)
    if days is None:
        return None
    return Interval(day_start(days[0], energy_type), day_start(days[1] + _DAY, energy_type))
