"""Fluvius ESCO API v2: what of its messages is not as in v3.

Query parameters are in PascalCase, lists are repeated parameters, an EAN is ``eanNumber``, and
``fetchTime`` stands in ``data``: there is no ``_meta``. Values lie flat in a slice, the register in
the member's name. Only digital meters are told of. What is as in v3 is imported from there.
"""

from __future__ import annotations

from typing import Any

from msgspec import field

from kwartier.wire import fluvius_v3 as v3
from kwartier.wire import installation as ig
from kwartier.wire.fluvius_v3 import ApiStruct, GasConversionFactor, Instant, Unit, ValidationState


class Envelope(ApiStruct, frozen=True, kw_only=True):
    """What surrounds all data; whether ``metaData`` is there varies."""

    meta_data: Any = None


# --- short URL and mandates --------------------------------------------------------------------


class ClientSession(v3.ClientSession, frozen=True, kw_only=True):
    """As v3's, with its time."""

    fetch_time: Instant | None = None


class ClientSessionResponse(Envelope, frozen=True, kw_only=True):
    """Reply of ``POST shortUrlIdentifier``."""

    data: ClientSession


class Mandate(v3.Mandate, frozen=True, kw_only=True):
    """As v3's; its EAN is called ``eanNumber``."""

    ean: str | None = field(default=None, name="eanNumber")


class Mandates(ApiStruct, frozen=True, kw_only=True):
    """The mandates that a request found; none is an empty list."""

    fetch_time: Instant | None = None
    mandates: list[Mandate]


class MandatesResponse(Envelope, frozen=True, kw_only=True):
    """Reply of ``GET Mandate``."""

    data: Mandates


class MockMandateRequest(v3.MockMandateRequest, frozen=True, kw_only=True):
    """As v3's; its EAN is called ``eanNumber``."""

    ean: str = field(name="eanNumber")


class MockMandate(v3.MockMandate, frozen=True, kw_only=True):
    """As v3's, with its time."""

    fetch_time: Instant | None = None


class MockMandateResponse(Envelope, frozen=True, kw_only=True):
    """Reply of ``POST Mandate/mock`` (sandbox only)."""

    data: MockMandate


# --- energy ------------------------------------------------------------------------------------


class Measurement(ApiStruct, frozen=True, kw_only=True, gc=False):
    """The values of one slice in ``unit``, each with its state.

    A day of electricity has day and night, a quarter one value a direction. Gas has two of these:
    first m3, then kWh with ``offtake_used_gcf``, the factor that made it.
    """

    unit: Unit | None = None
    offtake_value: float | None = None
    offtake_validation_state: ValidationState | None = None
    offtake_used_gcf: GasConversionFactor | None = field(default=None, name="offtakeUsedGCF")
    offtake_day_value: float | None = None
    offtake_day_validation_state: ValidationState | None = None
    offtake_night_value: float | None = None
    offtake_night_validation_state: ValidationState | None = None
    injection_value: float | None = None
    injection_validation_state: ValidationState | None = None
    injection_day_value: float | None = None
    injection_day_validation_state: ValidationState | None = None
    injection_night_value: float | None = None
    injection_night_validation_state: ValidationState | None = None


class Slice(ApiStruct, frozen=True, kw_only=True):
    """What was measured from ``start`` to ``end`` (half-open)."""

    start: Instant = field(name="timestampStart")
    end: Instant = field(name="timestampEnd")
    measurement: list[Measurement] | None = None


class Meter(ApiStruct, frozen=True, kw_only=True):
    """One digital meter and its slices, an array a granularity."""

    seq_number: int | None = None
    meter_id: str | None = field(default=None, name="meterID")
    daily_energy: list[Slice] | None = None
    hourly_energy: list[Slice] | None = None
    quarter_hourly_energy: list[Slice] | None = None


class Energy(ApiStruct, frozen=True, kw_only=True, omit_defaults=False):
    """One metering point's meters; the list of the other energy is empty."""

    fetch_time: Instant
    gas_meters: list[Meter] = field(default_factory=list)
    electricity_meters: list[Meter] = field(default_factory=list)


class EnergyResponse(Envelope, frozen=True, kw_only=True):
    """Reply of ``GET Mandate/energy``."""

    data: Energy


# --- installation data -------------------------------------------------------------------------


class Installation(ig.Installation, frozen=True, kw_only=True):
    """As v3's, with other names for its lists."""

    local_production_installations: list[ig.LocalProduction] = field(
        default_factory=list, name="localProductionInstallation"
    )
    estimated_volumes: list[ig.EstimatedVolume] = field(default_factory=list, name="exV")


class InstallationData(ApiStruct, frozen=True, kw_only=True):
    """One metering point's installation, if a mandate opens it."""

    fetch_time: Instant | None = None
    installation: Installation | None = None


class InstallationResponse(Envelope, frozen=True, kw_only=True):
    """Reply of ``GET Mandate/installation``."""

    data: InstallationData
