"""The names that others build on."""

from __future__ import annotations

import inspect

import pytest

import kwartier.fluvius
from kwartier.fluvius import AsyncFluviusEnergyClient, FluviusEnergyClient

PROMISED = [
    "FluviusEnergyClient",
    "AsyncFluviusEnergyClient",
    "FluviusCredentials",
    "Environment",
    "ClientSessionDataService",
    "DataServiceType",
    "EnergyType",
    "MandateStatus",
    "MandateRenewalStatus",
    "PeriodType",
    "FluviusAPIError",
    "AuthenticationError",
    "ForbiddenError",
    "NotFoundError",
    "ValidationError",
    "ServerError",
    "ServiceUnavailableError",
    "ConfigurationError",
    "RateLimitError",
    "decode_energy",
    "read_energy",
]
ALSO_THERE = [
    "ComplexEnergyType",
    "DecodeError",
    "DecodedEnergy",
    "EnergyGranularity",
    "EnergyReply",
    "Flow",
    "MandateList",
    "NoReplyError",
    "is_transient",
]
METHODS = {
    "create_client_session",
    "get_mandates",
    "list_mandates",
    "get_energy",
    "fetch_energy",
    "create_mock_mandate",
}


def test_the_exported_names_are_these() -> None:
    assert sorted(kwartier.fluvius.__all__) == sorted(PROMISED + ALSO_THERE)
    assert all(hasattr(kwartier.fluvius, name) for name in kwartier.fluvius.__all__)


@pytest.mark.parametrize(
    ("client", "closing"), [(FluviusEnergyClient, "close"), (AsyncFluviusEnergyClient, "aclose")]
)
def test_both_clients_do_the_same(client: type, closing: str) -> None:
    public = {name for name in dir(client) if not name.startswith("_")}
    assert public == METHODS | {closing, "consent_url"}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_shows_its_parameters_and_says_what_it_does(name: str) -> None:
    blocking, awaited = (
        getattr(client, name) for client in (FluviusEnergyClient, AsyncFluviusEnergyClient)
    )
    assert inspect.signature(blocking) == inspect.signature(awaited)
    assert "reference_number" in inspect.signature(blocking).parameters
    assert blocking.__doc__
    assert inspect.iscoroutinefunction(awaited)
