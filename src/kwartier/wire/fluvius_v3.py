"""Fluvius ESCO API v3: requests and replies as they go over the wire.

Member names are the API's (camelCase in JSON, snake_case here). Members that do not apply are
omitted, never null or empty: clients take a present array for data. Date-times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import field

from kwartier.wire.open_enum import OpenEnum

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A date-time with its zone: one without says nothing and is refused on reading."""


class DataServiceType(OpenEnum):
    """What a mandate opens: day values, quarter-hour (gas: hour) values, or installation data."""

    VH_DAG = "VH_dag"
    VH_KWARTIER_UUR = "VH_kwartier_uur"
    VH_ONBEPAALD = "VH_onbepaald"
    IG = "IG"


class EnergyType(OpenEnum):
    """What a metering point carries."""

    ELECTRICITY = "E"
    GAS = "G"


class MandateStatus(OpenEnum):
    """Where a mandate is in its life; only Approved opens data."""

    REQUESTED = "Requested"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    FINISHED = "Finished"


class MandateRenewalStatus(OpenEnum):
    """Shown from three months before expiry on."""

    TO_BE_RENEWED = "ToBeRenewed"
    RENEWAL_REQUESTED = "RenewalRequested"
    EXPIRED = "Expired"


class PeriodType(OpenEnum):
    """``readTime``: measured within the period; ``insertTime``: stored by Fluvius within it."""

    READ_TIME = "readTime"
    INSERT_TIME = "insertTime"


class Flow(OpenEnum):
    """Who is sent to Mijn Fluvius: an organisation or a private person."""

    B2B = "B2B"
    B2C = "B2C"


class EnergyGranularity(OpenEnum):
    """Values of the query parameter ``granularity``."""

    DAILY = "daily"
    HOURLY_QUARTERHOURLY = "hourly_quarterhourly"


class HeadpointType(OpenEnum):
    """Values of a headpoint's ``$type``."""

    METERING_ON_METER = "metering-on-meter"
    METERING_ON_HEADPOINT = "metering-on-headpoint"
    METERING_ON_HEADPOINT_AND_METER = "metering-on-headpoint-and-meter"


class RequestStatus(OpenEnum):
    """How a POST ended: a failed one is answered with HTTP status 200, too."""

    SUCCESS = "success"
    FAILED = "failed"


class SubHeadpointType(OpenEnum):
    """Values of a sub-headpoint's ``$type``: what is metered apart."""

    PRODUCTION = "submetering-production"
    AUXILIARY = "submetering-auxiliary"
    OFFTAKE = "submetering-offtake"


class InstallationType(OpenEnum):
    """Values of a sub-headpoint's ``type``: the kind of installation, as the API abbreviates it."""

    UNKNOWN = "?"
    NDGR = "NDGR"
    NDGR2 = "NDGR2"
    PV = "PV"
    WKKB = "WKKB"
    WKKD = "WKKD"
    WKKA = "WKKA"
    WTR = "WTR"
    WND = "WND"
    TBJT = "TBJT"
    ORC = "ORC"
    BC = "BC"
    BIOM = "BIOM"
    DSL = "DSL"
    FOSM = "FOSM"
    PPPV = "PPPV"
    PPBAT = "PPBAT"
    BAT = "BAT"


class Unit(OpenEnum):
    """What a value is counted in."""

    KWH = "kWh"
    KVARH = "kVArh"
    KVA = "kVA"
    KW = "kW"
    M3 = "m3"
    UNKNOWN = "?"


class ValidationState(OpenEnum):
    """How far a value can be trusted: READ or EST of a meter, VAL or NVAL of a headpoint."""

    READ = "READ"
    EST = "EST"
    VAL = "VAL"
    NVAL = "NVAL"


class GasConversionFactor(OpenEnum):
    """Which factor made kWh of m3."""

    PROVISIONAL = "P"
    DEFINITIVE = "D"
    CONSTANT = "C"


class ApiStruct(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What all messages share: camelCase in JSON, null members left out."""


class Meta(ApiStruct, frozen=True, kw_only=True):
    """When the reply was made."""

    fetch_time: Instant


# --- short URL ---------------------------------------------------------------------------------


class ClientSessionDataService(ApiStruct, frozen=True, kw_only=True):
    """One data service asked of the customer; both ends null lets the customer choose."""

    data_service_type: DataServiceType
    data_period_from: Instant | None = None
    data_period_to: Instant | None = None


class ClientSessionRequest(ApiStruct, frozen=True, kw_only=True):
    """Body of ``POST /api/shortUrlIdentifier``."""

    data_access_contract_number: str
    reference_number: str
    flow: Flow
    data_services: list[ClientSessionDataService]
    number_of_eans: int | None = None
    return_url_success: str | None = None
    return_url_failed: str | None = None
    sso: bool | None = None
    enterprise_number: str | None = None


class ClientSession(ApiStruct, frozen=True, kw_only=True):
    """``status`` success with an identifier (valid for 24 hours), or failed without one."""

    status: RequestStatus
    short_url_identifier: str | None = None
    valid_to: Instant | None = None


class ClientSessionResponse(ApiStruct, frozen=True, kw_only=True):
    """Reply of ``POST /api/shortUrlIdentifier``."""

    data: ClientSession
    meta: Meta | None = field(default=None, name="_meta")


# --- mandates ----------------------------------------------------------------------------------


class Mandate(ApiStruct, frozen=True, kw_only=True):
    """One mandate; ``ean`` and ``energy_type`` are there only while it is Approved."""

    reference_number: str | None = None
    status: MandateStatus | None = None
    ean: str | None = None
    energy_type: EnergyType | None = None
    data_period_from: Instant | None = None
    data_period_to: Instant | None = None
    data_service_type: DataServiceType | None = None
    mandate_expiration_date: Instant | None = None
    renewal_status: MandateRenewalStatus | None = None


class Mandates(ApiStruct, frozen=True, kw_only=True):
    """The mandates that a request found."""

    mandates: list[Mandate]


class MandatesResponse(ApiStruct, frozen=True, kw_only=True):
    """Reply of ``GET /api/mandate``."""

    data: Mandates
    meta: Meta | None = field(default=None, name="_meta")


class MockMandateRequest(ApiStruct, frozen=True, kw_only=True):
    """Body of ``POST /api/mandate/mock`` (sandbox only)."""

    reference_number: str
    ean: str
    data_service_type: DataServiceType
    data_period_from: Instant | None = None
    data_period_to: Instant | None = None
    status: MandateStatus | None = None
    mandate_expiration_date: Instant | None = None
    renewal_status: MandateRenewalStatus | None = None


class MockMandate(ApiStruct, frozen=True, kw_only=True):
    """``status`` success."""

    status: RequestStatus


class MockMandateResponse(ApiStruct, frozen=True, kw_only=True):
    """Reply of ``POST /api/mandate/mock``."""

    data: MockMandate
    meta: Meta | None = field(default=None, name="_meta")


# --- energy ------------------------------------------------------------------------------------


class MeasuredValue(ApiStruct, frozen=True, kw_only=True, gc=False):
    """One register's value over one slice; ``value`` in ``unit`` (kWh, kVArh, m3, ...)."""

    value: float | None = None
    unit: Unit | None = None
    validation_state: ValidationState | None = None
    gas_conversion_factor: GasConversionFactor | None = None


class MeasurementSet(ApiStruct, frozen=True, kw_only=True, gc=False):
    """The registers of one direction."""

    total: MeasuredValue | None = None
    day: MeasuredValue | None = None
    night: MeasuredValue | None = None
    reactive: MeasuredValue | None = None
    inductive: MeasuredValue | None = None
    capacitive: MeasuredValue | None = None


class Measurement(ApiStruct, frozen=True, kw_only=True, gc=False):
    """The directions of one slice. Gas on a digital meter has two: first m3, then kWh."""

    offtake: MeasurementSet | None = None
    injection: MeasurementSet | None = None
    production: MeasurementSet | None = None
    auxiliary: MeasurementSet | None = None


class Slice(ApiStruct, frozen=True, kw_only=True):
    """What was measured from ``start`` to ``end`` (half-open)."""

    start: Instant
    end: Instant
    measurements: list[Measurement] | None = None


class PhysicalMeter(ApiStruct, frozen=True, kw_only=True):
    """One digital meter and its slices, an array a granularity."""

    seq_number: str | None = None
    meter_id: str | None = field(default=None, name="meterID")
    daily_energy: list[Slice] | None = None
    hourly_energy: list[Slice] | None = None
    quarter_hourly_energy: list[Slice] | None = None


class SubHeadpoint(ApiStruct, frozen=True, kw_only=True):
    """Production, auxiliary or offtake metered apart behind a headpoint."""

    type_: SubHeadpointType | None = field(default=None, name="$type")
    ean: str | None = None
    seq_number: str | None = None
    vreg_id: str | None = None
    type: InstallationType | None = None
    daily_energy: list[Slice] | None = None
    hourly_energy: list[Slice] | None = None
    quarter_hourly_energy: list[Slice] | None = None


class Headpoint(ApiStruct, frozen=True, kw_only=True):
    """A metering point's data; ``type_`` (``$type``) comes first and says where it is metered."""

    type_: HeadpointType | None = field(default=None, name="$type")
    ean: str | None = None
    energy_type: EnergyType | None = None
    physical_meters: list[PhysicalMeter] | None = None
    daily_energy: list[Slice] | None = None
    hourly_energy: list[Slice] | None = None
    quarter_hourly_energy: list[Slice] | None = None
    sub_headpoints: list[SubHeadpoint] | None = None


class Energy(ApiStruct, frozen=True, kw_only=True):
    """One metering point's data."""

    headpoint: Headpoint | None = None


class EnergyResponse(ApiStruct, frozen=True, kw_only=True):
    """Reply of ``GET /api/mandate/energy``."""

    data: Energy
    meta: Meta | None = field(default=None, name="_meta")


# --- errors ------------------------------------------------------------------------------------


class Problem(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """An error body: ``Type``, ``Code``, ``Message`` and, for 400, the list of broken rules."""

    type: str
    code: str
    message: str
    validation_error_messages: list[str] | None = None


class GatewayProblem(msgspec.Struct, frozen=True, rename="camel"):
    """The API gateway's own refusal (missing or unknown subscription key, too many requests)."""

    status_code: int
    message: str
