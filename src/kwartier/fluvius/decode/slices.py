"""An array of slices as columns: those laid out alike together, the others one by one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kwartier.fluvius.decode.alike import read_alike
from kwartier.fluvius.decode.loose import SliceForm, read_loosely
from kwartier.fluvius.decode.run import Run
from kwartier.measurements.fetched import Undecoded


def read_slices(
    slices: Sequence[msgspec.Raw], path: str, form: SliceForm
) -> tuple[list[Run], list[Undecoded]]:
    """The values of an array of slices of one ``form``, and what of it could not be read."""
    runs, left = read_alike(slices, form.layout_of)
    others, undecoded = read_loosely(((int(i), slices[i]) for i in left), path, form)
    return runs + others, undecoded
