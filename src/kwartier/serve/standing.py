"""How the store stands against what should be there: lag, gaps, estimates, provisional gas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from kwartier.alerts.facts import DayOfChanges, Kind, Overdue
from kwartier.analysis import ArrivalPolicy
from kwartier.funnel.wanted import before, count_slices, due_end, wanted_days
from kwartier.registry import KnownMandate
from kwartier.registry.renewals import RenewalState, renewals
from kwartier.retention import Decision, People, fetchable
from kwartier.serve.changes import recent_changes
from kwartier.store import Store
from kwartier.vocabulary.energy import ELECTRICITY, GAS, HEAT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_start
from kwartier.vocabulary.mandate import Permission, permissions

RENEWALS_WITHIN: Final = timedelta(days=120)
_DAY: Final = timedelta(days=1)
_OTHER: Final = "other"

Opened = tuple[str, Granularity, datetime]
"""A metering point, and from when on a mandate opens a granularity of it."""


@dataclass(slots=True)
class Backlog:
    """What is open of one kind of data, over all metering points.

    ``lag``: of the metering point that is furthest behind, the time from the end of its newest
    slice to the end of the newest that should be there; ``lagging``: how many are behind at all.
    ``missing`` slices of the days that are due, ``estimated`` and ``provisional`` slices.
    """

    points: int = 0
    lagging: int = 0
    lag: timedelta = timedelta(0)
    missing: int = 0
    estimated: int = 0
    provisional: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How the store stood ``at`` a moment. Of how many metering points anything was ``due``, by
    provider and kind, and what was ``overdue``: not counted as late is what nothing came of yet
    before it was known for as long. ``changes`` are what mandates did lately.
    """

    at: datetime
    backlog: Mapping[Kind, Backlog] = field(default_factory=dict)
    due: Mapping[tuple[str, Kind], int] = field(default_factory=dict)
    overdue: Sequence[Overdue] = ()
    changes: Sequence[DayOfChanges] = ()
    mandates: Mapping[str, int] = field(default_factory=dict)
    missing_mandates: int = 0
    renewals: Mapping[RenewalState, int] = field(default_factory=dict)
    opened: frozenset[Opened] = frozenset()


def look_at(store: Store, now: datetime, arrival: ArrivalPolicy) -> Standing:
    """How ``store`` stands at ``now``: what its approved mandates open is held against what is
    there. Days are whole: of a gas day that is due in part, nothing is missed yet. Of a data
    owner's channels the fullest counts.
    """
    with store.snapshot() as moment:
        known = moment.mandates()
        permitted = permitted_by(known, moment.decisions(), now)
        wanted = [days for one in permitted for days in wanted_days(one, now, arrival)]
        held = {
            (row["metering_point"], row["granularity"]): row
            for row in moment.holdings(wanted).to_pylist()
        }
        changes = recent_changes(moment, known, now)
    backlog, lags = _measured(permitted, held, now, arrival)
    due, overdue = _lateness(lags, known, now)
    return Standing(
        at=now,
        backlog=backlog,
        due=due,
        overdue=overdue,
        changes=changes,
        mandates=_by_status(known),
        missing_mandates=sum(
            one.missing_since is not None and not one.is_over(now) for one in known
        ),
        renewals=_by_state(known, now),
        opened=opened_by(permitted),
    )


def permitted_by(
    known: Iterable[KnownMandate], decisions: Iterable[Decision], now: datetime
) -> list[Permission]:
    """What the mandates that the provider lists open, but for what was erased on request."""
    return permissions(fetchable(known, People(decisions)), until=now)


def opened_by(permitted: Iterable[Permission]) -> frozenset[Opened]:
    """Each stretch of ``permitted`` by its beginning."""
    return frozenset(
        (one.metering_point, one.granularity, interval.start)
        for one in permitted
        for interval in one.intervals
    )


@dataclass(frozen=True, slots=True)
class _Lag:
    """How far what is permitted is behind, and whether nothing of it ever came."""

    of: Permission
    lag: timedelta
    is_new: bool


def _measured(
    permitted: Sequence[Permission],
    held: Mapping[tuple[str, str], Mapping[str, Any]],
    now: datetime,
    arrival: ArrivalPolicy,
) -> tuple[dict[Kind, Backlog], list[_Lag]]:
    """What is open by kind, and the lag of all of which anything is due; ``held`` are rows of
    holdings by metering point and granularity.
    """
    lags: list[_Lag] = []
    found: dict[Kind, Backlog] = defaultdict(Backlog)
    kinds = {one.energy_type for one in permitted}
    ends = {energy_type: due_end(energy_type, now, arrival) for energy_type in kinds}
    for one in permitted:
        kind = _kind(one)
        row = held.get((one.metering_point, str(one.granularity)))
        due = before(one.intervals, ends[one.energy_type])
        wanted = sum(count_slices(part, one.granularity, one.energy_type) for part in due)
        lag = _lag(due, row, one) if wanted else timedelta(0)
        if wanted:
            lags.append(_Lag(one, lag, row is None))
        backlog = found[kind]
        backlog.points += 1
        backlog.lagging += lag > timedelta(0)
        backlog.lag = max(backlog.lag, lag)
        backlog.missing += max(0, wanted - (row["present"] if row else 0))
        backlog.estimated += row["estimated"] if row else 0
        backlog.provisional += row["provisional"] if row else 0
    return dict(found), lags


def _lateness(
    lags: Iterable[_Lag], known: Iterable[KnownMandate], now: datetime
) -> tuple[dict[tuple[str, Kind], int], list[Overdue]]:
    """Of how many metering points anything is due, and what is overdue. Until the first values of a
    mandate were asked for, it lags behind by years.
    """
    due: dict[tuple[str, Kind], int] = defaultdict(int)
    overdue = []
    changed: dict[str, tuple[str, datetime]] = {}
    for one in known:
        if point := one.mandate.metering_point:
            changed[point] = one.mandate.provider, one.changed_at
    for each in lags:
        point, kind = each.of.metering_point, _kind(each.of)
        provider, changed_at = changed[point]
        due[provider, kind] += 1
        late = min(each.lag, now - changed_at) if each.is_new else each.lag
        if late > timedelta():
            overdue.append(Overdue(provider=provider, kind=kind, metering_point=point, late=late))
    return dict(due), overdue


def _lag(due: Sequence[Interval], row: Mapping[str, Any] | None, one: Permission) -> timedelta:
    expected = due[-1].end
    return max(timedelta(0), expected - (_newest(row, one) if row else due[0].start))


def _newest(row: Mapping[str, Any], one: Permission) -> datetime:
    """Where the newest day that is held ends, or as far as its slices go."""
    day = row["newest_day"]
    start, end = (day_start(each, one.energy_type) for each in (day, day + _DAY))
    step = one.granularity.step
    return end if step is None else min(end, start + step * row["newest_present"])


def _kind(one: Permission) -> Kind:
    known = one.energy_type in (ELECTRICITY, GAS, HEAT)
    return one.energy_type if known else _OTHER, str(one.granularity)


def _by_status(known: Iterable[KnownMandate]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in known:
        counts[one.mandate.status] += 1
    return dict(counts)


def _by_state(known: Iterable[KnownMandate], now: datetime) -> dict[RenewalState, int]:
    counts = dict.fromkeys(RenewalState, 0)
    for one in renewals(known, now, within=RENEWALS_WITHIN):
        counts[one.state] += 1
    return counts
