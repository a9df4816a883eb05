"""Installation data (IG) of the Fluvius ESCO API: what is connected at a metering point.

The two versions name two of the lists differently, see :mod:`kwartier.wire.fluvius_v2`. That v2's
entries have v3's members, and that ``smr3`` is a flag, is our reading.
"""

from __future__ import annotations

from msgspec import field

from kwartier.wire.fluvius_v3 import (
    ApiStruct,
    EnergyType,
    InstallationType,
    Instant,
    Meta,
    Unit,
)
from kwartier.wire.open_enum import OpenEnum


class MeterType(OpenEnum):
    """A classic meter (``KM``) or a digital one (``DM``)."""

    CLASSIC = "KM"
    DIGITAL = "DM"


class VolumeType(OpenEnum):
    """Which volume is estimated: ``EAV``, that of a year."""

    ANNUAL = "EAV"


class CalculatedRegister(OpenEnum):
    """Which register a volume is estimated for."""

    UNKNOWN = "Unknown"
    OFFTAKE_TOTAL_HOURS = "OfftakeTotalHours"
    OFFTAKE_HIGH = "OfftakeHigh"
    OFFTAKE_LOW = "OfftakeLow"
    OFFTAKE_EXCLUSIVE_NIGHT = "OfftakeExclusiveNight"
    COMPENSATED_OFFTAKE_TOTAL_HOURS = "CompensatedOfftakeTotalHours"
    COMPENSATED_OFFTAKE_HIGH = "CompensatedOfftakeHigh"
    COMPENSATED_OFFTAKE_LOW = "CompensatedOfftakeLow"
    INJECTION_TOTAL_HOURS = "InjectionTotalHours"
    INJECTION_HIGH = "InjectionHigh"
    INJECTION_LOW = "InjectionLow"


class LocalProduction(ApiStruct, frozen=True, kw_only=True):
    """One installation that produces; ``converter_power`` in ``converter_power_unit``."""

    vreg_id: str | None = None
    type: InstallationType | None = None
    converter_power: float | None = None
    converter_power_unit: Unit | None = None
    inspection_date: Instant | None = None


class EstimatedVolume(ApiStruct, frozen=True, kw_only=True):
    """What one register is expected to count in a year, in whole ``unit``."""

    type: VolumeType | None = None
    calculated_register: CalculatedRegister | None = None
    value: int | None = None
    unit: Unit | None = None
    consumption_start_date: Instant | None = None
    consumption_end_date: Instant | None = None


class Installation(ApiStruct, frozen=True, kw_only=True, omit_defaults=False):
    """One metering point's installation, as v3 describes it."""

    energy_type: EnergyType | None = None
    meter_type: MeterType | None = None
    smr3: bool | None = None
    local_production_installations: list[LocalProduction] = field(default_factory=list)
    estimated_volumes: list[EstimatedVolume] = field(default_factory=list)


class InstallationData(ApiStruct, frozen=True, kw_only=True):
    """One metering point's installation, if a mandate opens it."""

    installation: Installation | None = None


class InstallationResponse(ApiStruct, frozen=True, kw_only=True):
    """Reply of v3; no path of it is documented."""

    data: InstallationData
    meta: Meta | None = field(default=None, name="_meta")
