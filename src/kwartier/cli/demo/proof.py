"""Is what we hold what the emulator knows? Every value is compared, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store.port import Selection, Store
from kwartier.vocabulary.energy import METER
from kwartier.wire.fluvius_v3 import HeadpointType

POINTS_AT_ONCE: Final = 5

_SAME: Final = (
    "ean",
    "energy_type",
    "granularity",
    "source",
    "meter_id",
    "sub_headpoint",
    "direction",
    "register",
    "unit",
    "start",
    "end",
    "value",
    "validation_state",
    "gas_conversion_factor",
)
_IS_SAME: Final = " AND ".join(f't."{name}" IS NOT DISTINCT FROM h."{name}"' for name in _SAME)
_COMPARE: Final = f"""
    SELECT
        count(h.ean) AS compared,
        count(*) FILTER (t.permitted AND h.ean IS NULL) AS missing,
        count(*) FILTER (t.ean IS NULL) AS invented,
        count(h.ean) FILTER (NOT t.permitted) AS beyond
    FROM truth t FULL JOIN held h ON {_IS_SAME}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Proof:
    """Values: ``compared`` in our store; ``missing`` there though permitted and available;
    ``invented``, not so in the emulator; ``beyond_consent``, held without permission.
    """

    compared: int = 0
    missing: int = 0
    invented: int = 0
    beyond_consent: int = 0

    def __add__(self, other: Proof) -> Proof:
        return Proof(
            self.compared + other.compared,
            self.missing + other.missing,
            self.invented + other.invented,
            self.beyond_consent + other.beyond_consent,
        )

    @property
    def holds(self) -> bool:
        return not (self.missing or self.invented or self.beyond_consent)


def prove(store: Store, emulator: str, eans: Sequence[str]) -> Proof:
    """Compare all that the store holds of ``eans`` with the emulator's truth, value by value."""
    return _prove(store, f"{emulator}/_emulator/truth", "ean", eans)


def prove_data_owners(store: Store, emulator: str, data_owners: Sequence[str]) -> Proof:
    """The same of data owners (UUIDs) in Eneco's acceptance environment."""
    return _prove(store, f"{emulator}/_emulator/eneco/truth", "dataOwner", data_owners)


def _prove(store: Store, address: str, name: str, points: Sequence[str]) -> Proof:
    """``name`` is that of the parameter by which the truth is asked about points."""
    proof = Proof()
    for first in range(0, len(points), POINTS_AT_ONCE):
        some = tuple(points[first : first + POINTS_AT_ONCE])
        held = _held(store, some)
        query = [*((name, point) for point in some), *_from_the_first_on(held)]
        told = _truth(f"{address}?{urlencode(query)}")
        proof += Proof(*_compare(held, _that_can_count(told, held)))
    return proof


def _held(store: Store, points: tuple[str, ...]) -> pa.Table:
    table = pa.Table.from_batches(
        list(store.scan(Selection(metering_points=points))), MEASUREMENTS_SCHEMA
    )
    return table.rename_columns({"metering_point": "ean"}).select(list(_SAME))


def _from_the_first_on(held: pa.Table) -> list[tuple[str, str]]:
    """Asks for no truth of before all that we have, unless we may have it: it goes back for years,
    and takes long to work out.
    """
    first = pc.min(held["start"]).as_py()
    return [] if first is None else [("since", f"{first:%Y-%m-%dT%H:%M:%SZ}")]


def _truth(url: str) -> pa.Table:
    """All but meters beside a headpoint: these carry the same energy, and are not stored."""
    with urlopen(url, timeout=60) as reply:  # noqa: S310
        told = pa.ipc.open_stream(reply.read()).read_all()
    both = pc.equal(told["metering_type"], HeadpointType.METERING_ON_HEADPOINT_AND_METER.value)
    beside = pc.and_(both, pc.equal(told["source"], METER))
    return told.filter(pc.invert(pc.fill_null(beside, False)))


def _that_can_count(truth: pa.Table, held: pa.Table) -> pa.Table:
    """Without what we may not have and begins before or after all that we have."""
    first, last = pc.min_max(held["start"]).values()
    ours = pc.and_(pc.greater_equal(truth["start"], first), pc.less_equal(truth["start"], last))
    return truth.filter(pc.or_(truth["permitted"], pc.fill_null(ours, False)))


def _compare(held: pa.Table, truth: pa.Table) -> tuple[int, int, int, int]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("held", held)
        connection.register("truth", truth)
        ((compared, missing, invented, beyond),) = connection.execute(_COMPARE).fetchall()
    return compared, missing, invented, beyond
