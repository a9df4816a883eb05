"""Runs of values put together as one measurements table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from kwartier.fluvius.decode.duplicates import drop_duplicates, may_hold_duplicates
from kwartier.fluvius.decode.reply import Series
from kwartier.fluvius.decode.run import INSTANT, Run, repeated
from kwartier.measurements import MEASUREMENTS_SCHEMA, empty_measurements
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.provider import FLUVIUS

_SERIES_MEMBERS: Final = (
    "source",
    "granularity",
    "meter_id",
    "sub_headpoint",
    "seq_number",
    "sub_headpoint_type",
    "installation_type",
    "vreg_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The runs of one array of slices."""

    series: Series
    path: str
    runs: list[Run]


def assemble(
    blocks: Sequence[Block],
    *,
    metering_point: str,
    energy_type: str,
    metering_type: str | None,
    fetched_at: datetime,
) -> tuple[pa.Table, list[Undecoded]]:
    """One table of all blocks, without duplicates, and notes on duplicates that differed."""
    placed = [(block, run) for block in blocks for run in block.runs]
    if not placed:
        return empty_measurements(), []
    lengths = [len(run) for _, run in placed]
    rows = sum(lengths)
    runs = [run for _, run in placed]
    columns = {
        "provider": repeated([FLUVIUS], [rows]),
        "metering_point": repeated([metering_point], [rows]),
        "energy_type": repeated([energy_type], [rows]),
        "metering_type": repeated([metering_type], [rows]),
        "direction": repeated([run.direction for run in runs], lengths),
        "register": repeated([run.register for run in runs], lengths),
        "unit": _joined([run.unit for run in runs]),
        "start": _joined([run.start for run in runs]),
        "end": _joined([run.end for run in runs]),
        "value": _joined([run.value for run in runs]),
        "validation_state": _joined([run.validation_state for run in runs]),
        "gas_conversion_factor": _joined([run.gas_conversion_factor for run in runs]),
        "fetched_at": pa.repeat(pa.scalar(fetched_at, INSTANT), rows),
    }
    for name in _SERIES_MEMBERS:
        words = [getattr(block.series, name) for block, _ in placed]
        columns[name] = repeated(words, lengths)
    table = pa.table(
        [columns[name] for name in MEASUREMENTS_SCHEMA.names], schema=MEASUREMENTS_SCHEMA
    )
    keys = [_key(block, run) for block, run in placed]
    if not may_hold_duplicates(keys, runs):
        return table, []
    return drop_duplicates(table, keys, [block.path for block, _ in placed], runs)


def _key(block: Block, run: Run) -> tuple[object, ...]:
    """Names a series but for its unit, which may change from value to value."""
    series = block.series
    return (
        series.source,
        series.granularity,
        series.meter_id,
        series.sub_headpoint,
        run.direction,
        run.register,
    )


def _joined(arrays: list[pa.Array]) -> pa.Array:
    return arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)
