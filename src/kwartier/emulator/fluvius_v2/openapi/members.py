"""What the members of v2's messages mean, where they are not as in v3."""

from __future__ import annotations

from typing import Final

from kwartier.emulator.fluvius_v3.openapi import members as v3
from kwartier.openapi.schemas import AlwaysThere, Member, Members

_FETCHED: Final[dict[str, Member]] = {"fetchTime": v3.MEMBERS["Meta"]["fetchTime"]}


def _renamed(schema: str, **names: str) -> dict[str, Member]:
    """v3's members of ``schema``, some of them by other names."""
    return {names.get(name, name): member for name, member in v3.MEMBERS[schema].items()}


MEMBERS: Final[Members] = {
    **v3.MEMBERS,
    "ClientSession": {**v3.MEMBERS["ClientSession"], **_FETCHED},
    "Mandate": _renamed("Mandate", ean="eanNumber"),
    "Mandates": _FETCHED,
    "MockMandateRequest": _renamed("MockMandateRequest", ean="eanNumber"),
    "MockMandate": _FETCHED,
    "Slice": _renamed("Slice", start="timestampStart", end="timestampEnd"),
    "Measurement": {
        "unit": {"description": "Of all values beside it."},
        "offtakeUsedGCF": {"description": "Which gas conversion factor made kWh of m3."},
    },
    "Meter": v3.MEMBERS["PhysicalMeter"],
    "Energy": {
        **_FETCHED,
        "electricityMeters": {"description": "Digital meters; empty for gas, and of AMR."},
        "gasMeters": {"description": "Digital meters; empty for electricity, and of AMR."},
    },
    "Installation": {
        "smr3": {"description": "Whether quarter-hours (gas: hours) are registered."},
        "localProductionInstallation": {"description": "What produces behind the meter."},
        "exV": {"description": "Volumes that are expected in a year, by register."},
    },
    "InstallationData": {
        **_FETCHED,
        "installation": {"description": "Absent without a mandate that opens it."},
    },
}

ALWAYS_THERE: Final[AlwaysThere] = {
    "Mandates": ("fetchTime",),
    "ClientSession": ("fetchTime",),
    "MockMandate": ("fetchTime",),
    "Energy": ("gasMeters", "electricityMeters"),
    "Meter": ("seqNumber", "meterID"),
    "InstallationData": ("fetchTime",),
    "Installation": ("energyType", "meterType", "smr3", "localProductionInstallation", "exV"),
}
"""Members of replies that the wire structs take as optional, and every reply has."""
