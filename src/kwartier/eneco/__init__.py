"""Eneco, which delivers district heat in the Netherlands: its DataShare API as a client.

KPN FIAM, which issues the tokens and keeps the customers' consents, is part of it.
"""

from kwartier.eneco.client import AsyncEnecoClient, EnecoClient
from kwartier.eneco.contract_calls import ContractList
from kwartier.eneco.credentials import EnecoCredentials
from kwartier.eneco.decode import DecodedUsages, decode_usages, read_usages
from kwartier.eneco.environment import Endpoints, Environment
from kwartier.eneco.errors import (
    AuthenticationError,
    DecodeError,
    EnecoAPIError,
    ForbiddenError,
    NoReplyError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from kwartier.eneco.paging import BackPaging
from kwartier.eneco.replies import UsagesReply
from kwartier.eneco.timestamps import HourLabel, Timestamps
from kwartier.errors import ConfigurationError, InputError, is_transient
from kwartier.measurements.joined import UndecodedWarning
from kwartier.transport import RetryPolicy
from kwartier.wire.eneco import (
    ChannelId,
    Consumer,
    DeliveryAddress,
    Metadata,
    SetConsent,
    Unit,
    UsageChannel,
    UsageRecord,
    Usages,
)
from kwartier.wire.fiam import Contract

__all__ = [
    "AsyncEnecoClient",
    "AuthenticationError",
    "BackPaging",
    "ChannelId",
    "ConfigurationError",
    "Consumer",
    "Contract",
    "ContractList",
    "DecodeError",
    "DecodedUsages",
    "DeliveryAddress",
    "Endpoints",
    "EnecoAPIError",
    "EnecoClient",
    "EnecoCredentials",
    "Environment",
    "ForbiddenError",
    "HourLabel",
    "InputError",
    "Metadata",
    "NoReplyError",
    "NotFoundError",
    "RateLimitError",
    "RetryPolicy",
    "ServerError",
    "ServiceUnavailableError",
    "SetConsent",
    "Timestamps",
    "UndecodedWarning",
    "Unit",
    "UsageChannel",
    "UsageRecord",
    "Usages",
    "UsagesReply",
    "ValidationError",
    "decode_usages",
    "is_transient",
    "read_usages",
]
