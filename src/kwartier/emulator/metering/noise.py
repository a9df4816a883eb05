"""Randomness that needs no memory: the number for an index is computed, never drawn in turn.

splitmix64 over whole arrays, so that any window of a series comes out the same whatever else was
asked before. NumPy's own generators promise no such thing from version to version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_DOWN_TO_53 = np.uint64(11)
_SALT = 0x2545F4914F6CDD1D
_ALL_BITS = (1 << 64) - 1
_INDEX_OFFSET = 1 << 40


class Stream(IntEnum):
    """What a number is for; two streams of one key are independent."""

    TRAIT = 1
    TEMPERATURE_SPELL = 2
    TEMPERATURE_DAY = 3
    SKY_SPELL = 4
    SKY_DAY = 5
    LOAD_FAST = 10
    LOAD_SLOW = 11
    FLICKER = 12
    HEAT_PUMP = 13
    BOTH_WAYS = 14
    BOTH_WAYS_SIZE = 15
    APPLIANCE = 20  # and the next 19: four numbers for each of five appliances
    CHARGE = 40
    CHARGE_START = 41
    CHARGE_SIZE = 42
    HOT_WATER = 50
    HEATING = 51
    FACTOR = 60
    FACTOR_CORRECTION = 61
    ARRIVAL = 70
    LATE = 71
    LATE_DAYS = 72
    ESTIMATE = 73
    ESTIMATE_START = 74
    ESTIMATE_SIZE = 75
    REPLACED = 76
    REPLACED_AFTER = 77
    GAP = 78
    GAP_START = 79
    GAP_SIZE = 80
    REACTIVE = 90  # and the next four: one for each flow


def key_of(seed: int, name: str) -> int:
    """The 64-bit key of something named (an EAN, a region) in the world of ``seed``."""
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


class Draws:
    """Numbers of several streams for the same indices, in one computation: one by one, short
    windows would spend their time on calls rather than on numbers.

    ``index`` counts anything (quarters, days, traits): one row for all streams, or one for each.
    """

    def __init__(self, key: int, streams: Sequence[int], index: Ints) -> None:
        self._row = {stream: row for row, stream in enumerate(streams)}
        salts = np.array([key ^ (stream * _SALT & _ALL_BITS) for stream in streams], np.uint64)
        steps = (index + _INDEX_OFFSET).view(np.uint64)
        self._bits = _mix(_mix(salts)[:, None] + steps * _GAMMA)

    def bits(self, stream: int) -> npt.NDArray[np.uint64]:
        """64 random bits each."""
        numbers: npt.NDArray[np.uint64] = self._bits[self._row[stream]]
        return numbers

    def uniform(self, stream: int) -> Floats:
        """Evenly spread over [0, 1)."""
        numbers: Floats = (self.bits(stream) >> _DOWN_TO_53).astype(np.float64)
        numbers *= 2.0**-53
        return numbers

    def whole(self, stream: int, low: int, high: int) -> Ints:
        """Whole numbers from ``low`` to ``high``, both included."""
        numbers: Ints = (self.bits(stream) % np.uint64(high - low + 1)).view(np.int64)
        numbers += low
        return numbers

    def chosen(self, stream: int, share: float) -> Mask:
        """True for this share of the indices."""
        return self.uniform(stream) < share


def uniform(key: int, stream: int, index: npt.ArrayLike) -> Floats:
    """One stream's numbers, evenly spread over [0, 1)."""
    return Draws(key, (stream,), _indices(index)).uniform(stream)


def whole(key: int, stream: int, index: npt.ArrayLike, low: int, high: int) -> Ints:
    """One stream's whole numbers from ``low`` to ``high``, both included."""
    return Draws(key, (stream,), _indices(index)).whole(stream, low, high)


def spell(key: int, stream: int, days: Ints, length: int) -> Floats:
    """Like :func:`uniform`, but drifting from one value to the next over ``length`` days."""
    knot = days // length
    share = (days - knot * length) / length
    return uniform(key, stream, knot) * (1 - share) + uniform(key, stream, knot + 1) * share


def _indices(index: npt.ArrayLike) -> Ints:
    return np.atleast_1d(np.asarray(index, dtype=np.int64))


def _mix(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The mixing of splitmix64; ``bits`` are used up."""
    first, second, third = _SHIFTS
    bits ^= bits >> first
    bits *= _FIRST
    bits ^= bits >> second
    bits *= _SECOND
    bits ^= bits >> third
    return bits
