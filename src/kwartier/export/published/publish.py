"""Publishing a store: a folder of Parquet files that the world reads instead of the store."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.export.parquet import ExportError
from kwartier.export.published.draft import Draft, write_table
from kwartier.export.published.explained import write_explanations
from kwartier.export.published.generations import (
    Generations,
    check_folder,
    is_dataset,
    opened,
    place_of,
)
from kwartier.export.published.manifest import write_manifest
from kwartier.export.published.policy import GRACE
from kwartier.export.published.shared_mandates import mandates_table
from kwartier.export.published.work import Work
from kwartier.store.port import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.local_time import Month

_AT_ONCE: Final = timedelta(0)
_WHILE_OTHERS_WAIT: Final = 2_000_000


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
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    centigrade: Centigrade | None = None,
    months: Collection[Month] = (),
) -> PublishReport:
    """Bring the dataset in ``folder`` up to date with ``store``, in one move.

    What changed since the former generation is written, and ``months`` in any case; the rest is
    linked. ``wall`` is the wall clock: generations that were replaced at least ``grace`` ago are
    taken away. ``arrival`` says which values should be there by now, ``centigrade`` what that was
    declared to be (None: as for the former generation). The store keeps the folder in mind (see
    :func:`republish`). Raises :class:`~kwartier.export.parquet.ExportError` if the disk
    refuses; then the former dataset stands.
    """
    folder = check_folder(folder)
    with opened(folder) as generations:
        if folder not in store.publications():
            store.note_publication(folder)
        report = _next_generation(store, generations, wall, arrival, centigrade, months)
        generations.retire(wall=wall, grace=grace)
        return report


def republish(
    store: Store,
    *,
    wall: datetime,
    arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
    months: Collection[Month] = (),
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
        publish(store, folder, wall=wall, grace=_AT_ONCE, arrival=arrival, months=months)
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
    store: Store,
    generations: Generations,
    wall: datetime,
    arrival: ArrivalPolicy,
    centigrade: Centigrade | None,
    months: Collection[Month],
) -> PublishReport:
    draft = Draft(folder=generations.begin())
    try:
        work = Work(draft, generations.current, arrival, centigrade)
        write_table(_bring_up_to_date(store, work, months), draft.folder / "mandates.parquet")
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


def _bring_up_to_date(store: Store, work: Work, months: Collection[Month]) -> pa.Table:
    """Make the draft what the store is at one moment; returns the mandates of that moment.

    What takes long is written at leisure first, while others may commit; what they committed
    meanwhile is written then, while they wait.
    """
    with store.snapshot() as moment:
        survey = work.survey(moment, months)
        if survey.rows_to_write <= _WHILE_OTHERS_WAIT:
            work.bring_up_to_date(moment, survey)
            return mandates_table(moment)
    work.bring_up_to_date(store, survey)
    with store.snapshot() as moment:
        work.bring_up_to_date(moment, work.survey(moment))
        return mandates_table(moment)
