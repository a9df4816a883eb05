"""Publishing a store: a folder of Parquet files that the world reads instead of the store."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kwartier.analysis import ArrivalPolicy
from kwartier.export.parquet import ExportError
from kwartier.export.published.draft import Draft, write_table
from kwartier.export.published.explained import write_explanations
from kwartier.export.published.figures import permitted_months
from kwartier.export.published.generations import (
    Generations,
    check_folder,
    is_dataset,
    opened,
    place_of,
)
from kwartier.export.published.manifest import Manifest, read_manifest, write_manifest
from kwartier.export.published.shared_mandates import mandates_table
from kwartier.store.contents import Contents, Mark, hull_of
from kwartier.store.port import Store
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission, permissions

GRACE: Final = timedelta(hours=1)
_AT_ONCE: Final = timedelta(0)
_FAR: Final = datetime(2200, 1, 1, tzinfo=UTC)
_ARRIVAL: Final = ArrivalPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """``written`` names the months whose values were written, ``linked`` counts those taken over;
    ``rows`` is what was written.
    """

    folder: Path
    generation: int
    written: tuple[Month, ...]
    linked: int
    rows: int


def publish(
    store: Store,
    folder: Path,
    *,
    wall: datetime,
    grace: timedelta = GRACE,
    months: Collection[Month] = (),
) -> PublishReport:
    """Bring the dataset in ``folder`` up to date with ``store``, in one move.

    What changed since the former generation is written, and ``months`` in any case; the rest is
    linked. ``wall`` is the wall clock: generations that were replaced at least ``grace`` ago are
    taken away. Raises :class:`~kwartier.export.parquet.ExportError` if the disk refuses; then the
    former dataset stands. The store keeps the folder in mind (see :func:`republish`).
    """
    folder = check_folder(folder)
    with opened(folder) as generations:
        if folder not in store.publications():
            store.note_publication(folder)
        report = _next_generation(store, generations, wall, months)
        generations.retire(wall=wall, grace=grace)
        return report


def republish(
    store: Store, *, wall: datetime, months: Collection[Month] = ()
) -> list[PublishReport]:
    """After values were erased from ``store``: rewrite every dataset published from it, and take
    all former generations away at once.

    When it returns, no file of a published dataset holds what the store does not. ``months`` are
    rewritten in any case; those that lost or gained rows are found without. It is safe to repeat.
    Raises :class:`~kwartier.export.parquet.ExportError` if a dataset is out of reach.
    """
    for folder in store.publications():
        if not is_dataset(folder):
            raise ExportError(
                f"the dataset published in {folder} is not there, so nothing can be erased from "
                f"it: mount its disk, or run `kwartier publish --forget {folder}` if it is gone"
            )
    return [
        publish(store, folder, wall=wall, grace=_AT_ONCE, months=months)
        for folder in store.publications()
    ]


def forget(store: Store, folder: Path) -> None:
    """Take the dataset in ``folder`` away, if it is still there, and no longer keep it in mind."""
    folder = folder.resolve()
    if is_dataset(folder):
        with opened(folder) as generations:
            generations.clear()
    store.forget_publication(folder)


def _next_generation(
    store: Store, generations: Generations, wall: datetime, months: Collection[Month]
) -> PublishReport:
    draft = Draft(folder=generations.begin())
    try:
        work = _Work(draft, generations.current)
        work.bring_up_to_date(store, months)
        with store.snapshot() as moment:
            work.bring_up_to_date(moment)
            write_table(mandates_table(moment), draft.folder / "mandates.parquet")
        manifest = work.manifest(wall)
        write_explanations(draft.folder, place=place_of(manifest.generation), as_of=manifest.as_of)
        write_manifest(manifest, draft.folder)
        folder = generations.finish(manifest.generation)
    except BaseException:
        shutil.rmtree(draft.folder, ignore_errors=True)
        raise
    return PublishReport(
        folder=folder,
        generation=manifest.generation,
        written=tuple(sorted(work.written)),
        linked=len(manifest.rows.keys() - {str(month) for month in work.written}),
        rows=sum(work.written.values()),
    )


class _Work:
    """How far the draft has come: first it is what the former generation was.

    It is brought up to date twice: at leisure, while others may commit; then, within a snapshot,
    with what they committed meanwhile. So the whole is of one moment, and nobody waits for long.
    """

    def __init__(self, draft: Draft, former: Path | None) -> None:
        known = read_manifest(former) if former is not None else None
        self._draft = draft
        self._as_of = known.as_of if known else None
        self._mark: Mark | None = known.mark if known else None
        self._rows: dict[Month, int] = {}
        self._permissions = known.permissions if known else {}
        self._generation = 1 + (int(former.name) if former is not None else 0)
        self.written: dict[Month, int] = {}
        draft.begin()
        if former is not None and known is not None:
            for name, rows in known.rows.items():
                month = Month.parse(name)
                if draft.link(former, month):
                    self._rows[month] = rows

    def bring_up_to_date(self, store: Store, months: Collection[Month] = ()) -> None:
        """Write what is stale of the draft."""
        now = store.synced_at()
        mandates = [known.mandate for known in store.mandates()]
        granted = permissions(mandates, until=now) if now is not None else []
        digests = _digests(permissions(mandates, until=_FAR))
        contents = store.contents(self._mark)
        rows = _rows(contents, granted)
        points = sorted({*contents.metering_points, *(p.metering_point for p in granted)})
        stale = {month for month in rows if self._is_stale(month, rows, contents, now)}
        stale |= rows.keys() & set(months)
        for month in self._rows.keys() - rows.keys():
            self._draft.drop(month)
        for month in sorted(stale):
            self.written[month] = self._draft.write(store, month, points, granted, now)
        self._rework(store, sorted(rows.keys() - stale), digests, granted, now)
        self._rows, self._mark, self._as_of = rows, contents.mark, now
        self._permissions = digests

    def _is_stale(
        self, month: Month, rows: dict[Month, int], contents: Contents, now: datetime | None
    ) -> bool:
        found = contents.months.get(month)
        return (
            not contents.follows
            or (found is not None and found.new > 0)
            or self._rows.get(month) != rows[month]
            or (self._as_of != now and not _is_settled(month, self._as_of))
        )

    def _rework(
        self,
        store: Store,
        months: Sequence[Month],
        digests: dict[str, str],
        granted: Sequence[Permission],
        now: datetime | None,
    ) -> None:
        """Work out the figures anew of those whose permissions changed."""
        changed = {
            point
            for point in digests.keys() | self._permissions.keys()
            if digests.get(point) != self._permissions.get(point)
        }
        if changed and now is not None:
            for month in months:
                self._draft.rework(store, month, changed, granted, now)

    def manifest(self, wall: datetime) -> Manifest:
        """What the next generation has to know."""
        if self._mark is None:
            raise ExportError("a dataset without contents cannot be published")
        return Manifest(
            generation=self._generation,
            published_at=wall,
            as_of=self._as_of,
            mark=self._mark,
            rows={str(month): rows for month, rows in sorted(self._rows.items())},
            permissions=self._permissions,
        )


def _rows(contents: Contents, granted: Iterable[Permission]) -> dict[Month, int]:
    """The months to publish, with the rows around each: those that hold or should hold values."""
    rows = dict.fromkeys(permitted_months(granted), 0)
    return rows | {month: found.rows for month, found in contents.months.items()}


def _is_settled(month: Month, at: datetime | None) -> bool:
    """Whether all of the month should have arrived ``at`` that time."""
    if at is None:
        return False
    return all(_ARRIVAL.due_until(kind, at) >= hull_of(month).end for kind in (ELECTRICITY, GAS))


def _digests(granted: Iterable[Permission]) -> dict[str, str]:
    """Per metering point, what tells whether its permissions changed."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    for one in granted:
        stretches = " ".join(map(str, one.intervals))
        said[one.metering_point].append(f"{one.energy_type} {one.granularity} {stretches}")
    return {
        point: hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()
        for point, words in said.items()
    }
