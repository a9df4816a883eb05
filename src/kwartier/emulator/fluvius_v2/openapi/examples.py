"""Examples of v2's messages: what to send, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kwartier.emulator.fluvius_v3.openapi.members import EAN
from kwartier.openapi.examples import Examples, named
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import installation as ig
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    GasConversionFactor,
    InstallationType,
    MandateStatus,
    RequestStatus,
    Unit,
    ValidationState,
)

_REFERENCE: Final = "CUSTOMER-1"
_YEAR: Final = datetime(2025, 12, 31, 23, tzinfo=UTC)
_DAY: Final = datetime(2026, 11, 10, 23, tzinfo=UTC)
_NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
_VAL: Final = ValidationState.VAL


def session_replies() -> Examples:
    """Replies of ``POST shortUrlIdentifier``."""
    made = v2.ClientSession(
        status=RequestStatus.SUCCESS,
        short_url_identifier="0123456789abcdef" * 4,
        valid_to=_NOW + timedelta(hours=24),
        fetch_time=_NOW,
    )
    failed = v2.ClientSession(status=RequestStatus.FAILED, fetch_time=_NOW)
    return named(
        made=v2.ClientSessionResponse(data=made), failed=v2.ClientSessionResponse(data=failed)
    )


def mandates_replies() -> Examples:
    """Replies of ``GET Mandate``."""
    approved = v2.Mandate(
        reference_number=_REFERENCE,
        status=MandateStatus.APPROVED,
        ean=EAN["example"],
        energy_type=EnergyType.ELECTRICITY,
        data_period_from=_YEAR,
        data_service_type=DataServiceType.VH_KWARTIER_UUR,
        mandate_expiration_date=_NOW + timedelta(days=900),
    )
    found = v2.Mandates(fetch_time=_NOW, mandates=[approved])
    none = v2.Mandates(fetch_time=_NOW, mandates=[])
    return named(found=v2.MandatesResponse(data=found), none=v2.MandatesResponse(data=none))


def energy_replies() -> Examples:
    """Replies of ``GET Mandate/energy``."""
    quarter = _measured(Unit.KWH, offtake_value=0.123, offtake_validation_state=_VAL)
    day = _measured(
        Unit.KWH,
        offtake_day_value=4.5,
        offtake_day_validation_state=_VAL,
        offtake_night_value=2.25,
        offtake_night_validation_state=_VAL,
    )
    volume = _measured(Unit.M3, offtake_value=0.5, offtake_validation_state=_VAL)
    energy = _measured(
        Unit.KWH,
        offtake_value=5.6,
        offtake_validation_state=_VAL,
        offtake_used_gcf=GasConversionFactor.PROVISIONAL,
    )
    power, gas = "1SAG0000000001", "1FLO0000000001"
    quarters = v2.Meter(seq_number=1, meter_id=power, quarter_hourly_energy=[_slice(15, quarter)])
    days = v2.Meter(seq_number=1, meter_id=power, daily_energy=[_slice(24 * 60, day)])
    hours = v2.Meter(seq_number=1, meter_id=gas, hourly_energy=[_slice(60, volume, energy)])
    return named(
        quarter_hours=_energy(electricity_meters=[quarters]),
        day=_energy(electricity_meters=[days]),
        hours_of_gas=_energy(gas_meters=[hours]),
        no_mandate=_energy(),
    )


def installation_replies() -> Examples:
    """Replies of ``GET Mandate/installation``."""
    panels = ig.LocalProduction(
        vreg_id="PVZ-0000001",
        type=InstallationType.PV,
        converter_power=4.6,
        converter_power_unit=Unit.KVA,
        inspection_date=_YEAR,
    )
    volume = ig.EstimatedVolume(
        type=ig.VolumeType.ANNUAL,
        calculated_register=ig.CalculatedRegister.OFFTAKE_HIGH,
        value=1650,
        unit=Unit.KWH,
        consumption_start_date=_YEAR - timedelta(days=365),
        consumption_end_date=_YEAR,
    )
    found = v2.Installation(
        energy_type=EnergyType.ELECTRICITY,
        meter_type=ig.MeterType.DIGITAL,
        smr3=True,
        local_production_installations=[panels],
        estimated_volumes=[volume],
    )
    return named(
        found=v2.InstallationResponse(
            data=v2.InstallationData(fetch_time=_NOW, installation=found)
        ),
        no_mandate=v2.InstallationResponse(data=v2.InstallationData(fetch_time=_NOW)),
    )


def mock_requests() -> Examples:
    """Bodies of ``POST Mandate/mock``."""
    approved = v2.MockMandateRequest(
        reference_number=_REFERENCE,
        ean=EAN["example"],
        data_service_type=DataServiceType.VH_KWARTIER_UUR,
        data_period_from=_YEAR,
        status=MandateStatus.APPROVED,
    )
    installation = v2.MockMandateRequest(
        reference_number=_REFERENCE,
        ean=EAN["example"],
        data_service_type=DataServiceType.IG,
        status=MandateStatus.APPROVED,
    )
    return named(quarter_hours=approved, installation_data=installation)


def mock_replies() -> Examples:
    """Replies of ``POST Mandate/mock``."""
    made = v2.MockMandate(status=RequestStatus.SUCCESS, fetch_time=_NOW)
    return named(made=v2.MockMandateResponse(data=made))


def _measured(unit: Unit, **members: Any) -> v2.Measurement:
    return v2.Measurement(unit=unit, **members)


def _slice(minutes: int, *measurement: v2.Measurement) -> v2.Slice:
    end = _DAY + timedelta(minutes=minutes)
    return v2.Slice(start=_DAY, end=end, measurement=list(measurement))


def _energy(**meters: list[v2.Meter]) -> v2.EnergyResponse:
    return v2.EnergyResponse(data=v2.Energy(fetch_time=_NOW, **meters))
