"""Which files of a published dataset hold some months."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kwartier.export.published.draft import TABLES
from kwartier.export.published.generations import Generations
from kwartier.vocabulary.local_time import Month


def files_of(folder: Path, months: Collection[Month]) -> list[Path]:
    """The files of the dataset in ``folder`` that hold values or figures of ``months``, in order;
    none where no dataset is there.
    """
    current = Generations(folder).current
    if current is None:
        return []
    found = (current / table / f"{month}.parquet" for table in TABLES for month in sorted(months))
    return [path for path in found if path.exists()]
