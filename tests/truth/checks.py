"""The store and what was published from it, held against the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwartier.export import publish
from kwartier.store import Store
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_interval, day_of
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from truth.compare import Tally, compare, held_of, published_of, touched_by
from truth.figures import Figures, Part
from truth.permitted import found_in_bytes, outside, spans, spans_of_consents
from truth.story import DAY, Story
from truth.world import World

AT_ONCE: Final = 5
PROVIDER_KEEPS: Final = 3 * 365 * DAY


class Checks:
    """Compares ``store`` and the dataset published from it (None: there is none)."""

    def __init__(
        self, folder: Path, world: World, story: Story, store: Store, published: Path | None
    ) -> None:
        self.folder, self.world, self.story = folder, world, story
        self.store, self.published = store, published

    def keep(self, provider: str, point: str) -> None:
        """Remember what is true of a metering point and permitted, for it is about to be held as
        it is: beside what was kept before of time that is not permitted any more.
        """
        truth = self.world.truth(provider, [point])
        standing = truth.filter(truth["permitted"])
        path = self._kept_path(point)
        if path.exists():
            before = pq.read_table(path)
            moments = pc.is_in(before["start"], value_set=standing["start"].combine_chunks())
            rest = before.filter(pc.invert(moments))
            standing = pa.concat_tables([_plain(standing), rest])
        pq.write_table(_plain(standing), path)

    def _kept(self, points: Sequence[str]) -> pa.Table | None:
        paths = [path for point in points if (path := self._kept_path(point)).exists()]
        return pa.concat_tables([pq.read_table(path) for path in paths]) if paths else None

    def _kept_path(self, point: str) -> Path:
        return self.folder / f"kept-{point}.parquet"

    def check(self, number: int, now: datetime, figures: Figures) -> None:
        """A third of the metering points in turn; all of them at the end."""
        is_whole = number >= len(self.story.moments) - 4
        if self.published is not None:
            publish(self.store, self.published, wall=datetime.now(UTC))
        for provider in self.story.providers:
            points = [
                point
                for place, point in enumerate(self.story.points(provider))
                if is_whole or place % 3 == figures.checks % 3
            ]
            for first in range(0, len(points), AT_ONCE):
                some = points[first : first + AT_ONCE]
                self._check_some(provider, some, now, figures, is_whole=is_whole)
            self._check_revisions(provider, points, number, figures.part(provider))
        self._check_bytes(figures)
        figures.checks += 1

    def _check_some(
        self,
        provider: str,
        points: Sequence[str],
        now: datetime,
        figures: Figures,
        *,
        is_whole: bool,
    ) -> None:
        part = figures.part(provider)
        truth, held = self.world.truth(provider, points), held_of(self.store, points)
        kept = self._kept(points)
        since = now - PROVIDER_KEEPS + 2 * DAY
        unsettled = self.story.unsettled(now)
        found = compare(held, truth, kept, now=now, since=since, unsettled=unsettled)
        part.tally.add(found)
        told = [str(touched_by(self.store, each)) for each in found.examples[:3]]
        if self.published is not None:
            dataset = published_of(self.published, points)
            # Not what was withdrawn: that is held back until a person decides.
            ran_out = self._kept([each for each in points if each in self.story.may_run_out()])
            shared = compare(
                dataset,
                truth,
                ran_out,
                now=now,
                since=since,
                unsettled=unsettled,
                may_be_gone=True,
            )
            part.published.add(shared)
            told += [f"published: {each}" for each in shared.examples[:3]]
        figures.differences = [*figures.differences, *told][:30]
        ids = pc.unique(truth.filter(truth["permitted"])["meter_id"].cast(pa.string()))
        known = {*figures.meter_ids, *(name for name in ids.to_pylist() if name)}
        figures.meter_ids = sorted(known)
        if is_whole:
            for day, start, end in clock_changes(self.story, since):
                on_day = [_between(table, start, end) for table in (held, truth, kept)]
                there = compare(*on_day, now=now, since=since, unsettled=unsettled)
                _note_day(part, day, there, on_day[0])

    def _check_revisions(
        self, provider: str, points: Sequence[str], number: int, part: Part
    ) -> None:
        """Nothing past a cap, or beyond every contract there was, in the revisions."""
        if provider == ENECO:
            allowed = spans_of_consents(self.story.until(number + 1).all_deeds())
        else:
            listed = self.world.control("GET", "mandates?environment=sandbox")["mandates"]
            allowed = spans(listed)
        revisions = self.store.revisions(tuple(points)).select(
            ["metering_point", "granularity", "start", "end", "meter_id"]
        )
        part.beyond_in_revisions += len(outside(revisions.to_pylist(), allowed))

    def _check_bytes(self, figures: Figures) -> None:
        """No meter in the bytes whose every value had to go."""
        eans = self.story.points(FLUVIUS)
        held = pc.unique(held_of(self.store, eans)["meter_id"].cast(pa.string()))
        there = {name for name in held.to_pylist() if name}
        old = pc.unique(self.store.revisions()["meter_id"].cast(pa.string())).to_pylist()
        gone = set(figures.meter_ids) - there - {name for name in old if name}
        home = self.folder / "store"
        figures.ids_looked_for = len(gone)
        figures.ids_in_bytes += len(found_in_bytes(home, gone))
        figures.ids_of_control = len(found_in_bytes(home, there))


def _note_day(part: Part, day: str, found: Tally, held: pa.Table) -> None:
    told = part.clock_changes.setdefault(
        day, {"compared": 0, "differing": 0, "quarters": 0, "hours": 0}
    )
    told["compared"] += found.compared
    told["differing"] += sum(found.counts().values()) - found.compared
    for name, unit in (("quarters", "PT15M"), ("hours", "PT1H")):
        told[name] = max(told[name], _slices(held, unit))


def clock_changes(story: Story, since: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The local days of a story on which the clock changes, with their bounds."""
    day = day_of(max(since, story.moments[0]), ELECTRICITY)
    while day < day_of(story.moments[-1], ELECTRICITY):
        bounds = day_interval(day, ELECTRICITY)
        if bounds.duration != timedelta(days=1):
            yield f"{day}", bounds.start, bounds.end
        day += timedelta(days=1)


def _between(table: pa.Table | None, start: datetime, end: datetime) -> Any:
    if table is None:
        return None
    first, last = (pa.scalar(each, pa.timestamp("us", "UTC")) for each in (start, end))
    inside = pc.and_(pc.greater_equal(table["start"], first), pc.less(table["start"], last))
    return table.filter(inside)


def _slices(table: pa.Table, granularity: str) -> int:
    """How many different slices of a granularity there are."""
    mine = table.filter(pc.equal(table["granularity"].cast(pa.string()), granularity))
    return len(pc.unique(mine["start"]))


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries, which differ from batch to batch."""
    with suppress(pa.ArrowInvalid):
        table = table.unify_dictionaries()
    return pa.table(
        {
            name: table[name].cast(pa.string())
            if pa.types.is_dictionary(table[name].type)
            else table[name]
            for name in table.column_names
        }
    )
