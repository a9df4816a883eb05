"""Which meter took the place of which, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Columns
from kwartier.vocabulary.energy import METER
from kwartier.vocabulary.local_time import day_of
from kwartier.vocabulary.mandate import Permission

EXCHANGES_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("old_meter", pa.string()),
        ("new_meter", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("day", pa.date32()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Life:
    """From the start of a meter's first value to the end of its last."""

    meter: str
    first: datetime
    last: datetime


def meter_exchanges(values: pa.Table, permissions: Sequence[Permission]) -> pa.Table:
    """The exchanges of meters of the permissions' metering points (``EXCHANGES_SCHEMA``).

    ``values`` are measurements. A meter whose first value begins where or after the last value of
    another ends, and no other in between, took its place: ``at`` that beginning, on the local
    ``day`` (of gas: gas day) that contains it. Meters that count beside each other are none. The
    finest values decide, as far as there are any; headpoints have no meters to tell apart.
    """
    energy_types = {p.metering_point: p.energy_type for p in permissions}
    found = []
    for point, lives in _lives(Columns(values)).items():
        if point in energy_types:
            for old, new in _successions(lives):
                found.append(
                    {
                        "metering_point": point,
                        "energy_type": energy_types[point],
                        "old_meter": old.meter,
                        "new_meter": new.meter,
                        "at": new.first,
                        "day": day_of(new.first, energy_types[point]),
                    }
                )
    return pa.Table.from_pylist(found, EXCHANGES_SCHEMA)


def _successions(lives: list[_Life]) -> Iterator[tuple[_Life, _Life]]:
    """Each meter with the one that it follows: of those that ended, the last."""
    for new in sorted(lives, key=lambda life: life.first):
        ended = [life for life in lives if life.last <= new.first]
        if ended:
            yield max(ended, key=lambda life: life.last), new


def _lives(columns: Columns) -> dict[str, list[_Life]]:
    """The life of each meter of the metering points that have several, by its finest values."""
    points, meters = columns.words("metering_point"), columns.words("meter_id")
    daily = columns.words("granularity").are("P1D")
    is_read = columns.words("source").are(METER) & ~np.isnan(columns.values())
    pair = points.codes.astype(np.int64) * len(meters.words) + meters.codes
    found: dict[str, dict[str, _Life]] = {}
    for rows in (is_read & daily, is_read & ~daily):
        chosen = columns.at(np.flatnonzero(rows))
        distinct, place = np.unique(pair[rows], return_inverse=True)
        first = np.full(len(distinct), np.iinfo(np.int64).max)
        last = np.full(len(distinct), np.iinfo(np.int64).min)
        np.minimum.at(first, place, chosen.instants("start").view(np.int64))
        np.maximum.at(last, place, chosen.instants("end").view(np.int64))
        bounds = [pa.array(edge, pa.timestamp("us", "UTC")).to_pylist() for edge in (first, last)]
        for number, begin, end in zip(distinct.tolist(), *bounds, strict=True):
            point, meter = divmod(number, len(meters.words))
            name = meters.words[meter] or ""
            found.setdefault(points.words[point] or "", {})[name] = _Life(name, begin, end)
    return {point: list(lives.values()) for point, lives in found.items() if len(lives) > 1}
