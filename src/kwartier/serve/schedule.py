"""When the next sync and the next poll are due: pure functions of time.

A sync happens at local times of Brussels' days, once for each, also on the days on which the
clock changes. Each is earlier or later by a jitter that depends on the day alone, so that a
restart does not move it, and that differs from one installation (``seed``) to another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.setting import Setting

_SHARE_OF_A_POLL: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Syncs at ``sync_at`` (local) up to ``jitter`` earlier or later, mandates polled
    ``poll_every`` so often, give or take a twentieth.
    """

    sync_at: Annotated[
        tuple[time, ...],
        Setting(
            about="Brussels' times of the daily syncs; most of a day has arrived by noon of the "
            "next"
        ),
    ] = (time(12, 30),)
    jitter: Annotated[
        timedelta,
        Setting(
            about="each sync is up to so much earlier or later, so that not all ask at once",
            at_least=timedelta(0),
            at_most=timedelta(hours=6),
        ),
    ] = timedelta(minutes=15)
    poll_every: Annotated[
        timedelta,
        Setting(
            about="how often mandates are polled; what a customer has just consented to is "
            "fetched right after",
            at_least=timedelta(minutes=1),
            at_most=timedelta(days=1),
        ),
    ] = timedelta(minutes=15)

    def syncs_of(self, day: date, seed: str) -> list[datetime]:
        """The instants of a local day's syncs, in order (with jitter, maybe just outside it).

        A time that the clock skips counts by the clock before the change; one that it shows twice
        is the first.
        """
        return sorted(
            datetime.combine(day, at, BRUSSELS).astimezone(UTC) + self._shift(day, at, seed)
            for at in set(self.sync_at)
        )

    def next_sync(self, after: datetime, seed: str) -> datetime:
        """The first sync later than ``after``."""
        today = after.astimezone(BRUSSELS).date()
        days = (today + timedelta(days=number) for number in range(-1, 3))
        return min(at for day in days for at in self.syncs_of(day, seed) if at > after)

    def poll_pause(self, after: datetime, seed: str) -> timedelta:
        """How long it is from a poll at ``after`` to the one that follows."""
        share = _SHARE_OF_A_POLL * _dice(seed, after.isoformat()) / 2
        return self.poll_every * (1 + share)

    def _shift(self, day: date, at: time, seed: str) -> timedelta:
        return self.jitter * _dice(seed, f"{day} {at}")


def _dice(seed: str, about: str) -> float:
    """A number from -1 to 1, always the same for the same question."""
    digest = hashlib.blake2b(f"{seed}/{about}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**47 - 1
