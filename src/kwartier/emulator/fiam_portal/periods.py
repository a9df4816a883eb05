"""From when until when a data owner consents: as the form says, and as a contract does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.emulator.fiam.contracts import CONSENT_YEARS, period_of
from kwartier.emulator.rules import add_months
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.web.forms import Form
from kwartier.web.stops import Stop
from kwartier.wire.fiam import Contract

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a data owner may choose today: our reading of what a consent may span."""

    today: date

    @property
    def earliest(self) -> date:
        """The first day that may be shared: as far back as a consent reaches forward."""
        return _months_on(self.today, -12 * CONSENT_YEARS)

    @property
    def proposed(self) -> date:
        """The last day of a consent of one year."""
        return _months_on(self.today, 12) - _DAY

    @property
    def latest(self) -> date:
        """The last day of the longest consent, which one without an end is taken for."""
        return _months_on(self.today, 12 * CONSENT_YEARS) - _DAY


def bounds(now: datetime) -> Bounds:
    """Those of the Dutch day of ``now``; Amsterdam's clock shows the same as Brussels'."""
    return Bounds(today=now.astimezone(BRUSSELS).date())


def read_period(form: Form, allowed: Bounds) -> tuple[date, date]:
    """The first day, and the day after the last; :class:`Stop` when they cannot be."""
    first = _day(form.text("first_day")) or allowed.today
    last = _day(form.text("last_day")) or allowed.latest
    if not allowed.earliest <= first <= allowed.today <= last <= allowed.latest:
        raise Stop(400, "stop_period")
    return first, last + _DAY


def is_for(contract: Contract, first: date, end: date) -> bool:
    """Whether it is for this very period."""
    start, ends = (each.astimezone(BRUSSELS) for each in period_of(contract))
    return (start.date(), ends.date()) == (first, end)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise Stop(400, "stop_date")
        return date.fromisoformat(text)
    except ValueError as error:
        raise Stop(400, "stop_date") from error


def _months_on(day: date, months: int) -> date:
    return add_months(datetime.combine(day, datetime.min.time()), months).date()
