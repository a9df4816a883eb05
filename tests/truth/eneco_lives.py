"""What becomes of Eneco's data owners in the long form: contracts and values that change."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.local_time import day_of
from truth.story import DAY, OWNERS, Consent, Deed, Happen, Withdraw

_LIVES: Final = ("quiet", "shaken", "expired", "withdrawn", "ended early")
_EVERY: Final = 20
"""Days between what makes the values of one data owner come late, or change."""


Dated = Iterator[tuple[int, Deed]]


def lives(moments: tuple[datetime, ...], dice: random.Random, owners: int) -> Dated:
    """Deeds, each with the number of its moment; the first data owner shares throughout, so that
    the list of contracts is never empty.
    """
    for place, owner in enumerate(OWNERS[:owners]):
        yield from _Life(owner.id, _LIVES[place % len(_LIVES)], moments, dice, is_first=not place)


class _Life:
    """One data owner."""

    def __init__(
        self,
        owner: str,
        kind: str,
        moments: tuple[datetime, ...],
        dice: random.Random,
        *,
        is_first: bool,
    ) -> None:
        self.owner, self.moments, self.dice = owner, moments, dice
        self.first = 0 if is_first else dice.randrange(0, max(1, len(moments) // 8))
        self.start = self.day(self.first) - dice.choice([-2, 0, 3, 40, 100]) * DAY
        self.kind = kind

    def day(self, number: int) -> date:
        """The local day of a moment."""
        return day_of(self.moments[number], HEAT)

    def later(self, low: int, high: int) -> int:
        """A number between two shares (in percent) of what is left after the first."""
        left = len(self.moments) - self.first - 1
        return self.first + 1 + self.dice.randrange(low * left // 100, high * left // 100)

    def __iter__(self) -> Dated:
        if self.kind == "expired":
            told = self._expired()
        else:
            told = self._granted_for_long()
        for number, deed in told:
            if number < len(self.moments):
                yield number, deed

    def _granted_for_long(self) -> Dated:
        yield self.first, Consent(owner=self.owner, start=self.start)
        if self.kind == "shaken":
            yield from self._shaken()
        elif self.kind == "withdrawn":
            yield from self._withdrawn()
        elif self.kind == "ended early":
            number = self.later(30, 90)
            effective = self.moments[number] + self.dice.choice([-3, 0, 1, 5]) * DAY
            yield number, Happen(kind=self._leaves(), owner=self.owner, effective=effective)

    def _leaves(self) -> str:
        return self.dice.choice(["move", "disconnection"])

    def _shaken(self) -> Dated:
        for block in range(self.first + 12, len(self.moments), _EVERY):
            number = block + self.dice.randrange(0, _EVERY // 2)
            if number >= len(self.moments):
                return
            at = self.moments[number]
            if self.dice.random() < 0.5:
                until = at + self.dice.randrange(1, 4) * DAY
                days = self.dice.randrange(1, 3)
                yield number, late(self.owner, at - 2 * DAY, until, days)
            else:
                start = at - self.dice.randrange(2, 6) * DAY
                yield number, anew(self.owner, start)

    def _expired(self) -> Dated:
        number = self.later(25, 60)
        end = max(self.day(number), self.start + DAY)
        yield self.first, Consent(owner=self.owner, start=self.start, end=end)
        how = self.dice.choice(["renewed before", "renewed after"])
        again = number + self.dice.randrange(2, 15) * (1 if how == "renewed after" else -1)
        second = self.later(70, 95)
        if self.first < again < second:
            start = self.dice.choice([self.start, end])
            renewed = Consent(owner=self.owner, start=start, end=self.day(second))
            yield again, renewed

    def _withdrawn(self) -> Dated:
        number = self.later(20, 50)
        yield number, Withdraw(owner=self.owner)
        again = number + self.dice.randrange(1, 20)
        if again < len(self.moments):
            start = self.dice.choice([self.start, self.day(number), self.day(again)])
            yield again, Consent(owner=self.owner, start=start)


def late(owner: str, start: datetime, until: datetime, days: int) -> Happen:
    """What is measured in a window comes days later."""
    return Happen(kind="late-data", owner=owner, effective=start, until=until, days=days)


def anew(owner: str, start: datetime) -> Happen:
    """A day that had come is estimated anew."""
    end = start + timedelta(days=1)
    return Happen(kind="re-estimation", owner=owner, effective=start, until=end)
