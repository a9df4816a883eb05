"""Fluvius, the grid operator of Flanders: its ESCO API v3 as a client, its replies as a table."""

from kwartier.errors import ConfigurationError
from kwartier.fluvius.client import AsyncFluviusEnergyClient, FluviusEnergyClient
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.decode import DecodedEnergy, decode_energy, read_energy
from kwartier.fluvius.energy_calls import ComplexEnergyType
from kwartier.fluvius.energy_table import UndecodedWarning
from kwartier.fluvius.environment import Environment
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
    is_transient,
)
from kwartier.fluvius.replies import EnergyReply, MandateList
from kwartier.fluvius.session_calls import ClientSessionDataService
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyGranularity,
    EnergyType,
    Flow,
    MandateRenewalStatus,
    MandateStatus,
    PeriodType,
)

__all__ = [
    "AsyncFluviusEnergyClient",
    "AuthenticationError",
    "ClientSessionDataService",
    "ComplexEnergyType",
    "ConfigurationError",
    "DataServiceType",
    "DecodeError",
    "DecodedEnergy",
    "EnergyGranularity",
    "EnergyReply",
    "EnergyType",
    "Environment",
    "Flow",
    "FluviusAPIError",
    "FluviusCredentials",
    "FluviusEnergyClient",
    "ForbiddenError",
    "MandateList",
    "MandateRenewalStatus",
    "MandateStatus",
    "NoReplyError",
    "NotFoundError",
    "PeriodType",
    "RateLimitError",
    "ServerError",
    "ServiceUnavailableError",
    "UndecodedWarning",
    "ValidationError",
    "decode_energy",
    "is_transient",
    "read_energy",
]
