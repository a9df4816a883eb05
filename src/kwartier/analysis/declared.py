"""Values in the units that they were declared to be in."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.vocabulary.centigrade import CENTIGRADE, GIGAJOULE, Centigrade

_TEXT = pa.string()


def countable(values: pa.Table, centigrade: Centigrade) -> pa.Table:
    """The measurements that may be added up: those in ``Centigrade`` are left out, unless they
    were declared gigajoules; then that is their unit.
    """
    unit = values["unit"]
    if not any(CENTIGRADE in chunk.dictionary.to_pylist() for chunk in unit.chunks):
        return values
    words = unit.cast(_TEXT)
    is_centigrade = pc.fill_null(pc.equal(words, CENTIGRADE), False)
    if not centigrade.is_energy:
        return values.filter(pc.invert(is_centigrade))
    read = pc.if_else(is_centigrade, pa.scalar(GIGAJOULE), words).cast(unit.type)
    return values.set_column(values.column_names.index("unit"), values.schema.field("unit"), read)


def in_centigrade(values: pa.Table) -> frozenset[str]:
    """The energy types of the measurements that have values in ``Centigrade``."""
    if not any(CENTIGRADE in chunk.dictionary.to_pylist() for chunk in values["unit"].chunks):
        return frozenset()
    found = values.filter(pc.equal(values["unit"].cast(_TEXT), CENTIGRADE))
    return frozenset(found["energy_type"].cast(_TEXT).unique().to_pylist())
