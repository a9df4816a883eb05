"""The next generation while it is made: months that did not change are linked, not written."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwartier.export.parquet import measurements_file
from kwartier.export.published.figures import FIGURE_SCHEMAS, Figures, Question, joined
from kwartier.export.published.generations import link_file
from kwartier.export.published.months import pages_of
from kwartier.export.withheld import Withheld
from kwartier.store.port import Store
from kwartier.vocabulary.local_time import Month

MEASUREMENTS: Final = "measurements"
TABLES: Final = (MEASUREMENTS, *FIGURE_SCHEMAS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One folder a table, one file a month, be it without rows."""

    folder: Path

    def begin(self) -> None:
        """Make the tables' folders."""
        for table in TABLES:
            (self.folder / table).mkdir()

    def link(self, former: Path, month: Month) -> bool:
        """Take a month over as it is in a former generation; False if it is not whole there."""
        sources = [_file(former, table, month) for table in TABLES]
        if not all(source.exists() for source in sources):
            return False
        for table, source in zip(TABLES, sources, strict=True):
            link_file(source, _file(self.folder, table, month))
        return True

    def drop(self, month: Month) -> None:
        """Leave a month out."""
        for table in TABLES:
            _file(self.folder, table, month).unlink(missing_ok=True)

    def write(
        self,
        store: Store,
        month: Month,
        metering_points: Sequence[str],
        question: Question | None,
        on_hold: Withheld,
    ) -> int:
        """Write a month anew, values and figures (none without a question); returns the number of
        values.
        """
        self.drop(month)
        path = _file(self.folder, MEASUREMENTS, month)
        rows, parts = 0, []
        with measurements_file(path) as write:
            for page, values in pages_of(store, month, metering_points, on_hold):
                if values.num_rows:
                    write(values)
                    rows += values.num_rows
                if question is not None:
                    parts.append(question.figures(values, page, month))
        self._write_figures(month, joined(parts))
        return rows

    def rework(
        self,
        store: Store,
        month: Month,
        metering_points: Collection[str],
        question: Question,
        on_hold: Withheld,
    ) -> None:
        """Work out these metering points' figures of a month anew; its values stay."""
        parts = [self._figures_without(month, metering_points)]
        for page, values in pages_of(store, month, sorted(metering_points), on_hold):
            parts.append(question.figures(values, page, month))
        self._write_figures(month, joined(parts))

    def _figures_without(self, month: Month, metering_points: Collection[str]) -> Figures:
        left_out = pa.array(sorted(metering_points), pa.string())
        found = {}
        for name in FIGURE_SCHEMAS:
            path = _file(self.folder, name, month)
            table = pq.ParquetFile(path).read()
            is_left_out = pc.is_in(table["metering_point"], left_out)
            found[name] = table.filter(pc.invert(is_left_out)).cast(FIGURE_SCHEMAS[name])
        return found

    def _write_figures(self, month: Month, figures: Figures) -> None:
        for name, table in figures.items():
            path = _file(self.folder, name, month)
            path.unlink(missing_ok=True)
            write_table(table.sort_by("metering_point"), path)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a small table whose words repeat, and see to it that it is on the disk."""
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def _file(generation: Path, table: str, month: Month) -> Path:
    return generation / table / f"{month}.parquet"
