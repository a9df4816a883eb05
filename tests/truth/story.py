"""What happens in the emulated world, and when it is synced with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

CAPPING: Final = ("customer-change", "combined-switch", "move", "disconnection")
DAY: Final = timedelta(days=1)
_TOLD_LATER: Final = {"quarter-hours-on": 200 * DAY, "meter-exchange": 6 * DAY}
"""How long the store may lag behind what happened in retrospect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A mandate is given, or given anew: it counts until ``expires`` (None: three years)."""

    ean: str
    service: str
    reference: str
    since: datetime
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """A customer ends a mandate: what is held of it is put on hold as it is."""

    grant: Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Happen:
    """An event of the emulator's; ``effective`` None is the moment at which it happens."""

    kind: str
    ean: str | None = None
    effective: datetime | None = None
    until: datetime | None = None
    days: int | None = None


Deed = Grant | Finish | Happen


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``moments`` are the instants of the syncs; before the n-th the n-th ``deeds`` are done.

    ``checks`` are the numbers of the syncs after which the store is compared.
    """

    moments: tuple[datetime, ...]
    deeds: Mapping[int, Sequence[Deed]]
    checks: frozenset[int]
    eans: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        named = {d.ean for d in self.all_deeds() if isinstance(d, Grant)}
        object.__setattr__(self, "eans", tuple(sorted(named)))

    def all_deeds(self) -> Iterator[Deed]:
        """Everything that happens, in order."""
        for number in sorted(self.deeds):
            yield from self.deeds[number]

    def until(self, number: int) -> Story:
        """Its beginning, up to the ``number``-th sync."""
        deeds = {n: d for n, d in self.deeds.items() if n < number}
        checks = frozenset({*(n for n in self.checks if n < number), number - 1})
        return Story(moments=self.moments[:number], deeds=deeds, checks=checks)

    def unsettled(self, now: datetime) -> frozenset[str]:
        """Metering points of which the store may lag behind at ``now``, by design.

        After an expiry nothing new is asked for by insert time, so late values and replaced
        estimates come with the follow-ups, whose pauses are weeks. Quarter-hours that were
        switched on in retrospect keep their old insert times, and come as gaps do. A meter that was
        exchanged in retrospect is told of by a delta; what it superseded is asked for after that.
        """
        return frozenset(ean for ean, start, end in self._lags() if start <= now < end)

    def _lags(self) -> Iterator[tuple[str, datetime, datetime]]:
        for number, deeds in self.deeds.items():
            at = self.moments[number]
            for deed in deeds:
                if isinstance(deed, Grant) and deed.expires is not None:
                    yield deed.ean, deed.expires, deed.expires + 60 * DAY
                if isinstance(deed, Happen) and deed.ean and deed.kind in _TOLD_LATER:
                    in_retrospect = deed.effective is not None and deed.effective < at
                    yield deed.ean, at, at + _TOLD_LATER[deed.kind] * in_retrospect
