"""Years in the lives of many metering points, drawn from a seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from kwartier.vocabulary.local_time import BRUSSELS
from truth.eneco_lives import lives
from truth.story import CAPPING, DAY, Deed, Finish, Grant, Happen, Story

START: Final = datetime(2024, 1, 10, 12, 30, tzinfo=UTC)
_SETTLED_DAY: Final = 11
HOMES: Final = ("54144011", "54144001", "54144101", "54144010", "54144100")
OTHERS: Final = ("541450112", "541451012", "541440212", "541441210")
_SERVICES: Final = (("VH_dag",), ("VH_kwartier_uur",), ("VH_dag", "VH_kwartier_uur"))
_LIVES: Final = (
    "quiet",
    "shaken",
    "renewed",
    "lapsed",
    "moved",
    "finished",
    "exchanged",
    "switched on",
    "replaced",
)
Dated = Iterator[tuple[int, Deed]]


def long_story(
    seed: int, *, days: int, points: int, owners: int = 0, contract_ends: bool = True
) -> Story:
    """One sync a day around noon, checked once a month in turn and as a whole at the end.

    The metering points live the lives of ``_LIVES`` in turn, begun at moments of their own, and
    ``owners`` of Eneco's data owners theirs (see :mod:`truth.eneco_lives`). No story ends before
    the eleventh of a month: by then the final factors of the month before were asked for, which
    are there some days earlier.
    """
    dice = random.Random(seed)
    while (START + (days - 1) * DAY).day < _SETTLED_DAY:
        days += 1
    moments = tuple(
        START + number * DAY + timedelta(minutes=dice.randrange(-150, 400))
        for number in range(days)
    )
    deeds: defaultdict[int, list[Deed]] = defaultdict(list)
    caps: set[int] = set()
    for number in range(points):
        for day, deed in _Life(number, moments, dice, caps).told():
            if day < days:
                deeds[day].append(deed)
    for number, deed in lives(moments, random.Random(f"{seed}/eneco"), owners):
        deeds[number].append(deed)
    if contract_ends and days > 30:
        deeds[days - 3].append(Happen(kind="contract-ended"))
    middles = (n for n, at in enumerate(moments) if at.astimezone(BRUSSELS).day == 15)
    return Story(
        moments=moments, deeds=dict(deeds), checks=frozenset({*middles, days - 4, days - 1})
    )


class _Life:
    """What becomes of one metering point, and when."""

    def __init__(
        self, number: int, moments: tuple[datetime, ...], dice: random.Random, caps: set[int]
    ) -> None:
        self.number, self.moments, self.dice, self.caps = number, moments, dice, caps
        self.kind = _LIVES[number % len(_LIVES)]
        self.ean = self._ean()
        last = len(moments)
        early = number % 3 and self.kind != "switched on"
        self.first = dice.randrange(0, max(1, min(30, last // 8) if early else last // 3))
        back = dice.choice([0, 3, 40, 184, 200])
        self.since = (moments[self.first] - back * DAY).replace(second=0)
        wants = _SERVICES[number // len(_LIVES) % len(_SERVICES)]
        self.services = ("VH_kwartier_uur",) if self.kind == "switched on" else wants

    def _ean(self) -> str:
        if self.number % 11 == 10:
            digits = OTHERS[self.number // 11 % len(OTHERS)]
        else:
            digits = f"{HOMES[self.number % len(HOMES)]}{self.number % 3}"
        family = 9 if self.kind == "switched on" else self.number % 9
        return f"{digits}000000{family}{self.number % 100:02d}"

    def later(self, low: int, high: int) -> int:
        """A day between two shares (in percent) of what is left after the first."""
        left = len(self.moments) - self.first
        return (
            self.first
            + 1
            + self.dice.randrange(low * left // 100, max(low + 1, high) * left // 100 + 1)
        )

    def grants(self, suffix: str, since: datetime, expires: datetime | None = None) -> list[Grant]:
        return [
            Grant(
                ean=self.ean,
                service=service,
                reference=f"TRUTH-{self.number}-{suffix}",
                since=since,
                expires=expires,
            )
            for service in self.services
        ]

    def told(self) -> Dated:
        """The days and what is done on them."""
        if self.kind in ("renewed", "lapsed"):
            yield from self._expiring()
            return
        first = self.grants("a", self.since)
        yield from ((self.first, grant) for grant in first)
        if self.kind == "shaken":
            yield from self._shaken()
        elif self.kind == "moved":
            yield from self._moved()
        elif self.kind == "finished":
            yield from self._finished(first)
        elif self.kind == "exchanged":
            for low in (5, 55):
                day = self.later(low, low + 40)
                if day < len(self.moments):
                    back = self.dice.choice([0, 0, 8]) * DAY
                    at = self.moments[day] - back - timedelta(minutes=23) if back else None
                    yield day, Happen(kind="meter-exchange", ean=self.ean, effective=at)
        elif self.kind == "replaced":
            yield from self._replaced()
        elif self.kind == "switched on":
            day = self.later(10, 40)
            if day < len(self.moments):
                back = self.dice.choice([0, 0, 9]) * DAY
                at = self.moments[day] - back if back else None
                yield day, Happen(kind="quarter-hours-on", ean=self.ean, effective=at)

    def _expiring(self) -> Dated:
        last = len(self.moments)
        expiry = self.later(20, 60)
        if expiry >= last - 5:
            yield from ((self.first, grant) for grant in self.grants("a", self.since))
            return
        at = self.moments[expiry] - timedelta(hours=5)
        if self.kind == "renewed":
            at += timedelta(days=20)
        yield from ((self.first, grant) for grant in self.grants("a", self.since, at))
        if self.kind == "renewed":
            yield from ((expiry, grant) for grant in self.grants("a", self.since))
        elif self.number % 2:
            again = expiry + self.dice.randrange(3, 90)
            yield from ((again, grant) for grant in self.grants("a", self.since))

    def _shaken(self) -> Dated:
        for _ in range(max(1, len(self.moments) // 90)):
            day = self.later(1, 95)
            if day >= len(self.moments):
                continue
            at = self.moments[day]
            kind = self.dice.choice(["late-data", "re-estimation", "supplier-switch"])
            if kind == "late-data":
                start, days = at - 3 * DAY, self.dice.randrange(1, 45)
                until = at + self.dice.randrange(1, 15) * DAY
                yield day, Happen(kind=kind, ean=self.ean, effective=start, until=until, days=days)
            elif kind == "re-estimation":
                start = at - self.dice.randrange(2, 90) * DAY
                yield day, Happen(kind=kind, ean=self.ean, effective=start, until=start + DAY)
            else:
                yield day, Happen(kind=kind, ean=self.ean)

    def _moved(self) -> Dated:
        """Somebody else lives there from a moment in the past on, and consents later."""
        day = self.later(10, 90)
        while day in self.caps:
            day += 1
        if day >= len(self.moments):
            return
        self.caps.add(day)
        back = self.dice.choice([0, 1, 12, 45])
        effective = max(self.moments[day] - back * DAY, self.since + DAY)
        effective = effective.replace(minute=self.dice.choice([0, 15, 37]), second=0)
        if effective >= self.moments[day]:
            return
        kind = CAPPING[self.number // len(_LIVES) % len(CAPPING)]
        yield day, Happen(kind=kind, ean=self.ean, effective=effective)
        if kind != "disconnection":
            again = day + self.dice.randrange(0, 30)
            yield from ((again, grant) for grant in self.grants("b", effective))

    def _replaced(self) -> Dated:
        """A new meter, and months later word that somebody else lived there before it came: what
        it measured has to go, all of it.
        """
        day = self.later(5, 60)
        told = day + self.dice.randrange(95, 120)
        while told in self.caps:
            told += 1
        if told >= len(self.moments):
            return
        self.caps.add(told)
        yield day, Happen(kind="meter-exchange", ean=self.ean)
        before = max(self.moments[day] - 5 * DAY, self.since + DAY)
        yield told, Happen(kind="customer-change", ean=self.ean, effective=before)

    def _finished(self, grants: list[Grant]) -> Dated:
        day = self.later(20, 80)
        if day >= len(self.moments):
            return
        yield from ((day, Finish(grant=grant)) for grant in grants)
        if self.number % 2:
            again = day + self.dice.randrange(1, 60)
            yield from ((again, grant) for grant in self.grants("b", self.since))
