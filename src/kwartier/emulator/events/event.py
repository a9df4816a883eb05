"""The events, their rules, and how one is read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from kwartier.emulator import rules
from kwartier.emulator.durations import Duration, is_duration
from kwartier.emulator.eneco.data_owners import environment_of
from kwartier.emulator.metering.sandbox_ean import SANDBOX_EANS, is_sandbox_ean
from kwartier.emulator.personas import CUSTOMERS
from kwartier.errors import InputError
from kwartier.vocabulary.local_time import parse_instant


class EventKind(StrEnum):
    """What can happen."""

    CUSTOMER_CHANGE = "customer-change"
    COMBINED_SWITCH = "combined-switch"
    MOVE = "move"
    DISCONNECTION = "disconnection"
    SUPPLIER_SWITCH = "supplier-switch"
    METER_EXCHANGE = "meter-exchange"
    QUARTER_HOURS_ON = "quarter-hours-on"
    LATE_DATA = "late-data"
    RE_ESTIMATION = "re-estimation"
    CONTRACT_ENDED = "contract-ended"


CAPPING = frozenset(
    {
        EventKind.CUSTOMER_CHANGE,
        EventKind.COMBINED_SWITCH,
        EventKind.MOVE,
        EventKind.DISCONNECTION,
    }
)
"""They end the grid user's own time, and with it the period of mandates."""

OF_DATA_OWNERS = (
    EventKind.MOVE,
    EventKind.DISCONNECTION,
    EventKind.CONTRACT_ENDED,
    EventKind.LATE_DATA,
    EventKind.RE_ESTIMATION,
)
"""What can happen to Eneco's data owners."""

_NEW_GRID_USER = CAPPING - {EventKind.DISCONNECTION}
_WINDOWED = frozenset({EventKind.LATE_DATA, EventKind.RE_ESTIMATION})

MOST_DAYS_LATE = 366


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened, at ``effective``, and that became known at ``recorded_at``: to
    Fluvius at ``ean``, or to Eneco of ``data_owner``.

    Both are None for the end of the data access contract only. ``customer`` (an id) is who comes
    after, if that is somebody that we know. ``until`` (exclusive) ends a window of late or
    estimated data, ``days`` is how many days later data comes.
    """

    kind: EventKind
    effective: datetime
    recorded_at: datetime
    ean: str | None = None
    data_owner: str | None = None
    customer: str | None = None
    until: datetime | None = None
    days: int | None = None


class EventAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event as people write it. Times are read like ``--clock``, or are durations from the
    moment at which it is recorded (``-P20D``); ``effective`` None is that moment.
    """

    kind: str
    ean: str | None = None
    data_owner: str | None = None
    effective: str | None = None
    customer: str | None = None
    until: str | None = None
    days: int | None = None

    def happening(self, now: datetime) -> Event:
        """The event, recorded at ``now``. Raises :class:`InputError` for a broken rule."""
        try:
            kind = EventKind(self.kind)
        except ValueError as error:
            raise InputError(
                "kind", f"must be one of {', '.join(EventKind)}", self.kind[:40]
            ) from error
        self._check(kind)
        effective = now if self.effective is None else _moment(self.effective, now, "effective")
        until = None if self.until is None else _moment(self.until, now, "until")
        if until is not None and until <= effective:
            raise InputError("until", "must be later than effective")
        return Event(
            kind=kind,
            effective=effective,
            recorded_at=now,
            ean=self.ean,
            data_owner=None if self.data_owner is None else self.data_owner.lower(),
            customer=self.customer,
            until=until,
            days=self.days,
        )

    def _check(self, kind: EventKind) -> None:
        if self.data_owner is not None:
            self._check_data_owner(kind, self.data_owner.lower())
        elif kind is EventKind.CONTRACT_ENDED:
            _refuse(self.ean is not None, "ean", "the contract is everybody's; leave it out")
        elif self.ean is None or not is_sandbox_ean(self.ean):
            raise InputError("ean", f"must be one of the emulator's: {SANDBOX_EANS}")
        if self.customer is not None:
            _refuse(kind not in _NEW_GRID_USER, "customer", f"nobody comes after {kind}")
            _refuse(
                self.customer not in CUSTOMERS, "customer", f"must be one of {', '.join(CUSTOMERS)}"
            )
        windowed = kind in _WINDOWED
        _refuse(windowed and self.until is None, "until", f"{kind} needs it")
        _refuse(not windowed and self.until is not None, "until", f"{kind} has none")
        late = kind is EventKind.LATE_DATA
        _refuse(not late and self.days is not None, "days", f"{kind} has none")
        _refuse(
            late and not 1 <= (self.days or 0) <= MOST_DAYS_LATE,
            "days",
            f"{kind} needs 1 to {MOST_DAYS_LATE} of them",
        )

    def _check_data_owner(self, kind: EventKind, data_owner: str) -> None:
        """Eneco's customers move and end their contracts; their data comes late, or anew."""
        _refuse(self.ean is not None, "ean", "cannot go with data_owner")
        _refuse(
            environment_of(data_owner) is None, "data_owner", "must be one of the emulator's UUIDs"
        )
        _refuse(kind not in OF_DATA_OWNERS, "kind", f"of data owners: {', '.join(OF_DATA_OWNERS)}")
        _refuse(self.customer is not None, "customer", "nobody known comes after a data owner")


def _refuse(broken: bool, field: str, rule: str) -> None:
    if broken:
        raise InputError(field, rule)


def _moment(text: str, now: datetime, field: str) -> datetime:
    if is_duration(text):
        return Duration.parse(text, field).after(now, field)
    moment = parse_instant(text, field)
    if rules.read_instant(moment.isoformat()) is None:
        raise InputError(field, "must be in a year of this era")
    return moment
