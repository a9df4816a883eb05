"""What a store must hold after its commits, worked out row by row in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kwartier.measurements import DESCRIPTIVE_COLUMNS, SERIES_COLUMNS, Fetched
from kwartier.store import Committed
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.local_time import day_of

Record = dict[str, Any]
Key = tuple[Any, ...]
SAID = ("end", "value", "validation_state", "gas_conversion_factor")


def key_of(row: Record) -> Key:
    return (*(row[name] for name in SERIES_COLUMNS), row["start"])


def has_last_word(fetched: Fetched, row: Record) -> bool:
    """Whether the answer decides on the row's slice, be it there or not."""
    fetch = fetched.fetch
    return (
        fetch.kind is WindowKind.READ_TIME
        and (fetch.provider, fetch.metering_point) == (row["provider"], row["metering_point"])
        and any(
            scope.granularity == row["granularity"]
            and scope.interval.start <= row["start"]
            and row["end"] <= scope.interval.end
            for scope in fetch.scopes
        )
        and not any(
            part.interval is None or part.interval.overlaps(Interval(row["start"], row["end"]))
            for part in fetched.undecoded
        )
    )


@dataclass
class Oracle:
    """The rows, revisions and fetches of a store."""

    rows: dict[Key, Record] = field(default_factory=dict)
    revisions: list[Record] = field(default_factory=list)
    answered: list[Fetched] = field(default_factory=list)

    def commit(self, batch: Sequence[Fetched]) -> Committed:
        counts: Counter[str] = Counter()
        for fetched in sorted(batch, key=lambda one: one.fetched_at):
            if fetched.outcome is Outcome.OK:
                counts += self._take(fetched)
                self.answered.append(fetched)
        return Committed(**counts, exchanged=frozenset())

    def _take(self, fetched: Fetched) -> Counter[str]:
        assert fetched.table is not None
        carried = {key_of(row): row for row in fetched.table.to_pylist()}
        gone = [
            row
            for key, row in self.rows.items()
            if key not in carried
            and has_last_word(fetched, row)
            and row["fetched_at"] <= fetched.fetched_at
            and not self._is_overruled(row, fetched.fetched_at)
        ]
        counts = Counter(removed=len(gone))
        for key, row in carried.items():
            counts[self._take_row(key, row, fetched.fetched_at)] += 1
        for row in gone:
            self._supersede(row, fetched.fetched_at, "removed")
            del self.rows[key_of(row)]
        return counts

    def _take_row(self, key: Key, row: Record, fetched_at: datetime) -> str:
        held = self.rows.get(key)
        is_late = held is not None and held["fetched_at"] > fetched_at
        if is_late or self._is_overruled(row, fetched_at):
            return "outdated"
        if held is not None and all(held[name] == row[name] for name in SAID):
            return "unchanged"
        if held is not None:
            self._supersede(held, fetched_at, "revised")
        self.rows[key] = row
        return "inserted" if held is None else "revised"

    def _is_overruled(self, row: Record, fetched_at: datetime) -> bool:
        return any(
            other.fetched_at > fetched_at and has_last_word(other, row) for other in self.answered
        )

    def _supersede(self, row: Record, at: datetime, change: str) -> None:
        self.revisions.append(row | {"superseded_at": at, "change": change})

    def coverage(self) -> dict[tuple[Key, date], tuple[int, int, int]]:
        present: Counter[tuple[Key, date]] = Counter()
        estimated: Counter[tuple[Key, date]] = Counter()
        provisional: Counter[tuple[Key, date]] = Counter()
        for key, row in self.rows.items():
            if row["value"] is not None:
                cell = (key[:-1], day_of(row["start"], row["energy_type"]))
                present[cell] += 1
                estimated[cell] += row["validation_state"] == "EST"
                provisional[cell] += row["gas_conversion_factor"] == "P"
        return {
            cell: (count, estimated[cell], provisional[cell]) for cell, count in present.items()
        }

    def settled(self) -> dict[tuple[str, str], list[Interval]]:
        scopes: dict[tuple[str, str], list[Interval]] = {}
        for one in self.answered:
            for scope in one.fetch.scopes:
                key = (one.fetch.metering_point, str(scope.granularity))
                scopes.setdefault(key, []).append(scope.interval)
        return {key: union(intervals) for key, intervals in scopes.items()}

    def inserted(self) -> dict[tuple[str, str], list[Interval]]:
        windows: dict[tuple[str, str], list[Interval]] = {}
        for one in self.answered:
            for granularity in one.fetch.granularities:
                if one.fetch.kind is WindowKind.INSERT_TIME:
                    key = (one.fetch.metering_point, str(granularity))
                    windows.setdefault(key, []).append(one.fetch.window)
        return {key: union(intervals) for key, intervals in windows.items()}


def undescribed(row: Record) -> Record:
    """The row without the columns that only describe its series."""
    return {name: value for name, value in row.items() if name not in DESCRIPTIVE_COLUMNS}
