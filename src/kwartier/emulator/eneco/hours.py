"""What Eneco knows of a data owner at an instant: the values that have come, as they are by then.

Hours are counted since 1970 in UTC, so that an hour times 3600 is a Unix time: on the days on
which the clock is changed there are 23 and 25 of them, and no value stands twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import numpy as np

from kwartier.emulator.eneco.arrival import HOUR, Arrival
from kwartier.emulator.eneco.data_owners import DataOwner
from kwartier.emulator.eneco.happenings import Happenings
from kwartier.emulator.eneco.load import key_of_owner, load
from kwartier.emulator.metering.local_calendar import shared
from kwartier.emulator.metering.noise import Ints
from kwartier.vocabulary.local_time import to_utc
from kwartier.wire.eneco import ChannelId

_BLOCK: Final = 32 * 24
"""So many hours are computed together: one by one would take ten times as long."""
_NOTHING: Final = Happenings()


@dataclass(frozen=True, slots=True)
class Known:
    """The hours that have come, in order of time, and each channel's values in steps."""

    hours: Ints
    values: dict[ChannelId, Ints]


@dataclass(frozen=True, slots=True)
class _Block:
    """All that there will ever be of some hours."""

    hours: Ints
    true: dict[ChannelId, Ints]
    stored: Ints
    corrected: Ints
    percent: Ints


def hour_of(instant: datetime) -> int:
    """The hour that contains an instant; that an instant on the hour begins."""
    return int(instant.timestamp() // HOUR)


@lru_cache(maxsize=64)
def first_hour(owner: DataOwner) -> int:
    """The first hour of which there is data."""
    return hour_of(to_utc(owner.first_day, "first_day"))


def known(
    owner: DataOwner,
    seed: int,
    first: int,
    end: int,
    *,
    asked_at: float,
    happened: Happenings = _NOTHING,
) -> Known:
    """What there is at ``asked_at`` (Unix time) of the hours from ``first`` up to ``end``."""
    first = max(first, first_hour(owner))
    end = min(end, int(asked_at // HOUR))
    if happened.ends is not None:
        end = min(end, happened.ends // HOUR)
    block = _joined(owner, seed, first, max(end, first))
    stored = _delayed(block, happened)
    come = stored <= asked_at
    values = _as_of(block, stored, asked_at, happened)
    return Known(block.hours[come], {name: each[come] for name, each in values.items()})


def newest_end(owner: DataOwner, seed: int, *, asked_at: float, happened: Happenings) -> int | None:
    """The end of the newest hour that there is at ``asked_at``; None when there is none."""
    end = int(asked_at // HOUR)
    if happened.ends is not None:
        end = min(end, happened.ends // HOUR)
    first, last = first_hour(owner), end
    while last > first:
        begin = max((last - 1) // _BLOCK * _BLOCK, first)
        block = _block(owner, seed, begin // _BLOCK)
        some = (block.hours >= begin) & (block.hours < last)
        come = block.hours[some & (_delayed(block, happened) <= asked_at)]
        if len(come):
            return int(come[-1]) + 1
        last = begin
    return None


def _delayed(block: _Block, happened: Happenings) -> Ints:
    """When each hour comes; what had come when the event was recorded stays."""
    stored = block.stored
    for window in happened.late:
        starts = block.hours * HOUR
        late = (starts >= window.start) & (starts < window.end) & (stored > window.recorded)
        stored = stored + late * window.delay
    return stored


def _as_of(
    block: _Block, stored: Ints, asked_at: float, happened: Happenings
) -> dict[ChannelId, Ints]:
    """First values until they are put right; what was estimated anew is a tenth less."""
    percent = np.where(block.corrected + (stored - block.stored) > asked_at, block.percent, 100)
    values = {name: each * percent // 100 for name, each in block.true.items()}
    for window in happened.re_estimated:
        starts = block.hours * HOUR
        anew = (starts >= window.start) & (starts < window.end) & (stored <= window.recorded)
        values = {name: np.where(anew, each * 9 // 10, each) for name, each in values.items()}
    return values


def _joined(owner: DataOwner, seed: int, first: int, end: int) -> _Block:
    last = max(end - 1, first) // _BLOCK
    blocks = [_block(owner, seed, number) for number in range(first // _BLOCK, last + 1)]
    begin = first // _BLOCK * _BLOCK
    cut = slice(first - begin, end - begin)

    def join(parts: list[Ints]) -> Ints:
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
        some: Ints = whole[cut]
        return some

    return _Block(
        hours=join([each.hours for each in blocks]),
        true={name: join([each.true[name] for each in blocks]) for name in owner.channels},
        stored=join([each.stored for each in blocks]),
        corrected=join([each.corrected for each in blocks]),
        percent=join([each.percent for each in blocks]),
    )


@lru_cache(maxsize=256)
def _block(owner: DataOwner, seed: int, number: int) -> _Block:
    hours = np.arange(number * _BLOCK, (number + 1) * _BLOCK, dtype=np.int64)
    arrival = Arrival(key_of_owner(owner, seed), hours)
    return _Block(
        hours=shared(hours),
        true={name: shared(values) for name, values in load(owner, seed, hours).items()},
        stored=shared(arrival.stored),
        corrected=shared(arrival.corrected),
        percent=shared(arrival.percent),
    )
