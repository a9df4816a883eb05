"""Scenarios: a story of customers and events, told by the clock. Files are TOML.

Every time in one is an instant, read like ``--clock``, or a duration: of a step since the
scenario's start, of what a step speaks of since the step.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import msgspec

from kwartier.emulator.durations import Duration, is_duration
from kwartier.emulator.events.event import EventAsked
from kwartier.errors import ConfigurationError, InputError
from kwartier.vocabulary.local_time import parse_instant
from kwartier.wire.fluvius_v3 import DataServiceType
from kwartier.wire.unreadable import UNREADABLE

_SHIPPED = "scenarios"


class _Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    at: str


class Ask(_Step, frozen=True, kw_only=True, tag="ask"):
    """A customer completes a journey; asked again, it renews. Omit ``period_from`` for IG."""

    customer: str
    reference: str
    eans: list[str]
    services: list[DataServiceType]
    period_from: str | None = None
    period_to: str | None = None
    environment: str = "sandbox"


class Answer(_Step, frozen=True, kw_only=True, tag="answer"):
    """A grid user answers all that waits for an answer under a reference."""

    customer: str
    reference: str
    approve: bool
    environment: str = "sandbox"


class Delete(_Step, frozen=True, kw_only=True, tag="delete"):
    """A customer deletes all mandates under a reference."""

    customer: str
    reference: str
    environment: str = "sandbox"


class Happen(_Step, frozen=True, kw_only=True, tag="event"):
    """An event; its members are those of ``POST /_emulator/events``."""

    kind: str
    ean: str | None = None
    data_owner: str | None = None
    effective: str | None = None
    customer: str | None = None
    until: str | None = None
    days: int | None = None

    def asked(self) -> EventAsked:
        """The event as it would be posted."""
        names = EventAsked.__struct_fields__
        return EventAsked(**{name: getattr(self, name) for name in names})


Step = Ask | Answer | Delete | Happen


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``start`` is where its clock begins; ``steps`` happen in order, each at its time."""

    title: str
    start: str
    steps: list[Step]

    def begins(self) -> datetime:
        """The instant at which it starts."""
        return parse_instant(self.start, "start")

    def due(self, step: Step) -> datetime:
        """When a step happens."""
        return moment(step.at, self.begins(), "at")


def moment(text: str, since: datetime, field: str) -> datetime:
    """An instant, or a duration since another. Raises :class:`InputError`."""
    if is_duration(text):
        return Duration.parse(text, field).after(since, field)
    return parse_instant(text, field)


def shipped_scenarios() -> list[str]:
    """The names of those that come with the emulator."""
    folder = files(__package__).joinpath(_SHIPPED)
    names = [each.name for each in folder.iterdir()]
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load_scenario(name: str) -> Scenario:
    """A shipped one by its name, or a file by its path (it ends in ``.toml``).

    Raises :class:`ConfigurationError` when there is none or it cannot be read.
    """
    try:
        if name.endswith(".toml"):
            return read_scenario(Path(name).read_bytes(), name)
        if name in shipped_scenarios():
            shipped = files(__package__).joinpath(_SHIPPED, f"{name}.toml")
            return read_scenario(shipped.read_bytes(), name)
    except OSError as error:
        raise ConfigurationError(
            f"scenario {name} cannot be read ({error.strerror}); name a file that exists"
        ) from error
    raise ConfigurationError(
        f"scenario {name[:80]} is not known; name a .toml file, or one of "
        f"{', '.join(shipped_scenarios())}"
    )


def read_scenario(content: bytes, name: str) -> Scenario:
    """A scenario's TOML. Raises :class:`ConfigurationError` that names ``name``."""
    try:
        scenario = msgspec.toml.decode(content, type=Scenario)
        times = [scenario.begins(), *(scenario.due(step) for step in scenario.steps)]
    except (*UNREADABLE, ValueError) as error:
        raise ConfigurationError(f"scenario {name[:80]} cannot be read ({error})") from error
    if times != sorted(times):
        raise ConfigurationError(f"scenario {name[:80]}: steps must be in order of time")
    for number, (step, due) in enumerate(zip(scenario.steps, times[1:], strict=True), 1):
        if isinstance(step, Happen):
            _check_event(step, due, f"scenario {name[:80]}, step {number}")
    return scenario


def _check_event(step: Happen, due: datetime, called: str) -> None:
    try:
        step.asked().happening(due)
    except InputError as error:
        raise ConfigurationError(f"{called}: {error}") from error
