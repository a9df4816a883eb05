"""One customer's metering points, and what of them may be looked at: what is the customer's own,
not on hold, and was not erased on request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import empty_measurements
from kwartier.registry import Customer
from kwartier.retention import People, unusable, withheld
from kwartier.retention.decisions import BEGINNING
from kwartier.retention.order import Key
from kwartier.rights.held import rows_inside
from kwartier.rights.whose import Claim, Whose
from kwartier.store import Selection, Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, disjoint, intersect, subtract, union
from kwartier.vocabulary.mandate import Permission, finest_open, widened

Periods = Mapping[Granularity, Sequence[Interval]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A metering point as far as it is one customer's, seen at ``now`` (None: nothing was fetched
    yet).

    ``opened`` is the time whose values may be seen; ``on_hold`` that whose values wait for a
    person's decision, and ``erased`` that which was erased on request. ``was_others``: the
    metering point is, or was, another customer's too. ``energy_types`` are those that are held,
    else that of the mandates.
    """

    metering_point: str
    provider: str
    energy_types: Sequence[str]
    claims: Sequence[Claim]
    opened: Periods
    on_hold: Periods
    erased: Periods
    was_others: bool
    now: datetime | None

    @property
    def granularities(self) -> list[Granularity]:
        """What the mandates open, the finest first."""
        found = {granularity for claim in self.claims for granularity in claim.granularities}
        return [one for one in Granularity if one in found]

    @property
    def stands(self) -> bool:
        """Whether a mandate on it still stands at the provider."""
        return any(claim.stands for claim in self.claims)

    def permissions(
        self, energy_type: str | None = None, within: Interval | None = None
    ) -> list[Permission]:
        """What may be seen and was over at ``now``, for analysis; of one energy type, or of all."""
        if self.now is None:
            return []
        bounds = [Interval(BEGINNING, self.now), *([] if within is None else [within])]
        cut = {
            granularity: [left for part in parts if (left := _cut(part, bounds)) is not None]
            for granularity, parts in self.opened.items()
        }
        of_mandates = [
            Permission(
                metering_point=self.metering_point,
                energy_type=self.claims[0].energy_type,
                granularity=granularity,
                intervals=tuple(parts),
            )
            for granularity, parts in sorted(cut.items())
            if parts
        ]
        opened = widened(
            of_mandates, lambda: [(self.metering_point, one) for one in self.energy_types]
        )
        return [one for one in opened if energy_type in (None, one.energy_type)]

    def permission(self, energy_type: str, granularity: Granularity) -> Permission | None:
        """What may be seen of one series of slices."""
        found = self.permissions(energy_type)
        return next((one for one in found if one.granularity is granularity), None)

    def finest(self, energy_type: str) -> Granularity:
        """The finest slices that may be seen, else that the mandates open."""
        opened = self.permissions(energy_type)
        found = finest_open(opened).get((self.metering_point, energy_type))
        others = [one.granularity for one in opened] or self.granularities
        return found or others[0]

    def values(
        self,
        store: Store,
        *,
        energy_type: str | None = None,
        granularity: Granularity | None = None,
        within: Interval | None = None,
    ) -> pa.Table:
        """What may be seen of the values (measurements), of slices that begin ``within``."""
        selection = Selection(
            metering_points=(self.metering_point,),
            energy_type=energy_type,
            granularity=granularity,
            start=None if within is None else within.start,
            end=None if within is None else within.end,
        )
        batches = list(store.scan(selection))
        rows = pa.Table.from_batches(batches) if batches else empty_measurements()
        if granularity is not None and _covered(rows, self.opened.get(granularity, ())):
            return rows
        return rows_inside(rows, self.opened)

    def changes(self, store: Store) -> pa.Table:
        """What may be seen of what changed in the values (see :meth:`Store.changes`)."""
        found = store.changes(Selection(metering_points=(self.metering_point,)))
        return rows_inside(found.unify_dictionaries(), self.opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A customer and its metering points at one moment."""

    customer: Customer
    points: Sequence[Point]
    now: datetime | None

    def point(self, metering_point: str) -> Point | None:
        """The metering point of that EAN or data owner, if it is the customer's."""
        found = (one for one in self.points if one.metering_point == metering_point)
        return next(found, None)


def look_at(store: Store, customer_id: str) -> Looked | None:
    """What ``store``, best a snapshot about the customer, tells of it; None if it is not known."""
    known, references = store.mandates(), store.references()
    customer = next((one for one in store.customers() if one.customer_id == customer_id), None)
    if customer is None:
        return None
    whose = Whose(known, references, store.ledger())
    people, held = People(store.decisions()), store.held()
    on_hold = withheld(known, references, held, people)
    closed = unusable(known, references, held, people)
    flows: defaultdict[str, set[str]] = defaultdict(set)
    for one in held:
        flows[one.metering_point].add(one.energy_type)
    now = store.synced_at()
    by_point: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in whose.of(customer_id):
        by_point[claim.metering_point].append(claim)
    points = [
        _point(
            claims,
            people,
            on_hold,
            closed,
            energy_types=flows[name],
            was_others=bool(whose.others(customer_id, name)),
            now=now,
        )
        for name, claims in by_point.items()
    ]
    return Looked(customer=customer, points=points, now=now)


def _point(
    claims: Sequence[Claim],
    people: People,
    on_hold: Mapping[Key, Sequence[Interval]],
    closed: Mapping[Key, Sequence[Interval]],
    *,
    energy_types: set[str],
    was_others: bool,
    now: datetime | None,
) -> Point:
    first = claims[0]
    provider, name = first.known.mandate.provider, first.metering_point
    spared: defaultdict[Granularity, list[Interval]] = defaultdict(list)
    all_time: defaultdict[Granularity, list[Interval]] = defaultdict(list)
    for claim in claims:
        for granularity in claim.granularities:
            spared[granularity] += people.spared(claim.known, [claim.period])
            all_time[granularity].append(claim.period)
    waiting = {g: list(on_hold.get((provider, name, g), ())) for g in all_time}
    shut = {g: list(closed.get((provider, name, g), ())) for g in all_time}
    return Point(
        metering_point=name,
        provider=provider,
        energy_types=sorted(energy_types) or [first.energy_type],
        claims=claims,
        opened={g: _without(parts, shut[g]) for g, parts in spared.items()},
        on_hold={g: intersect(all_time[g], waiting[g]) for g in all_time},
        erased={g: subtract(all_time[g], spared[g]) for g in all_time},
        was_others=was_others,
        now=now,
    )


def _cut(part: Interval, bounds: Sequence[Interval]) -> Interval | None:
    """What of ``part`` lies within all ``bounds``."""
    left: Interval | None = part
    for one in bounds:
        left = None if left is None else left.intersection(one)
    return left


def _covered(rows: pa.Table, parts: Sequence[Interval]) -> bool:
    """Whether all rows lie in one of ``parts``: told by their bounds, which is soon done."""
    if not rows.num_rows:
        return True
    hull = Interval(pc.min(rows["start"]).as_py(), pc.max(rows["end"]).as_py())
    return any(part.covers(hull) for part in parts)


def _without(parts: Iterable[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """``parts`` without what is taken; those that touch stay apart, for a slice across two lies in
    neither.
    """
    return [left for part in disjoint(parts) for left in subtract([part], union(taken))]
