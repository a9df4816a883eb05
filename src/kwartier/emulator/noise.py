"""Randomness that needs no memory: the number for an index is computed, never drawn in turn.

splitmix64 over whole arrays, so that any window of a series comes out the same whatever else was
asked before. NumPy's own generators promise no such thing from version to version.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
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


def key_of(seed: int, name: str) -> int:
    """The 64-bit key of something named (an EAN, a region) in the world of ``seed``."""
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def noise(key: int, stream: int, index: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """64 random bits for each index; ``index`` counts anything (quarters, days, traits)."""
    start = _mix(np.array([key ^ (stream * 0x2545F4914F6CDD1D & (1 << 64) - 1)], dtype=np.uint64))
    steps = (np.atleast_1d(np.asarray(index, dtype=np.int64)) + _INDEX_OFFSET).astype(np.uint64)
    return _mix(start + steps * _GAMMA)


def uniform(key: int, stream: int, index: npt.ArrayLike) -> Floats:
    """Evenly spread over [0, 1)."""
    return (noise(key, stream, index) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def whole(key: int, stream: int, index: npt.ArrayLike, low: int, high: int) -> Ints:
    """Whole numbers from ``low`` to ``high``, both included."""
    span = np.uint64(high - low + 1)
    return (noise(key, stream, index) % span).astype(np.int64) + low


def spell(key: int, stream: int, days: Ints, length: int) -> Floats:
    """Like :func:`uniform`, but drifting from one value to the next over ``length`` days."""
    knot = days // length
    share = (days - knot * length) / length
    return uniform(key, stream, knot) * (1 - share) + uniform(key, stream, knot + 1) * share


def _mix(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    mixed: npt.NDArray[Any] = bits ^ (bits >> np.uint64(31))
    return mixed
