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

    @property
    def holds(self) -> bool:
        return not (self.missing or self.invented or self.beyond_consent)


def prove(store: Store, emulator: str, eans: Sequence[str]) -> Proof:
    """Compare all that the store holds of ``eans`` with the emulator's truth, value by value."""
    proof = Proof()
    for first in range(0, len(eans), POINTS_AT_ONCE):
        some = tuple(eans[first : first + POINTS_AT_ONCE])
        held = _held(store, some)
        counts = _compare(held, _that_can_count(_truth(emulator, some), held))
        proof = Proof(
            proof.compared + counts[0],
            proof.missing + counts[1],
            proof.invented + counts[2],
            proof.beyond_consent + counts[3],
        )
    return proof


def _held(store: Store, eans: tuple[str, ...]) -> pa.Table:
    table = pa.Table.from_batches(
        list(store.scan(Selection(metering_points=eans))), MEASUREMENTS_SCHEMA
    )
    return table.rename_columns({"metering_point": "ean"}).select(list(_SAME))


def _truth(emulator: str, eans: tuple[str, ...]) -> pa.Table:
    """All but meters beside a headpoint: these carry the same energy, and are not stored."""
    query = urlencode([("ean", ean) for ean in eans])
    with urlopen(f"{emulator}/_emulator/truth?{query}", timeout=60) as reply:  # noqa: S310
        told = pa.ipc.open_stream(reply.read()).read_all()
    both = pc.equal(told["metering_type"], HeadpointType.METERING_ON_HEADPOINT_AND_METER.value)
    return told.filter(pc.invert(pc.and_(both, pc.equal(told["source"], METER))))


def _that_can_count(truth: pa.Table, held: pa.Table) -> pa.Table:
    """Without what we may not have and begins before or after all that we have: often most of it,
    for the truth goes back for years.
    """
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
