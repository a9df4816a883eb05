"""Which slices should be there by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from kwartier.errors import InputError
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval, intersect, require_utc
from kwartier.vocabulary.local_time import BRUSSELS, day_of, day_start
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.setting import Setting

_BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalPolicy:
    """When measured values are expected to have arrived.

    Electricity (and whatever is not gas): a local day by ``next_day_by``, Brussels' time, on the
    day after. Gas: ``gas_after`` the end of the slice. Both are habits seen, not promises made by
    the grid operator, hence settings.
    """

    next_day_by: Annotated[
        time, Setting(about="electricity of a day is there by this local time on the next day")
    ] = time(12)
    gas_after: Annotated[
        timedelta, Setting(about="gas is there so long after its hour or gas day has ended")
    ] = timedelta(hours=72)

    def __post_init__(self) -> None:
        if self.gas_after < timedelta(0):
            raise InputError("gas_after", "must not be negative", f"got {self.gas_after}")

    def due_at(self, energy_type: str, end: datetime) -> datetime:
        """When a slice that ends at ``end`` should have arrived."""
        if energy_type == GAS:
            return end + self.gas_after
        day = day_of(end - timedelta(microseconds=1), ELECTRICITY) + timedelta(days=1)
        return datetime.combine(day, self.next_day_by, BRUSSELS).astimezone(UTC)

    def due_until(self, energy_type: str, now: datetime) -> datetime:
        """Slices that end at or before this instant should have arrived at ``now``."""
        now = require_utc(now, "now")
        if energy_type == GAS:
            return now - self.gas_after
        today = now.astimezone(BRUSSELS).date()
        by = datetime.combine(today, self.next_day_by, BRUSSELS)
        return day_start(today if by <= now else today - timedelta(days=1), ELECTRICITY)


DEFAULT_ARRIVAL = ArrivalPolicy()


def expected(
    permission: Permission, now: datetime, policy: ArrivalPolicy = DEFAULT_ARRIVAL
) -> list[Interval]:
    """The permitted time whose values should be there at ``now``.

    A slice is expected when it lies wholly inside one of these intervals: a day that a period
    cuts is not (see :func:`kwartier.vocabulary.granularity.slice_starts`).
    """
    due_until = policy.due_until(permission.energy_type, now)
    if due_until <= _BEGINNING:
        return []
    return intersect(permission.intervals, [Interval(_BEGINNING, due_until)])
