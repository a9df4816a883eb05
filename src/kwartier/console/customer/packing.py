"""Curves as bytes for the chart: a head in JSON, then the numbers as a browser's arrays hold them.

::

    uint32   bytes of the head (little-endian, as everything)
    head     UTF-8, filled up with blanks so that what follows begins at a multiple of eight
    float64  begins of the slices in seconds since 1970 (UTC), only where "step" is null
    float32  amounts of each curve in turn, NaN where nothing whole is there
    uint8    states of each curve in turn (kwartier.analysis.curves)

In the head: ``count`` slices, the first of which begins at ``begin`` and the last ends at ``end``;
``step``, their length in seconds, null for local days; ``curves`` with ``label``, ``unit`` and
``is_shown``; ``clock``, the changes of Brussels' clock as pairs of an instant and the offset from
UTC that holds from then on, both in seconds.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import numpy as np

from kwartier.analysis import Curve, Curves
from kwartier.vocabulary.energy import INJECTION, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import BRUSSELS

TOTAL: Final = "total"
_ALIGNMENT: Final = 8
_HOUR: Final = 3600


def packed(found: Curves, granularity: Granularity) -> bytes:
    """The curves of slices of one granularity."""
    step, curves = granularity.step, sorted(found.curves, key=_place)
    starts, ends = (_seconds(edges) for edges in (found.starts, found.ends))
    begin, end = (float(starts[0]), float(ends[-1])) if len(starts) else (0.0, 0.0)
    head = {
        "count": len(starts),
        "begin": begin,
        "end": end,
        "step": None if step is None else step.total_seconds(),
        "clock": clock_changes(begin, end),
        "curves": [_about(curve) for curve in curves],
    }
    arrays = [] if step is not None else [starts.astype("<f8")]
    arrays += [curve.amounts.astype("<f4") for curve in curves]
    arrays += [curve.states.astype("u1") for curve in curves]
    return b"".join([_head(head), *(array.tobytes() for array in arrays)])


def _head(head: dict[str, Any]) -> bytes:
    text = msgspec.json.encode(head)
    text += b" " * (-(len(text) + 4) % _ALIGNMENT)
    return struct.pack("<I", len(text)) + text


def _about(curve: Curve) -> dict[str, Any]:
    return {
        "label": label_of(curve),
        "direction": curve.direction,
        "unit": curve.unit,
        "is_shown": is_main(curve),
    }


def _place(curve: Curve) -> tuple[bool, bool, bool, str, str, str]:
    """The metering point's own energy comes first: offtake, then injection, then their parts."""
    return (
        curve.sub_headpoint is not None,
        not is_main(curve),
        curve.direction != OFFTAKE,
        curve.direction,
        curve.unit,
        f"{curve.sub_headpoint} {curve.register}",
    )


def label_of(curve: Curve) -> str:
    """``offtake``, ``offtake, night``; with what it is metered behind, if anything."""
    told = [curve.direction.replace("_", " ")]
    told += [curve.register] if curve.register != TOTAL else []
    told += [f"behind {curve.sub_headpoint}"] if curve.sub_headpoint is not None else []
    return ", ".join(told)


def is_main(curve: Curve) -> bool:
    """Whether it is energy that the metering point as a whole took or gave."""
    is_whole = curve.register == TOTAL and curve.sub_headpoint is None
    return is_whole and curve.direction in (OFFTAKE, INJECTION) and curve.unit == "kWh"


def clock_changes(begin: float, end: float) -> list[tuple[float, float]]:
    """Since when, from before ``begin`` until ``end``, Brussels' clock is how far ahead of UTC."""
    changes = [(begin - _HOUR * 24, _offset(begin - _HOUR * 24))]
    at = changes[0][0]
    while at < end:
        following = at + _HOUR * 24
        if _offset(following) != changes[-1][1]:
            change = next(
                at + hours * _HOUR
                for hours in range(1, 25)
                if _offset(at + hours * _HOUR) != changes[-1][1]
            )
            changes.append((change - change % _HOUR, _offset(change)))
        at = following
    return changes


def _offset(at: float) -> float:
    offset = datetime.fromtimestamp(at, UTC).astimezone(BRUSSELS).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def _seconds(edges: np.ndarray) -> np.ndarray:
    seconds: np.ndarray = edges.view(np.int64) / 1e6
    return seconds
