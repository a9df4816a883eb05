"""Values of one direction and register, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

TEXT: Final = pa.string()
WORD: Final = pa.dictionary(pa.int32(), TEXT)
INSTANT: Final = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Columns of equal length, words dictionary-encoded.

    ``order`` says where in its array each value stood: the higher, the later.
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


def repeated(words: Sequence[str | None], lengths: Sequence[int]) -> pa.Array:
    """Each word as often as its length says, dictionary-encoded."""
    if not any(word is not None for word in words):
        return pa.nulls(sum(lengths), WORD)
    dictionary = list(dict.fromkeys(str(word) for word in words if word is not None))
    code_of = {word: code for code, word in enumerate(dictionary)}
    codes = np.array([-1 if word is None else code_of[word] for word in words], np.int32)
    indices = np.repeat(codes, lengths)
    mask = indices < 0 if None in words else None
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=mask), pa.array(dictionary, TEXT))
