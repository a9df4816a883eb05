"""An array of slices as columns: those laid out alike together, the others one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from kwartier.fluvius.decode.alike import read_alike
from kwartier.fluvius.decode.flat import V2
from kwartier.fluvius.decode.loose import V3, read_loosely
from kwartier.fluvius.decode.run import Run
from kwartier.measurements.fetched import Undecoded

ReadSlices = Callable[[Sequence[msgspec.Raw], str], tuple[list[Run], list[Undecoded]]]
"""Reads an array of slices, given where it stands."""


def read_slices(slices: Sequence[msgspec.Raw], path: str) -> tuple[list[Run], list[Undecoded]]:
    """The values of an array of slices, and what of it could not be read."""
    runs, left = read_alike(slices)
    others, undecoded = read_loosely(((int(i), slices[i]) for i in left), path, V3)
    return runs + others, undecoded


def read_flat_slices(slices: Sequence[msgspec.Raw], path: str) -> tuple[list[Run], list[Undecoded]]:
    """The same of v2's slices, one by one."""
    return read_loosely(enumerate(slices), path, V2)
