"""A sandbox to try claims in: its time, and mock mandates of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from kwartier.errors import KwartierError
from kwartier.fluvius.refusals import refusal
from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import CannotTry, Otherwise
from kwartier.verify.line import Line, Target
from kwartier.verify.own import Block, Own, Point
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_of, day_start

PERIOD_DAYS: Final = 500
"""How long ago the periods of the mandates begin that cases share."""


class Lab:
    """``now`` is the service's own time when the run began, to the second."""

    def __init__(self, line: Line, own: Own, now: datetime) -> None:
        self.line = line
        self.own = own
        self.now = now
        self._shared: dict[Block, Point] = {}

    def mock(self, reference: str, ean: str, service: str, /, **more: Any) -> Reply:
        """Ask for a mock mandate: approved, its period begun 500 days ago, unless ``more`` says
        otherwise; a member that is None is left out.
        """
        body = {
            "referenceNumber": reference,
            "ean": ean,
            "dataServiceType": service,
            "dataPeriodFrom": iso(self.midnight(PERIOD_DAYS)),
            "status": "Approved",
            **more,
        }
        given = {name: value for name, value in body.items() if value is not None}
        return self.line.post("/api/mandate/mock", given)

    def point(self, block: Block, *services: str, **more: Any) -> Point:
        """A metering point of its own with a mandate for each of ``services``, to ask values of."""
        return self._with_mandates(self.own.ean(block), services, more)

    def mandate(self, block: Block, *services: str, **more: Any) -> Point:
        """A reference of its own with a mandate for each of ``services``, to be listed only."""
        return self._with_mandates(self.own.common_ean(block), services, more)

    def _with_mandates(self, ean: str, services: Sequence[str], more: dict[str, Any]) -> Point:
        point = Point(ean=ean, reference=self.own.reference())
        for service in services:
            self.add(point, service, **more)
        return point

    def add(self, point: Point, service: str, **more: Any) -> Reply:
        """One more mandate of ``point``; the reply that it was made."""
        made = self.mock(point.reference, point.ean, service, **more)
        if not made.is_success:
            raise CannotTry(f"no mock mandate was made ({seen.outcome(made)})")
        return made

    def shared(self, block: Block) -> Point:
        """The one point of ``block`` that cases share which only read: day and fine values."""
        if block not in self._shared:
            self._shared[block] = self.point(block, "VH_dag", "VH_kwartier_uur")
        return self._shared[block]

    def mandates(self, reference: str, **query: str) -> Reply:
        """``GET /api/mandate`` of one reference."""
        return self.line.get("/api/mandate", {"referenceNumber": reference, **query})

    def energy(self, point: Point, start: datetime, end: datetime, **query: str) -> Reply:
        """``GET /api/mandate/energy`` by reading, under the point's reference."""
        window = {"from": iso(start), "to": iso(end)}
        asked = {"ean": point.ean, "periodType": "readTime", "referenceNumber": point.reference}
        return self.line.get("/api/mandate/energy", {**asked, **window, **query})

    def midnight(self, days_ago: int, energy_type: str = ELECTRICITY) -> datetime:
        """When the local day so many days ago began (gas: at 06:00); negative for days to come."""
        return day_start(self.today - timedelta(days=days_ago), energy_type)

    @property
    def today(self) -> date:
        """The local day that it is at the service."""
        return day_of(self.now, ELECTRICITY)


@contextmanager
def open_lab(target: Target, *, dice: Random) -> Iterator[Lab]:
    """Sign in, ask the time, and see which EANs carry mandates already, to leave them alone.

    Raises :class:`~kwartier.errors.KwartierError` when there is no token or answer to be had.
    """
    labels: dict[str, str] = {}
    with Line(target, labels) as line:
        listed = line.get("/api/mandate", {})
        if seen.outcome(listed) not in (seen.ACCEPTED, seen.NO_MANDATES):
            raise refusal(listed)
        yield Lab(line, Own(dice, _carried(listed), labels), _time_of(listed))


def iso(moment: datetime) -> str:
    """As the API writes it: UTC to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _carried(listed: Reply) -> dict[str, set[str]]:
    """By EAN, the references under which it carries mandates."""
    try:
        found = seen.mandates(listed)
    except Otherwise as error:
        raise KwartierError(
            f"the list of mandates cannot be read ({error}), so which EANs are in use is unknown"
        ) from error
    carried: dict[str, set[str]] = {}
    for one in found:
        carried.setdefault(str(one.get("ean")), set()).add(str(one.get("referenceNumber")))
    return carried


def _time_of(reply: Reply) -> datetime:
    if reply.date is None:
        raise KwartierError("the service's replies carry no Date header, so its time is unknown")
    return reply.date.astimezone(UTC).replace(microsecond=0)
