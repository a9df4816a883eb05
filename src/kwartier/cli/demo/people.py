"""The demo's customers: made up, a few of them in every situation that a provider meets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kwartier.cli.services import Service
from kwartier.fluvius import MandateStatus
from kwartier.registry.customers import CustomerChange

CLOCK: Final = datetime(2026, 11, 20, 11, tzinfo=UTC)
FIRST_DAY: Final = "2025-10-20"
MOVED_OUT: Final = "2026-08-16"

_BOTH: Final[tuple[Service, ...]] = ("day", "quarter")
_DAY: Final[tuple[Service, ...]] = ("day",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer and what became of the request; ``kind`` picks the household's traits.

    ``kind`` is the hundreds digit of a sandbox EAN in the emulator: 0 plain, 2 electric vehicle,
    4 heat pump, 6 both, 7 flat, 8 shop, 9 quarter-hours not switched on.
    """

    name: str
    kind: int
    has_pv: bool = False
    has_gas: bool = True
    flow: str = "B2C"
    services: tuple[Service, ...] = _BOTH
    status: MandateStatus = MandateStatus.APPROVED
    until: str | None = None
    about: str = ""


PEOPLE: Final = (
    Person(name="Emma Peeters", kind=0, about="plain"),
    Person(name="Noah Janssens", kind=2, has_pv=True, about="car, solar"),
    Person(name="Mila Maes", kind=4, has_pv=True, has_gas=False, about="heat pump, solar"),
    Person(name="Lucas Jacobs", kind=6, has_pv=True, has_gas=False, about="car, heat pump, solar"),
    Person(name="Louise Mertens", kind=7, about="flat"),
    Person(name="Bakkerij Willems", kind=8, flow="B2B", about="bakery"),
    Person(name="Arthur Claes", kind=0, until=MOVED_OUT, about="moved out"),
    Person(name="Olivia Goossens", kind=0, status=MandateStatus.REJECTED, about="refused"),
    Person(name="Adam Wouters", kind=0, status=MandateStatus.REQUESTED, about="not yet answered"),
    Person(name="Nora De Smet", kind=9, about="no quarter-hours"),
    Person(name="Vic Dubois", kind=0, services=_DAY, about="day values only"),
    Person(name="Ella Hermans", kind=0, has_pv=True),
    Person(name="Finn Martens", kind=2),
    Person(name="Juliette Aerts", kind=1),
    Person(name="Leon Pauwels", kind=0, has_pv=True),
    Person(name="Anna Michiels", kind=4, has_gas=False),
    Person(name="Kapsalon Thijs", kind=8, flow="B2B"),
    Person(name="Jules Hendrickx", kind=1, has_pv=True),
    Person(name="Marie Segers", kind=7),
    Person(name="Otis Lemmens", kind=3),
    Person(name="Lina Cools", kind=0),
    Person(name="Matteo Bogaert", kind=1, has_pv=True),
    Person(name="Alice Stevens", kind=7, has_gas=False),
    Person(name="Gust Desmet", kind=5, has_pv=True, has_gas=False),
    Person(name="Hannah Lambert", kind=0),
)


def customer(number: int, person: Person) -> CustomerChange:
    """The person as a customer of the provider."""
    return CustomerChange(customer_id=f"c-{number:03d}", label=person.name, flow=person.flow)


def eans(number: int, person: Person) -> list[str]:
    """The person's metering points: electricity, and gas for most."""
    serial = f"0000000{person.kind}{number:02d}"
    injection = "1" if person.has_pv else "0"
    electricity = f"541440{injection}1{serial}"
    return [electricity, f"54144101{serial}"] if person.has_gas else [electricity]
