"""The measurements schema, declared as data.

One row a value. The identifying columns name the series; with ``start`` they are the row's key.
Descriptive columns say more about the series and are no part of its identity.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_TEXT = pa.dictionary(pa.int32(), pa.string())
_INSTANT = pa.timestamp("us", "UTC")


def _column(name: str, type_: pa.DataType, says: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, type_, nullable=nullable, metadata={"description": says})


_SERIES: Final = [
    _column("provider", _TEXT, "who delivered it: fluvius, eneco", nullable=False),
    _column(
        "metering_point", _TEXT, "the EAN (18 digits, text), or the data owner", nullable=False
    ),
    _column("energy_type", _TEXT, "electricity, gas, heat, ...", nullable=False),
    _column("source", _TEXT, "headpoint, meter or sub_headpoint", nullable=False),
    _column("meter_id", _TEXT, "the physical meter; null at headpoint level"),
    _column("sub_headpoint", _TEXT, "the sub-headpoint; null elsewhere"),
    _column("granularity", _TEXT, "PT15M, PT1H or P1D", nullable=False),
    _column("direction", _TEXT, "offtake, injection, production, auxiliary", nullable=False),
    _column(
        "register", _TEXT, "total, day, night, reactive, inductive, capacitive", nullable=False
    ),
    _column("unit", _TEXT, "kWh, m3, kVArh, ... as the provider wrote it"),
]
_VALUES: Final = [
    _column("start", _INSTANT, "begin of the slice, inclusive, UTC", nullable=False),
    _column("end", _INSTANT, "end of the slice, exclusive, UTC", nullable=False),
    _column("value", pa.float64(), "in unit; null when missing, never zero for it"),
    _column("validation_state", _TEXT, "READ, EST, VAL, NVAL or a later word, verbatim"),
    _column("gas_conversion_factor", _TEXT, "P, D or C on kWh of gas; null elsewhere"),
    _column(
        "fetched_at",
        _INSTANT,
        "the provider's time of the fetch that brought it, UTC",
        nullable=False,
    ),
]
_DESCRIPTIVE: Final = [
    _column("metering_type", _TEXT, "the headpoint's $type"),
    _column("seq_number", _TEXT, "the meter's or sub-headpoint's sequence number"),
    _column("sub_headpoint_type", _TEXT, "the sub-headpoint's $type"),
    _column("installation_type", _TEXT, "the sub-headpoint's kind of installation: PV, BAT, ..."),
    _column("vreg_id", _TEXT, "the installation's number at the regulator"),
]

SERIES_COLUMNS: Final = tuple(column.name for column in _SERIES)
VALUE_COLUMNS: Final = tuple(column.name for column in _VALUES)
DESCRIPTIVE_COLUMNS: Final = tuple(column.name for column in _DESCRIPTIVE)

MEASUREMENTS_SCHEMA: Final = pa.schema(_SERIES + _VALUES + _DESCRIPTIVE)
