"""Slices that are laid out alike, read together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from kwartier.fluvius.decode.layout import Kind, Layout, Place
from kwartier.fluvius.decode.parallel import Flags, Ints, ParallelReader
from kwartier.fluvius.decode.run import INSTANT, TEXT, WORD, Run, order_of, repeated

_FEW: Final = 8
"""So few slices are sooner read one by one."""
_MOST_LAYOUTS: Final = 8
_PADDING: Final = bytes(64)
"""Lets a reader look ahead from the last slice; no JSON holds such bytes."""

Columns = dict[Place, Any]


def read_alike(
    slices: Sequence[msgspec.Raw], layout_of: Callable[[bytes], Layout | None]
) -> tuple[list[Run], Ints]:
    """The values of those slices that many others are laid out like, one run per kind of value,
    and the positions of the slices left to be read otherwise.
    """
    lengths = np.fromiter(map(len, slices), np.int64, len(slices))
    text = b"".join([*slices, _PADDING])
    begins = np.cumsum(lengths) - lengths
    left = np.arange(len(slices))
    apart: list[int] = []
    runs: list[Run] = []
    for _ in range(_MOST_LAYOUTS):
        if len(left) < _FEW:
            break
        layout = layout_of(bytes(slices[left[0]]))
        follows = np.zeros(len(left), bool)
        if layout is not None:
            columns, follows = _read(layout, text, begins[left], lengths[left])
            runs += _runs(layout, columns, follows, left)
        if not follows[0]:
            apart.append(left[0])
            follows[0] = True
        left = left[~follows]
    return runs, np.sort(np.concatenate([left, np.array(apart, np.int64)]))


def _read(layout: Layout, text: bytes, begins: Ints, lengths: Ints) -> tuple[Columns, Flags]:
    """What stands in each place of the slices, and which slices follow the layout to the end."""
    reader = ParallelReader(text, begins)
    read = {Kind.INSTANT: reader.instant, Kind.NUMBER: reader.number, Kind.WORD: reader.word}
    columns: Columns = {}
    for part in layout.parts:
        if isinstance(part, Place):
            columns[part] = read[part.kind]()
        else:
            reader.literal(part)
    is_whole = reader.at == begins + lengths
    is_forward = columns[layout.start] < columns[layout.end]
    return columns, reader.valid & is_whole & is_forward


def _runs(layout: Layout, columns: Columns, follows: Flags, positions: Ints) -> list[Run]:
    if not follows.any():
        return []
    count = int(follows.sum())
    start, end = (
        pa.array(columns[place][follows]).cast(INSTANT) for place in (layout.start, layout.end)
    )

    def numbers(place: Place | None) -> pa.Array:
        return pa.nulls(count, pa.float64()) if place is None else pa.array(columns[place][follows])

    def words(place: Place | None) -> pa.Array:
        if place is None:
            return pa.nulls(count, WORD)
        return pa.array(columns[place][follows]).cast(TEXT).dictionary_encode()

    return [
        Run(
            direction=amount.direction,
            register=amount.register,
            start=start,
            end=end,
            value=numbers(amount.value),
            unit=repeated([amount.unit], [count]),
            validation_state=words(amount.validation_state),
            gas_conversion_factor=words(amount.gas_conversion_factor),
            order=order_of(positions[follows], number),
        )
        for number, amount in enumerate(layout.amounts)
    ]
