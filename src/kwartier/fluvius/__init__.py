"""Fluvius, the grid operator of Flanders: its ESCO API as a client, its replies as a table."""

from kwartier.errors import ConfigurationError, InputError, is_transient
from kwartier.fluvius.client import AsyncFluviusEnergyClient, FluviusEnergyClient
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.decode import DecodedEnergy, decode_energy, read_energy
from kwartier.fluvius.energy_calls import ComplexEnergyType
from kwartier.fluvius.environment import ApiVersion, Environment
from kwartier.fluvius.errors import (
    AuthenticationError,
    DecodeError,
    FluviusAPIError,
    ForbiddenError,
    NoReplyError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from kwartier.fluvius.replies import EnergyReply, MandateList
from kwartier.fluvius.session_calls import ClientSessionDataService
from kwartier.measurements.joined import UndecodedWarning
from kwartier.transport import RetryPolicy
from kwartier.wire.fluvius_v2 import InstallationResponse
from kwartier.wire.fluvius_v3 import (
    ClientSessionResponse,
    DataServiceType,
    EnergyGranularity,
    EnergyResponse,
    EnergyType,
    Flow,
    GasConversionFactor,
    HeadpointType,
    InstallationType,
    Mandate,
    MandateRenewalStatus,
    MandatesResponse,
    MandateStatus,
    MockMandateResponse,
    PeriodType,
    RequestStatus,
    SubHeadpointType,
    Unit,
    ValidationState,
)

__all__ = [
    "ApiVersion",
    "AsyncFluviusEnergyClient",
    "AuthenticationError",
    "ClientSessionDataService",
    "ClientSessionResponse",
    "ComplexEnergyType",
    "ConfigurationError",
    "DataServiceType",
    "DecodeError",
    "DecodedEnergy",
    "EnergyGranularity",
    "EnergyReply",
    "EnergyResponse",
    "EnergyType",
    "Environment",
    "Flow",
    "FluviusAPIError",
    "FluviusCredentials",
    "FluviusEnergyClient",
    "ForbiddenError",
    "GasConversionFactor",
    "HeadpointType",
    "InputError",
    "InstallationResponse",
    "InstallationType",
    "Mandate",
    "MandateList",
    "MandateRenewalStatus",
    "MandateStatus",
    "MandatesResponse",
    "MockMandateResponse",
    "NoReplyError",
    "NotFoundError",
    "PeriodType",
    "RateLimitError",
    "RequestStatus",
    "RetryPolicy",
    "ServerError",
    "ServiceUnavailableError",
    "SubHeadpointType",
    "UndecodedWarning",
    "Unit",
    "ValidationError",
    "ValidationState",
    "decode_energy",
    "is_transient",
    "read_energy",
]
