"""The reply to a question for usages: one day back from the end that was asked."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from kwartier.emulator.eneco.arrival import HOUR
from kwartier.emulator.eneco.data_owners import DataOwner
from kwartier.emulator.eneco.happenings import Happenings
from kwartier.emulator.eneco.hours import Known, first_hour, known, newest_end
from kwartier.emulator.eneco.load import STEPS
from kwartier.wire.eneco import CHANNEL_UNITS

WINDOW_HOURS: Final = 24
"""Our reading: the documents tell no length."""


def usages(
    owner: DataOwner, seed: int, end: datetime | None, *, now: datetime, happened: Happenings
) -> bytes:
    """The hours that start within a day before ``end``, floored to the hour; of None, before the
    end of the newest hour that there is.

    Each channel of the owner is there, though none of its hours may have come; before the first
    day of data there are no channels.
    """
    asked_at = now.timestamp()
    if end is None:
        newest = newest_end(owner, seed, asked_at=asked_at, happened=happened)
        last = int(asked_at // HOUR) if newest is None else newest
    else:
        last = int(end.timestamp() // HOUR)
    first = last - WINDOW_HOURS
    channels = []
    if last > first_hour(owner):
        found = known(owner, seed, first, last, asked_at=asked_at, happened=happened)
        channels = _channels(owner, found)
    body = {"startDate": _iso(first), "endDate": _iso(last), "usageChannels": channels}
    return msgspec.json.encode(body)


def _channels(owner: DataOwner, found: Known) -> list[dict[str, object]]:
    starts = [_iso(hour) for hour in found.hours.tolist()]
    amounts = {name: (found.values[name] / STEPS[name]).tolist() for name in owner.channels}
    return [
        {
            "channelId": channel,
            "unit": CHANNEL_UNITS[channel],
            "usageRecords": [
                {"timestamp": start, "amount": amount}
                for start, amount in zip(starts, amounts[channel], strict=True)
            ],
        }
        for channel in owner.channels
    ]


@lru_cache(maxsize=1 << 15)
def _iso(hour: int) -> str:
    return f"{datetime.fromtimestamp(hour * HOUR, UTC):%Y-%m-%dT%H:%M:%SZ}"
