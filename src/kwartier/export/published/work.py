"""Bringing a draft up to date with a store."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from kwartier.analysis.expectation import ArrivalPolicy
from kwartier.export.parquet import ExportError
from kwartier.export.published.draft import Draft
from kwartier.export.published.figures import Question, permitted_months
from kwartier.export.published.manifest import Manifest, read_manifest
from kwartier.export.withheld import Withheld, withheld_in
from kwartier.store.contents import NOT_COUNTED, Contents, Mark, hull_of
from kwartier.store.port import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.energy import COOLING, ELECTRICITY, GAS, HEAT
from kwartier.vocabulary.local_time import Month, months_of
from kwartier.vocabulary.mandate import Permission, permissions, widened

_FAR: Final = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a store says at a moment, and which months of the draft are stale for it.

    ``rows`` are the months to publish, with the number of rows around each; ``digests`` tell what
    is permitted per metering point, ``withheld`` what of a month is on hold.
    """

    now: datetime | None
    granted: Sequence[Permission]
    digests: Mapping[str, str]
    on_hold: Withheld
    withheld: Mapping[str, str]
    contents: Contents
    rows: Mapping[Month, int]
    stale: frozenset[Month]

    @property
    def rows_to_write(self) -> int:
        """About how many values are to be written."""
        return sum(self.rows[month] for month in self.stale)

    @property
    def metering_points(self) -> list[str]:
        """Those that hold values or may."""
        return sorted({*self.contents.metering_points, *(p.metering_point for p in self.granted)})


class Work:
    """How far the draft has come: first it is what the former generation was."""

    def __init__(
        self,
        draft: Draft,
        former: Path | None,
        arrival: ArrivalPolicy,
        centigrade: Centigrade | None,
    ) -> None:
        known = read_manifest(former) if former is not None else None
        self._draft = draft
        self._arrival = arrival
        before = known.centigrade if known else Centigrade.UNKNOWN
        self._centigrade = before if centigrade is None else centigrade
        self._as_of = known.as_of if known else None
        self._mark: Mark | None = known.mark if known else None
        self._rows: dict[Month, int] = {}
        self._digests: Mapping[str, str] = known.permissions if known else {}
        self._withheld: Mapping[str, str] = known.withheld if known else {}
        self._generation = 1 + (int(former.name) if former is not None else 0)
        self.written: dict[Month, int] = {}
        draft.begin()
        if former is not None and known is not None:
            for name, rows in known.rows.items():
                month = Month.parse(name)
                if draft.link(former, month):
                    self._rows[month] = rows
                else:
                    self._mark = replace(known.mark, rows=NOT_COUNTED)

    def survey(self, store: Store, months: Collection[Month] = ()) -> Survey:
        """What the store says now; ``months`` are stale in any case."""
        now = store.synced_at()
        mandates = [known.mandate for known in store.mandates()]
        granted = permissions(mandates, until=now) if now is not None else []
        ever = permissions(mandates, until=_FAR)
        held = cache(lambda: {(one.metering_point, one.energy_type) for one in store.held()})
        granted, ever = (widened(some, held) for some in (granted, ever))
        on_hold = withheld_in(store)
        withheld = _by_month(on_hold)
        contents = store.contents(self._mark)
        rows = dict(self._rows) if contents.adds else {}
        rows |= {month: found.rows for month, found in contents.months.items()}
        rows = {month: count for month, count in rows.items() if count}
        rows = dict.fromkeys(permitted_months(granted), 0) | rows
        stale = {
            month
            for month in rows
            if month in months
            or self._has_changed(month, rows[month], contents)
            or self._withheld.get(str(month)) != withheld.get(str(month))
            or (self._as_of != now and not self._is_settled(month))
        }
        return Survey(
            now=now,
            granted=granted,
            digests=_digests(ever, self._centigrade),
            on_hold=on_hold,
            withheld=withheld,
            contents=contents,
            rows=rows,
            stale=frozenset(stale),
        )

    def bring_up_to_date(self, store: Store, survey: Survey) -> None:
        """Write what is stale of the draft."""
        question = None
        if survey.now is not None:
            question = Question(survey.granted, survey.now, self._arrival, self._centigrade)
        for month in self._rows.keys() - survey.rows.keys():
            self._draft.drop(month)
        points = survey.metering_points
        for month in sorted(survey.stale):
            self.written[month] = self._draft.write(store, month, points, question, survey.on_hold)
        changed = {
            point
            for point in survey.digests.keys() | self._digests.keys()
            if survey.digests.get(point) != self._digests.get(point)
        }
        if changed and question is not None:
            for month in survey.rows.keys() - survey.stale:
                self._draft.rework(store, month, changed, question, survey.on_hold)
        self._rows, self._digests = dict(survey.rows), survey.digests
        self._withheld = survey.withheld
        self._mark, self._as_of = survey.contents.mark, survey.now

    def _has_changed(self, month: Month, rows: int, contents: Contents) -> bool:
        found = contents.months.get(month)
        return (
            not contents.follows
            or (found is not None and found.new > 0)
            or self._rows.get(month) != rows
        )

    def _is_settled(self, month: Month) -> bool:
        """Whether all of the month should have arrived by the time it was published."""
        at = self._as_of
        return at is not None and all(
            self._arrival.due_until(kind, at) >= hull_of(month).end for kind in (ELECTRICITY, GAS)
        )

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
            permissions=dict(self._digests),
            withheld=dict(self._withheld),
            centigrade=self._centigrade,
        )


def _by_month(on_hold: Withheld) -> dict[str, str]:
    """Per month of which something is on hold, what tells whether that changed."""
    said: defaultdict[Month, list[str]] = defaultdict(list)
    for key, parts in sorted(on_hold.items()):
        for part in parts:
            for month in {*months_of(part, ELECTRICITY), *months_of(part, GAS)}:
                said[month].append(f"{key} {part.intersection(hull_of(month))}")
    return {str(month): _digest(words) for month, words in said.items()}


def _digest(words: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()


def _digests(granted: Iterable[Permission], centigrade: Centigrade) -> dict[str, str]:
    """Per metering point, what tells whether its permissions changed, or what its Centigrade is."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    for one in granted:
        stretches = " ".join(map(str, one.intervals))
        read = f" {centigrade}" if one.energy_type in (HEAT, COOLING) else ""
        said[one.metering_point].append(f"{one.energy_type} {one.granularity} {stretches}{read}")
    return {point: _digest(words) for point, words in said.items()}
