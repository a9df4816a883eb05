"""Who lives at the emulated heat networks: ten data owners in each environment. All made up.

Their streets, house numbers and postal codes do not exist: no Dutch postal code begins with 0.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from kwartier.emulator.fiam.contracts import Environment
from kwartier.wire.eneco import ChannelId, DeliveryAddress

_HEAT = (ChannelId.WARMTH,)
_HEAT_AND_WATER = (ChannelId.WARMTH, ChannelId.TAPWATER)
_COOLED = (ChannelId.WARMTH, ChannelId.TAPWATER, ChannelId.COOLING)
_PANELS = (ChannelId.ELECTRICITY, ChannelId.REDELIVERY, ChannelId.PRODUCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOwner:
    """A customer of Eneco: ``id`` is its UUID, in lower case.

    ``first_day`` is the first (Dutch) day of which there is data; ``size`` scales what it uses;
    ``solar_peak`` is in W of peak power, 0 without panels.
    """

    id: str
    name: str
    environment: Environment
    address: DeliveryAddress
    channels: tuple[ChannelId, ...]
    city: str
    first_day: date
    size: float
    solar_peak: int

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """What one line of the table below says."""

    name: str
    street: str
    number: str
    addition: str | None = None
    city: str
    channels: tuple[ChannelId, ...]
    first_day: date
    size: float = 1.0
    solar_peak: int = 0


_HOMES: Final = (
    _Home(
        name="Fenna Koperdraad",
        street="Emulatorkade",
        number="1",
        city="Rotterdam",
        channels=_HEAT_AND_WATER,
        first_day=date(2022, 1, 1),
    ),
    _Home(
        name="Joost Warmenhof",
        street="Emulatorkade",
        number="3",
        addition="A",
        city="Rotterdam",
        channels=_HEAT,
        first_day=date(2022, 6, 15),
        size=0.7,
    ),
    _Home(
        name="Mirre Stadsgloed",
        street="Emulatorkade",
        number="5",
        city="Rotterdam",
        channels=_COOLED,
        first_day=date(2023, 2, 1),
        size=1.2,
    ),
    _Home(
        name="Teun Zonderland",
        street="Verzonnenlaan",
        number="12",
        city="Utrecht",
        channels=(*_HEAT_AND_WATER, *_PANELS),
        first_day=date(2022, 3, 1),
        size=1.1,
        solar_peak=4_200,
    ),
    _Home(
        name="Saar Dakpan",
        street="Verzonnenlaan",
        number="14",
        city="Utrecht",
        channels=(*_COOLED, *_PANELS),
        first_day=date(2024, 1, 1),
        size=1.3,
        solar_peak=5_600,
    ),
    _Home(
        name="Wessel Pitjes",
        street="Verzonnenlaan",
        number="16",
        addition="bis",
        city="Utrecht",
        channels=(*_HEAT, ChannelId.GAS),
        first_day=date(2022, 1, 1),
        size=0.9,
    ),
    _Home(
        name="Nynke Ketelbos",
        street="Nergensplein",
        number="2",
        city="Den Haag",
        channels=(*_HEAT_AND_WATER, ChannelId.GAS, ChannelId.ELECTRICITY),
        first_day=date(2022, 9, 1),
    ),
    _Home(
        name="Daan Etagehuis",
        street="Nergensplein",
        number="4",
        addition="3 hoog",
        city="Den Haag",
        channels=_HEAT_AND_WATER,
        first_day=date(2025, 3, 30),
        size=0.5,
    ),
    _Home(
        name="Buurthuis De Denkbeeldige Hoek",
        street="Nergensplein",
        number="100",
        city="Den Haag",
        channels=_COOLED,
        first_day=date(2022, 1, 1),
        size=4.0,
    ),
    _Home(
        name="Roos Nieuwbouw",
        street="Morgenpad",
        number="7",
        city="Amsterdam",
        channels=(*_COOLED, *_PANELS),
        first_day=date(2026, 3, 1),
        size=0.8,
        solar_peak=3_100,
    ),
)

_LETTERS: Final = {Environment.PRODUCTION: "PR", Environment.ACCEPTANCE: "AC"}
"""The letters of postal codes."""


def data_owners(environment: Environment) -> list[DataOwner]:
    """The ten of an environment, in the order of their front doors."""
    return list(_of(environment).values())


def data_owner(environment: Environment, data_owner_id: str) -> DataOwner | None:
    """The one with this UUID (in lower case), if the environment has it."""
    return _of(environment).get(data_owner_id)


def environment_of(data_owner_id: str) -> Environment | None:
    """Where a data owner lives: no two environments have the same."""
    found = (each for each in Environment if data_owner_id in _of(each))
    return next(found, None)


@lru_cache(maxsize=len(Environment))
def _of(environment: Environment) -> dict[str, DataOwner]:
    return {each.id: each for each in _made(environment)}


def _made(environment: Environment) -> Iterator[DataOwner]:
    for index, home in enumerate(_HOMES, start=1):
        yield DataOwner(
            id=_identifier(environment, index),
            name=home.name,
            environment=environment,
            address=DeliveryAddress(
                street=home.street,
                house_number=home.number,
                house_number_addition=home.addition,
                postal_code=f"0{index:03d} {_LETTERS[environment]}",
                city=home.city,
                country="NL",
            ),
            channels=home.channels,
            city=home.city,
            first_day=home.first_day,
            size=home.size,
            solar_peak=home.solar_peak,
        )


def _identifier(environment: Environment, index: int) -> str:
    """``656d756c`` spells *emul*; the rest is like any other UUID."""
    digest = hashlib.sha256(f"eneco/{environment}/{index}".encode()).digest()
    return str(uuid.UUID(bytes=b"emul" + digest[:12], version=4))
