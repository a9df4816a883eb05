"""Amounts as one table of measurements, every column built once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.eneco.channels import REGISTER
from kwartier.eneco.pages import Amounts, Series, hours_of
from kwartier.eneco.timestamps import HOUR
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.vocabulary.energy import HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.provider import ENECO

_MICROSECOND: Final = timedelta(microseconds=1)
_HOUR: Final = HOUR // _MICROSECOND


def as_table(pages: Sequence[Amounts], *, metering_point: str, fetched_at: datetime) -> pa.Table:
    """The amounts of a data owner, page after page, in the measurements schema; ``fetched_at`` is
    the provider's time of them (UTC).
    """
    parts = [part for amounts in pages for part in amounts.items() if part[1]]
    counts = [len(hours) for _, hours in parts]
    microseconds = {hour: int(hour.timestamp()) * 1_000_000 for hour in hours_of(pages)}
    starts = [microseconds[hour] for _, hours in parts for hour in hours]
    values = [amount for _, hours in parts for amount in hours.values()]
    start = np.array(starts, np.int64)
    series = [one for one, _ in parts]
    columns = {
        **_words_of(series, counts),
        "start": pa.array(start).cast(pa.timestamp("us", "UTC")),
        "end": pa.array(start + _HOUR).cast(pa.timestamp("us", "UTC")),
        "value": pa.array(values, pa.float64()),
    }
    alike = {
        "provider": ENECO,
        "metering_point": metering_point.lower(),
        "source": HEADPOINT,
        "granularity": str(Granularity.HOUR),
        "register": REGISTER,
        "fetched_at": fetched_at,
    }
    return pa.table(
        [
            columns[field.name]
            if field.name in columns
            else _repeated(alike.get(field.name), len(start), field.type)
            for field in MEASUREMENTS_SCHEMA
        ],
        schema=MEASUREMENTS_SCHEMA,
    )


def _words_of(series: Sequence[Series], counts: Sequence[int]) -> dict[str, pa.Array]:
    """The columns that tell series apart, each part's word as often as it has hours."""
    return {name: _words([getattr(one, name) for one in series], counts) for name in Series._fields}


def _words(words: Sequence[str | None], counts: Sequence[int]) -> pa.Array:
    some = pa.array(words, pa.string()).dictionary_encode()
    return some.take(pa.array(np.repeat(np.arange(len(words)), counts)))


def _repeated(value: object, rows: int, type_: pa.DataType) -> pa.Array:
    if value is None:
        return pa.nulls(rows, type_)
    if pa.types.is_dictionary(type_):
        codes = pa.array(np.zeros(rows, type_.index_type.to_pandas_dtype()))
        return pa.DictionaryArray.from_arrays(codes, pa.array([value], type_.value_type))
    return pa.repeat(pa.scalar(value, type_), rows)
