"""What the reading commands share: which metering points, as of when, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from kwartier.analysis import PEAKS_SCHEMA, month_peaks, peak_stretches, peaks_of_summaries
from kwartier.analysis.peaks import in_order
from kwartier.cli.options import PointOptions
from kwartier.cli.wording import check_point
from kwartier.errors import InputError
from kwartier.measurements import empty_measurements
from kwartier.registry import KnownMandate, replay
from kwartier.registry.holders import customers_by_reference, holders
from kwartier.retention import People, spared
from kwartier.store.errors import StoreError
from kwartier.store.port import Selection, Store
from kwartier.vocabulary.energy import ELECTRICITY, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.mandate import Permission, permissions, widened

POINTS_A_PAGE = 100
POINTS_SUMMED_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some metering points' permissions and all that is stored of them."""

    permissions: list[Permission]
    values: pa.Table


class Reading:
    """The permitted metering points of a store that the options choose, judged at a moment.

    With ``--as-of``, values and mandates are those known at that moment, which is also when they
    are judged unless ``--at`` says otherwise.
    """

    def __init__(self, store: Store, options: PointOptions) -> None:
        self._store = store
        self._point = None if options.point is None else check_point(options.point)
        self._as_of = parse_instant(options.as_of, "--as-of") if options.as_of else None
        self.now = self._as_of if self._as_of and not options.at else _judged_at(store, options)
        known = _known_mandates(store, self._as_of)
        by_reference = customers_by_reference(store.customers(), store.references())
        self._holders = holders(known, by_reference)
        people = People(store.decisions())
        permitted = permissions(spared(known, people), until=self.now)
        chosen = [p for p in permitted if self._is_chosen(p.metering_point, options)]
        self._permissions = widened(
            chosen, lambda: ((one.metering_point, one.energy_type) for one in store.held())
        )
        if not self._permissions and (options.point or options.customer):
            raise InputError(
                "--customer" if options.customer else "--point",
                "no approved mandate fits",
                "`kwartier mandates --known` lists them",
            )

    def customer_of(self, metering_point: str) -> str:
        """The label of the customer who shares it now or did last."""
        held = self._holders.get(metering_point)
        return (held[-1].label or held[-1].customer_id) if held else ""

    @property
    def metering_points(self) -> list[str]:
        """The chosen metering points, in order."""
        return sorted({permission.metering_point for permission in self._permissions})

    def pages(self, energy_type: str | None = None, direction: str | None = None) -> Iterator[Page]:
        """The chosen metering points, some at a time, so that memory stays flat.

        ``energy_type`` and ``direction`` leave out what the reader has no use for.
        """
        wanted = [p for p in self._permissions if energy_type in (None, p.energy_type)]
        for chosen in _some_at_a_time(wanted, POINTS_A_PAGE):
            selection = Selection(
                metering_points=_points(chosen), energy_type=energy_type, direction=direction
            )
            yield Page(chosen, self._values(selection))

    def peaks(self) -> Iterator[pa.Table]:
        """The month peaks of the chosen metering points, some at a time.

        What is now known the store sums up itself, as far as that says it all.
        """
        wanted = [
            p
            for p in self._permissions
            if p.energy_type == ELECTRICITY and p.granularity != Granularity.HOUR
        ]
        for chosen in _some_at_a_time(wanted, POINTS_SUMMED_AT_ONCE):
            known, left = PEAKS_SCHEMA.empty_table(), chosen
            if self._as_of is None:
                known, left = self._summed_peaks(chosen)
            found = [known]
            for some in _some_at_a_time(left, POINTS_A_PAGE):
                values = pa.concat_tables(self._slices_taken(some))
                found.append(month_peaks(values, some, self.now, known=known))
            yield in_order(pa.concat_tables(found))

    def _summed_peaks(self, chosen: list[Permission]) -> tuple[pa.Table, list[Permission]]:
        summaries = self._store.summaries(
            peak_stretches(chosen, self.now),
            granularity=Granularity.QUARTER_HOUR,
            direction=OFFTAKE,
        )
        return peaks_of_summaries(summaries, chosen, self.now)

    def _slices_taken(self, some: list[Permission]) -> Iterator[pa.Table]:
        """Of each granularity what was taken off the grid where it is permitted."""
        for granularity in sorted({p.granularity for p in some}):
            yield self._values(
                Selection(
                    metering_points=_points([p for p in some if p.granularity == granularity]),
                    energy_type=ELECTRICITY,
                    granularity=granularity,
                    direction=OFFTAKE,
                )
            )

    def _values(self, selection: Selection) -> pa.Table:
        batches = list(self._store.scan(selection, as_of=self._as_of))
        return pa.Table.from_batches(batches) if batches else empty_measurements()

    def _is_chosen(self, metering_point: str, options: PointOptions) -> bool:
        if self._point not in (None, metering_point):
            return False
        if options.customer is None:
            return True
        held = self._holders.get(metering_point, [])
        return any(customer.customer_id == options.customer for customer in held)


def _some_at_a_time(wanted: list[Permission], count: int) -> Iterator[list[Permission]]:
    """The permissions of so many metering points after the other."""
    points = sorted({p.metering_point for p in wanted})
    for first in range(0, len(points), count):
        chosen = set(points[first : first + count])
        yield [p for p in wanted if p.metering_point in chosen]


def _points(chosen: list[Permission]) -> tuple[str, ...]:
    return tuple(sorted({p.metering_point for p in chosen}))


def _known_mandates(store: Store, as_of: datetime | None) -> list[KnownMandate]:
    """The mandates as now known, or as they were known at ``as_of``."""
    if as_of is None:
        return store.mandates()
    changes = (entry.change for entry in store.ledger())
    return replay(change for change in changes if change.seen_at <= as_of)


def _judged_at(store: Store, options: PointOptions) -> datetime:
    if options.at is not None:
        return parse_instant(options.at, "--at")
    synced_at = store.synced_at()
    if synced_at is None:
        raise StoreError(f"{options.store} holds no data yet: run `kwartier sync` first")
    return synced_at
