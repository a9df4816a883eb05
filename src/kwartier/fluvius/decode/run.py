"""Values of one direction and register, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

TEXT: Final = pa.string()
INSTANT: Final = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Columns of equal length. ``order`` says where in its array each value stood: the higher, the
    later.
    """

    direction: str
    register: str
    start: pa.Array
    end: pa.Array
    value: pa.Array
    unit: pa.Array
    validation_state: pa.Array
    gas_conversion_factor: pa.Array
    order: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.order)


def order_of(slices: npt.ArrayLike, number: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The ``order`` of values: the positions of their slices, and their number in the slice."""
    return np.add(np.multiply(slices, 2**20), number, dtype=np.int64)
