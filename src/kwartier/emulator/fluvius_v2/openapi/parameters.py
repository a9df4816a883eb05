"""v2's query parameters: v3's by other names, lists as repeated parameters."""

from __future__ import annotations

from typing import Any, Final

from kwartier.emulator.fluvius_v3.openapi.parameters import ENERGY as V3_ENERGY
from kwartier.emulator.fluvius_v3.openapi.parameters import MANDATES as V3_MANDATES
from kwartier.openapi.schemas import ref

Parameter = dict[str, Any]

_NOT_IN_V2: Final = {"granularity", "complexEnergyTypes", "dataServiceTypes"}
_SERVICES: Final[Parameter] = {
    "name": "DataServiceType",
    "in": "query",
    "description": "Only these data services; repeated for several. Without it, all.",
    "schema": {"type": "array", "items": ref("DataServiceType")},
    "example": ["VH_dag", "VH_kwartier_uur"],
}


def _in_v2(parameters: list[Parameter]) -> list[Parameter]:
    alike = [each for each in parameters if each["name"] not in _NOT_IN_V2]
    return [{**each, "name": _named(each["name"])} for each in alike]


def _named(name: str) -> str:
    return "EanNumber" if name == "ean" else name[0].upper() + name[1:]


MANDATES: Final = [*_in_v2(V3_MANDATES), _SERVICES]
ENERGY: Final = [*_in_v2(V3_ENERGY), _SERVICES]
INSTALLATION: Final = [each for each in ENERGY if each["name"] in ("EanNumber", "ReferenceNumber")]
