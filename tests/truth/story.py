"""What happens in the emulated world, and when it is synced with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.emulator.eneco.data_owners import DataOwner, data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.local_time import day_of, day_start
from kwartier.vocabulary.provider import ENECO, FLUVIUS

OWNERS: Final[tuple[DataOwner, ...]] = tuple(data_owners(Environment.ACCEPTANCE))
REREAD: Final = timedelta(days=10)
"""So much of Eneco's values is read again: by then the emulator has put all of them right, also
those that an event made two days late.
"""
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
class Consent:
    """A data owner of Eneco's (its UUID) shares its usages up to ``end`` (exclusive). It takes the
    place of a contract that stands.
    """

    owner: str
    start: date
    end: date = date(2040, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """A data owner takes its consent back: what is held is put on hold as it is."""

    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happen:
    """An event of the emulator's, at a metering point (``ean``) or to a data owner of Eneco's;
    ``effective`` None is the moment at which it happens.
    """

    kind: str
    ean: str | None = None
    owner: str | None = None
    effective: datetime | None = None
    until: datetime | None = None
    days: int | None = None


Deed = Grant | Finish | Consent | Withdraw | Happen


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``moments`` are the instants of the syncs; before the n-th the n-th ``deeds`` are done.

    ``checks`` are the numbers of the syncs after which the store is compared; ``eans`` and
    ``owners`` follow from the deeds.
    """

    moments: tuple[datetime, ...]
    deeds: Mapping[int, Sequence[Deed]]
    checks: frozenset[int]
    eans: tuple[str, ...] = field(default=())
    owners: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        named = {d.ean for d in self.all_deeds() if isinstance(d, Grant)}
        object.__setattr__(self, "eans", tuple(sorted(named)))
        share = {d.owner for d in self.all_deeds() if isinstance(d, Consent)}
        object.__setattr__(self, "owners", tuple(sorted(share)))

    @property
    def providers(self) -> tuple[str, ...]:
        """Whom it is about."""
        return tuple(one for one in (FLUVIUS, ENECO) if self.points(one))

    def points(self, provider: str) -> tuple[str, ...]:
        """The metering points of a provider: EANs, or data owners."""
        return self.owners if provider == ENECO else self.eans

    def all_deeds(self) -> Iterator[Deed]:
        """Everything that happens, in order."""
        for number in sorted(self.deeds):
            yield from self.deeds[number]

    def until(self, number: int) -> Story:
        """Its beginning, up to the ``number``-th sync."""
        deeds = {n: d for n, d in self.deeds.items() if n < number}
        checks = frozenset({*(n for n in self.checks if n < number), number - 1})
        return Story(moments=self.moments[:number], deeds=deeds, checks=checks)

    def losing(self, number: int) -> set[str]:
        """Data owners of which a contract ends, or is replaced, after the sync before the
        ``number``-th and no later than it.
        """
        since, now = self.moments[number - 1], self.moments[number]
        found: set[str] = set()
        for n, deeds in self.deeds.items():
            for deed in deeds if n <= number else ():
                if (owner := _ended_by(deed)) is None:
                    continue
                end = last_day(deed)
                if n == number or (end is not None and since < day_start(end, HEAT) <= now):
                    found.add(owner)
        return found

    def may_run_out(self) -> frozenset[str]:
        """Data owners of which a contract ends on a day that was told before it came: what it
        opened stays held, and shared.
        """
        found: set[str] = set()
        for number, deeds in self.deeds.items():
            told_at = self.moments[min(number, len(self.moments) - 1)]
            for deed in deeds:
                owner, end = _ended_by(deed), last_day(deed)
                if owner and end and told_at < day_start(end, HEAT) <= self.moments[-1]:
                    found.add(owner)
        return frozenset(found)

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


def last_day(deed: Deed) -> date | None:
    """The day (exclusive) with which a data owner's contract ends by ``deed``, if it says so."""
    if isinstance(deed, Consent):
        return deed.end
    if isinstance(deed, Happen) and _ended_by(deed) and deed.effective is not None:
        return day_of(deed.effective, HEAT)
    return None


def _ended_by(deed: Deed) -> str | None:
    """The data owner whose contracts are ended, now or later, by ``deed``."""
    if isinstance(deed, Consent | Withdraw):
        return deed.owner
    return deed.owner if isinstance(deed, Happen) and deed.kind in CAPPING else None
