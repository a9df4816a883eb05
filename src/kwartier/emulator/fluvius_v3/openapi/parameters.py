"""The query parameters of the documented calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from kwartier.emulator import rules
from kwartier.emulator.fluvius_v3.openapi.members import EAN
from kwartier.emulator.metering.energy import ComplexEnergyType
from kwartier.openapi.schemas import ref
from kwartier.wire.fluvius_v3 import DataServiceType, EnergyGranularity

Parameter = dict[str, Any]

_INSTANT: Final = {"type": "string", "format": "date-time"}
_EAN: Final = {"type": "string", "pattern": EAN["pattern"]}


def _words(words: Iterable[str]) -> dict[str, Any]:
    word = f"({'|'.join(words)})"
    return {"type": "string", "pattern": f"^{word}( *[,;|] *{word})*$"}


def _optional(
    name: str, description: str, schema: dict[str, Any], example: str | None = None
) -> Parameter:
    made: Parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    made |= {"allowEmptyValue": True}  # a blank one counts as absent (our reading)
    return made if example is None else {**made, "example": example}


def _mandatory(name: str, description: str, schema: dict[str, Any], example: str) -> Parameter:
    made = {"name": name, "in": "query", "description": description, "required": True}
    return {**made, "schema": schema, "example": example}


_REFERENCE: Final = _optional(
    "referenceNumber", "Only mandates of this customer.", {"type": "string"}
)

MANDATES: Final[list[Parameter]] = [
    _REFERENCE,
    _optional("ean", "Only mandates for this metering point, 18 digits.", _EAN),
    _optional(
        "dataServiceTypes",
        "Only mandates for these data services, separated by commas.",
        _words(DataServiceType),
        "VH_dag,VH_kwartier_uur",
    ),
    _optional("energyType", "Only mandates for this energy.", ref("EnergyType")),
    _optional("status", "Only mandates of this status.", ref("MandateStatus")),
    _optional("mandateExpirationDate", "Only mandates that expire at this instant.", _INSTANT),
    _optional("renewalStatus", "Only mandates of this renewal.", ref("MandateRenewalStatus")),
    _optional("lastUpdatedFrom", "Only mandates updated at this instant or later.", _INSTANT),
    _optional("lastUpdatedTo", "Only mandates updated before this instant.", _INSTANT),
]

ENERGY: Final[list[Parameter]] = [
    _mandatory("ean", "The metering point, 18 digits.", _EAN, EAN["example"]),
    _mandatory(
        "periodType",
        "What the period is compared with: when it was measured, or when it was stored.",
        ref("PeriodType"),
        "readTime",
    ),
    _mandatory(
        "from",
        f"First instant of the period, at most {rules.YEARS_BACK} years ago; UTC.",
        _INSTANT,
        "2026-11-10T23:00:00Z",
    ),
    _mandatory(
        "to",
        f"End of the period, at most {rules.LONGEST_WINDOW.days} days after it begins; UTC. "
        "By time of reading, the last slice may end at it.",
        _INSTANT,
        "2026-11-11T23:00:00Z",
    ),
    _optional(
        "granularity",
        "Which granularities, separated by a comma, semicolon or bar; without it, all.",
        _words(EnergyGranularity),
        "hourly_quarterhourly",
    ),
    _optional(
        "complexEnergyTypes",
        "Active or reactive energy or both, separated likewise; without it, both. Not heeded "
        "for gas.",
        _words(ComplexEnergyType),
        "active",
    ),
    _REFERENCE,
]
