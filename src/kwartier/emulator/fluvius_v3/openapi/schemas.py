"""The schemas of all messages, and what is told apart by its ``$type``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kwartier.emulator.fluvius_v3.openapi.members import ALWAYS_THERE, MEMBERS
from kwartier.emulator.refusals import ErrorCasing
from kwartier.openapi.schemas import (
    REFERENCE,
    AlwaysThere,
    Members,
    Schema,
    ref,
    schemas_of,
)
from kwartier.wire.fluvius_v3 import (
    ClientSessionRequest,
    ClientSessionResponse,
    EnergyResponse,
    GatewayProblem,
    HeadpointType,
    MandatesResponse,
    MockMandateRequest,
    MockMandateResponse,
    PeriodType,
    Problem,
    SubHeadpointType,
)

_REQUESTS: Final = (ClientSessionRequest, MockMandateRequest, PeriodType)
_REPLIES: Final = (
    ClientSessionResponse,
    MandatesResponse,
    EnergyResponse,
    MockMandateResponse,
    Problem,
    GatewayProblem,
)
_NULLABLE: Final = {"ClientSessionRequest", "ClientSessionDataService", "MockMandateRequest"}

_AT_METER: Final = {"physicalMeters"}
_AT_HEADPOINT: Final = {"dailyEnergy", "hourlyEnergy", "quarterHourlyEnergy", "subHeadpoints"}
_OF_PLANT: Final = {"vregId", "type"}

_KINDS: Final[dict[str, dict[str, set[str]]]] = {
    "Headpoint": {
        HeadpointType.METERING_ON_METER: _AT_HEADPOINT,
        HeadpointType.METERING_ON_HEADPOINT: _AT_METER,
        HeadpointType.METERING_ON_HEADPOINT_AND_METER: set(),
    },
    "SubHeadpoint": {
        SubHeadpointType.OFFTAKE: _OF_PLANT,
        SubHeadpointType.PRODUCTION: set(),
        SubHeadpointType.AUXILIARY: set(),
    },
}
"""What is told apart by its ``$type``, and the members that each kind does not have."""


def schemas(casing: ErrorCasing, *, mock: bool) -> dict[str, Schema]:
    """All schemas by name, errors in ``casing``; those of mock mandates only with ``mock``."""
    structs = [each for each in (*_REQUESTS, *_REPLIES) if mock or "Mock" not in each.__name__]
    found = esco_schemas(structs, casing, MEMBERS, ALWAYS_THERE)
    for name, kinds in _KINDS.items():
        found.update(_told_apart(name, found.pop(name), kinds))
        found.pop(f"{name}Type")
    return dict(sorted(found.items()))


def esco_schemas(
    structs: Sequence[type], casing: ErrorCasing, members: Members, always_there: AlwaysThere
) -> dict[str, Schema]:
    """The schemas of ``structs`` and of all that they hold, errors in ``casing``."""
    found = schemas_of(structs, members, always_there, _NULLABLE)
    return {**found, "Problem": _cased(found["Problem"], casing)}


def _told_apart(name: str, whole: Schema, kinds: dict[str, set[str]]) -> dict[str, Schema]:
    """A schema for each kind, and the one called ``name`` that is any of them."""
    made = {}
    for kind, absent in kinds.items():
        members = {each: one for each, one in whole["properties"].items() if each not in absent}
        if "type" in members:
            # Generators of Python clients make one name of both; the mapping tells this one.
            del members["$type"]
        else:
            members["$type"] = {"type": "string", "enum": [str(kind)]}
        made[_pascal_case(kind)] = {**whole, "properties": members}
    mapping = {str(kind): REFERENCE.format(name=_pascal_case(kind)) for kind in kinds}
    any_of: Schema = {
        "description": whole["description"],
        "anyOf": [ref(each) for each in made],
        "discriminator": {"propertyName": "$type", "mapping": mapping},
    }
    return {name: any_of, **made}


def _pascal_case(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))


def _cased(schema: Schema, casing: ErrorCasing) -> Schema:
    properties = {casing.of(name): member for name, member in schema["properties"].items()}
    required = [casing.of(name) for name in schema["required"]]
    return {**schema, "properties": properties, "required": required}
