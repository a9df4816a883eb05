"""What an invitation asks of a customer."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from kwartier.errors import InputError
from kwartier.office.instants import from_text, to_text
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.wire.fluvius_v3 import DataServiceType

MOST_EANS: Final = 1000
MOST_SERVICES: Final = 3
_INSTANTS: Final = ("period_start", "period_end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked; what is None or empty is as the settings say when the customer clicks.

    ``services`` are Fluvius' words (``VH_dag``, ``VH_kwartier_uur``, ``VH_onbepaald``, ``IG``);
    the data asked for begins at ``period_start`` and ends before ``period_end``; the customer may
    choose at most ``max_eans`` metering points, and the provider expects ``expected_eans`` of them;
    ``sso`` spares a customer who is signed in already a second time. All but ``expected_eans`` is
    of Fluvius alone. InputError naming the field that cannot be.
    """

    services: tuple[str, ...] = ()
    period_start: datetime | None = None
    period_end: datetime | None = None
    max_eans: int | None = None
    expected_eans: int | None = None
    sso: bool | None = None

    def __post_init__(self) -> None:
        _check_services(self.services)
        for name in _INSTANTS:
            instant = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise InputError(name, "needs a time zone", "local times could mean two")
        if self.period_start is not None and self.period_end is not None:
            _check_order(self.period_start, self.period_end)
        for name in ("max_eans", "expected_eans"):
            number = getattr(self, name)
            if number is not None and not 1 <= number <= MOST_EANS:
                raise InputError(name, f"must be between 1 and {MOST_EANS}", f"got {number}")
        if (self.expected_eans or 0) > (self.max_eans or MOST_EANS):
            rule = "must not be more than max_eans"
            raise InputError("expected_eans", rule, f"{self.expected_eans} > {self.max_eans}")

    def check(self, provider: str, at: datetime) -> None:
        """InputError where they cannot be asked of ``provider``, or not any more ``at``."""
        if provider != FLUVIUS:
            for name in (one.name for one in fields(self) if one.name != "expected_eans"):
                if getattr(self, name) not in (None, ()):
                    raise InputError(name, "is of Fluvius alone", f"the provider is {provider}")
        if self.period_start is not None and self.period_start > at:
            raise InputError("period_start", "must not lie in the future")
        if self.period_end is not None and self.period_end <= at:
            raise InputError("period_end", "must lie in the future", "nothing would be asked")

    def as_text(self) -> str:
        """JSON; two terms are the same if this is."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return json.dumps({name: _told(value) for name, value in said.items() if _is_said(value)})

    @classmethod
    def of_text(cls, text: str) -> Terms:
        """The terms that :meth:`as_text` wrote."""
        said: dict[str, Any] = json.loads(text)
        said["services"] = tuple(said.get("services", ()))
        for name in _INSTANTS:
            if name in said:
                said[name] = from_text(said[name])
        return cls(**said)


def _check_services(services: tuple[str, ...]) -> None:
    known = [service.value for service in DataServiceType]
    unknown = [service for service in services if service not in known]
    if unknown:
        raise InputError("services", f"must be of {', '.join(known)}", f"got {unknown[0]!r}")
    if len(services) > MOST_SERVICES or len(set(services)) < len(services):
        raise InputError("services", f"must be at most {MOST_SERVICES}, each once")


def _check_order(start: datetime, end: datetime) -> None:
    if end <= start:
        raise InputError("period_end", "must be later than period_start", f"{end} <= {start}")


def _is_said(value: object) -> bool:
    return value is not None and value != ()


def _told(value: object) -> object:
    return to_text(value) if isinstance(value, datetime) else value
