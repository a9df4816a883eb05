"""The series of a metering point and granularity beside each other, to judge its days by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kwartier.store.duckdb.rows import Array
from kwartier.vocabulary.energy import SUB_HEADPOINT


class Member(NamedTuple):
    """A series and where its values were measured."""

    metering_point: str
    granularity: str
    source: str
    meter_id: str
    series_id: int
    is_gas: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """One line a series, those of a metering point and granularity whose days begin alike (an
    *owner*) together, therein those of a source, therein those of a meter: ``series_id``, and
    numbers that tell which those are. One line an owner: ``owners`` (metering point, granularity,
    is it gas), where its series begin (``first``), and how many it has (``count``). ``other`` is
    the owner of the same metering point and granularity whose days begin at another hour (gas
    beside heat), itself if there is none.
    """

    owners: list[tuple[str, str, bool]]
    first: Array
    count: Array
    other: Array
    series_id: Array
    owner: Array
    source: Array
    meter: Array
    is_part: Array

    @classmethod
    def of(cls, members: Iterable[Member]) -> Kin:
        """The kin of all ``members``; ``is_part`` are those of a sub-headpoint."""
        ordered = sorted(members, key=lambda one: (*one[:2], one.is_gas, *one[2:]))
        owners: dict[tuple[str, str, bool], int] = {}
        sources: dict[tuple[object, ...], int] = {}
        meters: dict[tuple[object, ...], int] = {}
        table = np.array(
            [
                (
                    one.series_id,
                    owners.setdefault((*one[:2], one.is_gas), len(owners)),
                    sources.setdefault((one.is_gas, *one[:3]), len(sources)),
                    meters.setdefault((one.is_gas, *one[:4]), len(meters)),
                    one.source == SUB_HEADPOINT,
                )
                for one in ordered
            ],
            dtype=np.int64,
        ).reshape(-1, 5)
        count = np.bincount(table[:, 1], minlength=len(owners))
        return cls(
            owners=list(owners),
            first=np.cumsum(count) - count,
            count=count,
            other=np.array(
                [owners.get((*one[:2], not one[2]), number) for one, number in owners.items()],
                dtype=np.int64,
            ),
            series_id=table[:, 0],
            owner=table[:, 1],
            source=table[:, 2],
            meter=table[:, 3],
            is_part=table[:, 4].astype(bool),
        )

    def owners_of(self, series_id: Array) -> Array:
        """The owner of each of some series."""
        order = np.argsort(self.series_id)
        place = np.searchsorted(self.series_id[order], series_id)
        owner: Array = self.owner[order[place]]
        return owner

    def lines_of(self, owner: Array) -> tuple[Array, Array]:
        """The lines of the series of some owners, one owner after the other, and where in that
        list each owner's begin.
        """
        count = self.count[owner]
        begin = np.cumsum(count) - count
        return np.repeat(self.first[owner] - begin, count) + np.arange(count.sum()), begin
