"""Examples for the documented calls: what to send, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from kwartier.emulator.fluvius_v3.openapi.members import EAN
from kwartier.emulator.registrations import CONTRACT_NUMBER
from kwartier.openapi.examples import Examples, named
from kwartier.wire.fluvius_v3 import (
    ClientSession,
    ClientSessionDataService,
    ClientSessionRequest,
    ClientSessionResponse,
    DataServiceType,
    Energy,
    EnergyResponse,
    EnergyType,
    Flow,
    GasConversionFactor,
    Headpoint,
    HeadpointType,
    Mandate,
    MandateRenewalStatus,
    Mandates,
    MandatesResponse,
    MandateStatus,
    MeasuredValue,
    Measurement,
    MeasurementSet,
    Meta,
    MockMandate,
    MockMandateRequest,
    MockMandateResponse,
    PhysicalMeter,
    RequestStatus,
    Slice,
    Unit,
    ValidationState,
)

_REFERENCE: Final = "CUSTOMER-1"
_GAS_EAN: Final = "541441010000000001"
_AMR_EAN: Final = "541450010000000001"
_YEAR: Final = datetime(2025, 12, 31, 23, tzinfo=UTC)
_DAY: Final = datetime(2026, 11, 10, 23, tzinfo=UTC)
_NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
_META: Final = Meta(fetch_time=_NOW)


def session_requests() -> Examples:
    """Bodies of ``POST /api/shortUrlIdentifier``."""
    service = ClientSessionDataService(data_service_type=DataServiceType.VH_KWARTIER_UUR)
    person = ClientSessionRequest(
        data_access_contract_number=CONTRACT_NUMBER,
        reference_number=_REFERENCE,
        flow=Flow.B2C,
        data_services=[service],
    )
    organisation = msgspec.structs.replace(
        person,
        flow=Flow.B2B,
        number_of_eans=10,
        return_url_success="https://example.org/thanks",
        return_url_failed="https://example.org/another-time",
        sso=True,
        enterprise_number="0123456789",
    )
    return named(a_person=person, an_organisation=organisation)


def session_replies() -> Examples:
    """Replies of ``POST /api/shortUrlIdentifier``."""
    made = ClientSession(
        status=RequestStatus.SUCCESS,
        short_url_identifier="0123456789abcdef" * 4,
        valid_to=_NOW + timedelta(hours=24),
    )
    failed = ClientSession(status=RequestStatus.FAILED)
    return named(
        made=ClientSessionResponse(data=made, meta=_META),
        failed=ClientSessionResponse(data=failed, meta=_META),
    )


def mandates_replies() -> Examples:
    """Replies of ``GET /api/mandate``."""
    approved = Mandate(
        reference_number=_REFERENCE,
        status=MandateStatus.APPROVED,
        ean=EAN["example"],
        energy_type=EnergyType.ELECTRICITY,
        data_period_from=_YEAR,
        data_service_type=DataServiceType.VH_KWARTIER_UUR,
        mandate_expiration_date=_NOW + timedelta(days=60),
        renewal_status=MandateRenewalStatus.TO_BE_RENEWED,
    )
    requested = Mandate(
        reference_number="CUSTOMER-2",
        status=MandateStatus.REQUESTED,
        data_period_from=_YEAR,
        data_service_type=DataServiceType.VH_DAG,
    )
    return named(found=MandatesResponse(data=Mandates(mandates=[approved, requested]), meta=_META))


def mock_requests() -> Examples:
    """Bodies of ``POST /api/mandate/mock``."""
    approved = MockMandateRequest(
        reference_number=_REFERENCE,
        ean=EAN["example"],
        data_service_type=DataServiceType.VH_KWARTIER_UUR,
        data_period_from=_YEAR,
        status=MandateStatus.APPROVED,
    )
    installation = MockMandateRequest(
        reference_number=_REFERENCE,
        ean=EAN["example"],
        data_service_type=DataServiceType.IG,
        status=MandateStatus.REQUESTED,
    )
    return named(quarter_hours=approved, installation_data=installation)


def mock_replies() -> Examples:
    """Replies of ``POST /api/mandate/mock``."""
    made = MockMandate(status=RequestStatus.SUCCESS)
    return named(made=MockMandateResponse(data=made, meta=_META))


def energy_replies() -> Examples:
    """Replies of ``GET /api/mandate/energy``."""
    quarter = MeasurementSet(total=_value(0.123, Unit.KWH))
    offtake = MeasurementSet(day=_value(4.5, Unit.KWH), night=_value(2.25, Unit.KWH))
    volume = MeasurementSet(total=_value(0.5, Unit.M3))
    energy = MeasurementSet(total=_value(5.6, Unit.KWH, GasConversionFactor.PROVISIONAL))
    power, gas = "1SAG0000000001", "1FLO0000000001"
    reactive = MeasurementSet(
        total=_value(48.2, Unit.KWH, state=ValidationState.VAL),
        inductive=_value(6.5, Unit.KVARH, state=ValidationState.VAL),
        capacitive=_value(0.25, Unit.KVARH, state=ValidationState.VAL),
    )
    company = Headpoint(
        type_=HeadpointType.METERING_ON_HEADPOINT,
        ean=_AMR_EAN,
        energy_type=EnergyType.ELECTRICITY,
        quarter_hourly_energy=[_slice(_DAY, timedelta(minutes=15), reactive)],
    )
    return named(
        quarter_hours=_reply(
            EAN["example"],
            EnergyType.ELECTRICITY,
            PhysicalMeter(
                seq_number="1",
                meter_id=power,
                quarter_hourly_energy=[_slice(_DAY, timedelta(minutes=15), quarter)],
            ),
        ),
        day=_reply(
            EAN["example"],
            EnergyType.ELECTRICITY,
            PhysicalMeter(
                seq_number="1",
                meter_id=power,
                daily_energy=[_slice(_DAY, timedelta(days=1), offtake)],
            ),
        ),
        hours_of_gas=_reply(
            _GAS_EAN,
            EnergyType.GAS,
            PhysicalMeter(
                seq_number="1",
                meter_id=gas,
                hourly_energy=[_slice(_DAY, timedelta(hours=1), volume, energy)],
            ),
        ),
        quarter_hours_at_a_headpoint=EnergyResponse(data=Energy(headpoint=company), meta=_META),
    )


def _value(
    number: float,
    unit: Unit,
    factor: GasConversionFactor | None = None,
    state: ValidationState = ValidationState.READ,
) -> MeasuredValue:
    return MeasuredValue(
        value=number,
        unit=unit,
        validation_state=state,
        gas_conversion_factor=factor,
    )


def _slice(start: datetime, length: timedelta, *offtake: MeasurementSet) -> Slice:
    measurements = [Measurement(offtake=each) for each in offtake]
    return Slice(start=start, end=start + length, measurements=measurements)


def _reply(ean: str, energy_type: EnergyType, meter: PhysicalMeter) -> EnergyResponse:
    headpoint = Headpoint(
        type_=HeadpointType.METERING_ON_METER,
        ean=ean,
        energy_type=energy_type,
        physical_meters=[meter],
    )
    return EnergyResponse(data=Energy(headpoint=headpoint), meta=_META)
