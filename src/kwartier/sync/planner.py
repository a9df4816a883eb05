"""What to ask next: a pure function of mandates, what was asked before, and the time.

*Backfill*: measured time that a mandate permits and no fetch has settled. *Delta*: what the
provider stored since the last fetch, whenever it was measured; from a metering point's first
read-time fetch on, everything new comes this way, so that a day with nothing new costs one request.
*Exchanged*, *gap*, *provisional* and *estimated* ask again for what that should have brought (see
:mod:`kwartier.sync.follow_up`). *Forced*: the operator's wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.sync.alike import Alike, Day, earliest_start, history
from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.policy import FetchPolicy
from kwartier.sync.windows import covering
from kwartier.vocabulary.fetch import FOLLOW_UPS, Asked, Due, Fetch, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import cut_windows, day_of, day_start
from kwartier.vocabulary.mandate import Mandate, permissions

__all__ = ["earliest_start", "history", "plan"]


def plan(
    mandates: Sequence[Mandate],
    asked: Iterable[Asked],
    now: datetime,
    policy: FetchPolicy,
    *,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    focus: Focus = EVERYTHING,
) -> Iterator[Fetch]:
    """The fetches due at ``now``, grouped by metering point.

    Backfill windows come newest first, delta windows oldest first, since each continues the one
    before; follow-ups come last. ``asked`` is what the store says of the same metering points.
    """
    bounds = focus.bounds(history(now, policy))
    if bounds is None:
        return
    mandates = list(focus.of(mandates))
    told = {(one.metering_point, one.granularity): one for one in asked}
    providers = {m.metering_point: m.provider for m in mandates}
    silent = {name for name in providers if name is not None}
    silent.difference_update(m.metering_point for m in mandates if m.may_bring_new_data)
    day = Day(now, policy, arrival, bounds, silent)
    permitted = permissions(mandates, until=now)
    for name, group in groupby(permitted, key=attrgetter("metering_point")):
        alike = day.alike(list(group))
        known = {g: one for g in alike.permitted if (one := told.get((name, g))) is not None}
        point = _Point(providers[name], name, alike, known)
        if focus.force:
            yield from point.forced()
        else:
            wants_news = name not in silent and not focus.is_bounded
            yield from point.due(wants_news=wants_news)


class _Point:
    """One metering point: its permissions and what fetches have settled of them."""

    def __init__(
        self,
        provider: str,
        metering_point: str,
        alike: Alike,
        asked: Mapping[Granularity, Asked],
    ) -> None:
        self.provider, self.metering_point = provider, metering_point
        self.alike, self.day, self.asked = alike, alike.day, asked
        self.reached = {
            granularity: until
            for granularity, one in asked.items()
            if (until := one.inserted_until) is not None
        }

    def forced(self) -> Iterator[Fetch]:
        """All that is permitted, asked or not."""
        return self._by_read_time(Reason.FORCED, self.alike.wanted_now)

    def due(self, *, wants_news: bool) -> Iterator[Fetch]:
        """All that is due; ``wants_news``: also what was stored since the last fetch."""
        missing = [part for g in self.alike.permitted for part in self._missing(g)]
        if missing:
            missing = union(map(self._from_midnight, missing))
            yield from self._by_read_time(Reason.BACKFILL, missing)
        if wants_news and self.reached:
            for window, scopes, granularities in self.alike.news(self.reached):
                yield self._fetch(
                    Reason.DELTA, WindowKind.INSERT_TIME, window, scopes, granularities
                )
        if due := [one for asked in self.asked.values() for one in self._due_again(asked)]:
            yield from self._follow_ups(due, missing)

    def _missing(self, granularity: Granularity) -> Sequence[Interval]:
        """Permitted time that nothing has settled, up to where insert-time fetches take over."""
        horizon = self.reached.get(granularity, self.day.now)
        wanted = self.alike.wanted(granularity, horizon)
        asked = self.asked.get(granularity)
        if asked is None:
            return wanted
        return () if _covers(asked.settled, wanted) else subtract(wanted, asked.settled)

    def _from_midnight(self, missing: Interval) -> Interval:
        """With all of its first day that is permitted: an answer holds only slices that lie in
        its window whole.
        """
        energy_type = self.alike.energy_type
        begin = day_start(day_of(missing.start, energy_type), energy_type)
        inside = (one.start for one in self.alike.wanted_now if missing.start in one)
        return Interval(max([begin, *inside]), missing.end)

    def _due_again(self, asked: Asked) -> Iterable[Due]:
        days = self.alike.days[asked.granularity]
        may_be_due = (
            asked.estimated
            or asked.exchanged
            or (asked.provisional and asked.provisional[0].start < self.day.months_closed_until)
            or not _covers(asked.complete, days)
        )
        if not may_be_due:
            return ()
        permitted = self.alike.permitted[asked.granularity]
        return self.day.follow_ups.due(asked, permitted, days, self.alike.energy_type)

    def _by_read_time(self, reason: Reason, stretches: Sequence[Interval]) -> Iterator[Fetch]:
        for stretch in reversed(stretches):
            for window in cut_windows(stretch, self.alike.energy_type, self.day.max_days):
                yield self._read(reason, window)

    def _follow_ups(self, due: Sequence[Due], asked_anyway: Sequence[Interval]) -> Iterator[Fetch]:
        """As few requests as hold all that is due and meant, each for its strongest reason."""
        wanted = subtract(intersect([self.day.bounds], [d.interval for d in due]), asked_anyway)
        permitted = self.alike.wanted_now
        for window in covering(wanted, permitted, self.alike.energy_type, self.day.max_days):
            mine = tuple(one for one in due if one.interval.overlaps(window))
            strongest = min((one.reason for one in mine), key=FOLLOW_UPS.index)
            yield self._read(strongest, window, mine)

    def _read(self, reason: Reason, window: Interval, due: tuple[Due, ...] = ()) -> Fetch:
        stretches = dict.fromkeys(self.alike.permitted, window)
        scopes = self.alike.scopes_of(stretches)
        return self._fetch(
            reason, WindowKind.READ_TIME, window, scopes, tuple(self.alike.permitted), due
        )

    def _fetch(
        self,
        reason: Reason,
        kind: WindowKind,
        window: Interval,
        scopes: tuple[Scope, ...],
        granularities: tuple[Granularity, ...],
        due: tuple[Due, ...] = (),
    ) -> Fetch:
        return Fetch(
            provider=self.provider,
            metering_point=self.metering_point,
            energy_type=self.alike.energy_type,
            reason=reason,
            kind=kind,
            window=window,
            granularities=granularities,
            scopes=scopes,
            permitted=self.alike.scopes,
            planned_at=self.day.now,
            due=due,
        )


def _covers(held: Sequence[Interval], wanted: Sequence[Interval]) -> bool:
    """Whether each of ``wanted`` lies within one of ``held``."""
    for want in wanted:
        for one in held:
            if one.start <= want.start and want.end <= one.end:
                break
        else:
            return False
    return True
