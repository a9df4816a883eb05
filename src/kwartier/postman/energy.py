"""``GET /api/mandate/energy``: what was measured, with every parameter."""

from __future__ import annotations

from typing import Final

from kwartier.postman.format import Item, Parameter, after, before, folder, get
from kwartier.wire.fluvius_v3 import EnergyGranularity, PeriodType

_DAYS: Final = EnergyGranularity.DAILY.value
_PARTS: Final = EnergyGranularity.HOURLY_QUARTERHOURLY.value
_READ: Final = PeriodType.READ_TIME.value
_STORED: Final = PeriodType.INSERT_TIME.value

PARAMETERS: Final = [
    Parameter(name="ean", description="The metering point, 18 digits.", example="{{ean}}"),
    Parameter(
        name="periodType",
        description=f"{_READ}: measured within the period; {_STORED}: stored within it, whenever "
        "it was measured.",
        example=_READ,
    ),
    Parameter(
        name="from",
        description="Start of the period (UTC), at most three years ago.",
        example="{{energyFrom}}",
    ),
    Parameter(
        name="to",
        description="End of the period (UTC), at most 185 days after its start.",
        example="{{energyTo}}",
    ),
    Parameter(
        name="granularity",
        description=f"{_DAYS}, {_PARTS}, or both with a comma between; without it, all that the "
        "mandates open.",
        example=_PARTS,
    ),
    Parameter(
        name="complexEnergyTypes",
        description="active, reactive, or both with a comma between; without it, both. Of no "
        "effect on gas.",
        example="active",
    ),
    Parameter(
        name="referenceNumber",
        description="Only what mandates under this reference number open.",
        example="{{referenceNumber}}",
    ),
]


def requests() -> Item:
    """Each granularity, period type and kind of energy; all list every parameter to tick."""
    return folder(
        "Energy",
        "Every request lists all parameters; tick those you want. Only what lies within the "
        "period of an approved mandate is told; without one, Fluvius answers 404 with "
        "Mandates.NotFound, which is no failure. energyFrom and energyTo are Brussels' midnights "
        "in UTC; gas days run from 06:00. Without ean, gasEan or headpointEan in the environment "
        "the requests for them are passed over; the folder of the mandates fills in the first two.",
        _energy(
            "Quarter-hours",
            "A slice a quarter of an hour.",
            {"granularity": _PARTS},
        ),
        _energy(
            "Days",
            "A slice a day, with its day and night registers.",
            {"granularity": _DAYS},
        ),
        _energy("Both granularities", "In one reply.", {"granularity": f"{_DAYS},{_PARTS}"}),
        _energy("All that is open", "Without a granularity: all that the mandates open.", {}),
        _energy(
            "Stored in the period",
            "Late and corrected values come this way.",
            {"periodType": _STORED},
        ),
        _energy(
            "Under one reference number",
            "Only what one customer opened.",
            {"referenceNumber": "{{referenceNumber}}"},
        ),
        _energy(
            "Gas, hours",
            "In m3, then in kWh with the gas conversion factor.",
            {"ean": "{{gasEan}}", "granularity": _PARTS},
        ),
        _energy(
            "AMR installation, active energy",
            "kWh alone.",
            {"ean": "{{headpointEan}}", "complexEnergyTypes": "active"},
        ),
        _energy(
            "AMR installation, reactive energy",
            "kVArh alone.",
            {"ean": "{{headpointEan}}", "complexEnergyTypes": "reactive"},
        ),
        _energy(
            "AMR installation, both",
            "Metered at the headpoint, and what is metered apart behind it.",
            {"ean": "{{headpointEan}}", "complexEnergyTypes": "active,reactive"},
        ),
    )


def _energy(name: str, description: str, ticked: dict[str, str]) -> Item:
    asked = {
        "ean": "{{ean}}",
        "periodType": _READ,
        "from": "{{energyFrom}}",
        "to": "{{energyTo}}",
        **ticked,
    }
    return get(
        name,
        description,
        "/api/mandate/energy",
        PARAMETERS,
        asked=asked,
        events=[
            before("only_with", needed=asked["ean"].strip("{}")),
            after("asked", "energy_reply"),
        ],
    )
