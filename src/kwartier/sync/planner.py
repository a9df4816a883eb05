"""What to ask next: a pure function of mandates, what was asked before, and the time.

*Backfill*: measured time that a mandate permits and no fetch has settled. *Delta*: what the
provider stored since the last fetch, whenever it was measured; from a metering point's first
read-time fetch on, everything new comes this way, so that a day with nothing new costs one request.
Of a provider that cannot be asked for that, delta is the time since shortly before the end of what
was asked for, by read time: what is stored or corrected later than that comes by follow-ups.
*Exchanged*, *gap*, *provisional* and *estimated* ask again for what that should have brought (see
:mod:`kwartier.sync.follow_up`). *Forced*: the operator's wish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final

from msgspec import structs

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.sync.alike import Alike, Day, earliest_start, history
from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.policy import FetchPolicy
from kwartier.sync.windows import covering
from kwartier.vocabulary.fetch import FOLLOW_UPS, Asked, Due, Fetch, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect, subtract, union
from kwartier.vocabulary.local_time import cut_windows, day_of, day_start
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import PROVIDERS

__all__ = ["earliest_start", "history", "plan"]

_TOLD: Final[Callable[[Asked], tuple[object, ...]]] = attrgetter(
    *(one.name for one in structs.fields(Asked) if one.name != "metering_point")
)


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
    before, unless they are of read time; follow-ups come last. ``asked`` is what the store says of
    the same metering points.
    """
    days: dict[str, Day] = {}
    mandates_of: defaultdict[str, list[Mandate]] = defaultdict(list)
    for mandate in focus.of(mandates):
        if mandate.metering_point is not None:
            mandates_of[mandate.metering_point].append(mandate)
    told_of: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        told_of[one.metering_point].append(one)
    drafts: dict[tuple[object, ...], list[Fetch]] = {}
    for name in sorted(mandates_of):
        provider = mandates_of[name][-1].provider
        if provider not in days:
            days[provider] = Day(now, policy, arrival, focus, PROVIDERS[provider])
        alike, told = days[provider].alike(mandates_of[name]), told_of.get(name, ())
        if alike is None:
            continue
        key = (alike, *map(_TOLD, told))
        if key not in drafts:  # one of a kind speaks for all
            drafts[key] = list(_Kind(alike, told).plan(focus))
        for draft in drafts[key]:
            yield structs.replace(draft, metering_point=name)


class _Kind:
    """Metering points that are permitted the same, and of which fetches have settled the same: what
    is planned for them has yet to name one.
    """

    def __init__(self, alike: Alike, told: Iterable[Asked]) -> None:
        self.alike, self.day = alike, alike.day
        by_granularity = {one.granularity: one for one in told}
        asked = {g: one for g in alike.permitted if (one := by_granularity.get(g)) is not None}
        self.asked: Mapping[Granularity, Asked] = asked
        self.reached = {
            granularity: until
            for granularity, one in asked.items()
            if self.day.provider.tells_insert_time and (until := one.inserted_until) is not None
        }

    def plan(self, focus: Focus) -> Iterator[Fetch]:
        """What ``focus`` asks for: all that is permitted, asked or not, or all that is due."""
        if focus.force:
            return self._by_read_time(Reason.FORCED, self.alike.wanted_now)
        return self._due(wants_news=not (self.alike.silent or focus.is_bounded))

    def _due(self, *, wants_news: bool) -> Iterator[Fetch]:
        """All that is due; ``wants_news``: also what was stored since the last fetch."""
        again = self._read_again() if wants_news else []
        missing = [part for g in self.alike.permitted for part in self._missing(g)]
        if missing:
            missing = subtract(map(self._from_midnight, missing), again)
            yield from self._by_read_time(Reason.BACKFILL, missing)
        yield from self._by_read_time(Reason.DELTA, again)
        if wants_news and self.reached:
            for window, scopes, granularities in self.alike.news(self.reached):
                yield self._fetch(
                    Reason.DELTA, WindowKind.INSERT_TIME, window, scopes, granularities
                )
        if due := [one for asked in self.asked.values() for one in self._due_again(asked)]:
            yield from self._follow_ups(due, [*missing, *again])

    def _read_again(self) -> list[Interval]:
        """What a provider without insert times is asked for again, and what it is first asked
        for since.
        """
        if self.day.provider.tells_insert_time:
            return []
        stretches = (
            part
            for granularity, asked in self.asked.items()
            for part in self.alike.read_again(granularity, asked.settled)
        )
        return union(map(self._from_midnight, stretches))

    def _missing(self, granularity: Granularity) -> Sequence[Interval]:
        """Permitted time that nothing has settled, up to where insert-time fetches take over, if
        they do: of a mandate that expired none follow, and its last day would stay half asked for.
        """
        horizon = self.reached.get(granularity, self.day.now)
        if self.alike.silent and self.alike.permitted[granularity][-1].end < self.day.now:
            horizon = self.day.now
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
        return self.alike.follow_ups.due(asked, permitted, days, self.alike.energy_type)

    def _by_read_time(self, reason: Reason, stretches: Sequence[Interval]) -> Iterator[Fetch]:
        for stretch in reversed(stretches):
            for window in cut_windows(stretch, self.alike.energy_type, self.day.max_days):
                yield self._read(reason, window)

    def _follow_ups(self, due: Sequence[Due], asked_anyway: Sequence[Interval]) -> Iterator[Fetch]:
        """As few requests as hold all that is due and meant, each for its strongest reason."""
        wanted = subtract(intersect([self.alike.bounds], [d.interval for d in due]), asked_anyway)
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
            provider=self.day.provider.name,
            metering_point="",
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
