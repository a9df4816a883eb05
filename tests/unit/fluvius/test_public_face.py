"""The names that others build on."""

from __future__ import annotations

import inspect
import typing

import pytest

import kwartier.fluvius
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    EnergyReply,
    FluviusEnergyClient,
    MandateList,
)
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as v3

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
    "ApiVersion",
    "ClientSessionResponse",
    "ComplexEnergyType",
    "DecodeError",
    "DecodedEnergy",
    "EnergyGranularity",
    "EnergyReply",
    "EnergyResponse",
    "Flow",
    "GasConversionFactor",
    "HeadpointType",
    "InputError",
    "InstallationResponse",
    "InstallationType",
    "Mandate",
    "MandateList",
    "MandatesResponse",
    "MockMandateResponse",
    "NoReplyError",
    "RequestStatus",
    "RetryPolicy",
    "SubHeadpointType",
    "UndecodedWarning",
    "Unit",
    "ValidationState",
    "is_transient",
]
SINGLE = {
    "create_client_session": v3.ClientSessionResponse,
    "get_mandates": v3.MandatesResponse,
    "list_mandates": MandateList,
    "get_energy": v3.EnergyResponse | v2.EnergyResponse,
    "fetch_energy": EnergyReply,
    "create_mock_mandate": v3.MockMandateResponse,
    "get_installation": v2.InstallationResponse,
}
SPANS = {"iter_energy", "energy_table"}
METHODS = {*SINGLE, *SPANS}
CLIENTS = (FluviusEnergyClient, AsyncFluviusEnergyClient)


def test_the_exported_names_are_these() -> None:
    assert sorted(kwartier.fluvius.__all__) == sorted(PROMISED + ALSO_THERE)
    assert all(hasattr(kwartier.fluvius, name) for name in kwartier.fluvius.__all__)


@pytest.mark.parametrize("name", sorted(PROMISED + ALSO_THERE))
def test_every_exported_name_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(kwartier.fluvius, name))


@pytest.mark.parametrize(
    ("client", "closing"), [(FluviusEnergyClient, "close"), (AsyncFluviusEnergyClient, "aclose")]
)
def test_both_clients_do_the_same(client: type, closing: str) -> None:
    public = {name for name in dir(client) if not name.startswith("_")}
    assert public == METHODS | {closing, "consent_url"}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_shows_its_parameters_and_says_what_it_does(name: str) -> None:
    blocking, awaited = (getattr(client, name) for client in CLIENTS)
    parameters = inspect.signature(blocking).parameters
    assert parameters == inspect.signature(awaited).parameters
    assert "reference_number" in parameters
    assert not {"args", "kwargs"} & set(parameters)
    said = inspect.getdoc(blocking) or ""
    assert said == inspect.getdoc(awaited)
    for part in ("Source: Fluvius ESCO API v", "Errors:"):
        assert part in said, f"{name} does not tell: {part}"
    for parameter in set(parameters) - {"self"}:
        assert parameter in said or "Like ``get_energy``" in said or "are those of" in said


@pytest.mark.parametrize("name", sorted(SINGLE))
def test_a_method_shows_what_it_returns(name: str) -> None:
    blocking, awaited = (getattr(client, name) for client in CLIENTS)
    for method in (blocking, awaited):
        assert inspect.signature(method).return_annotation == SINGLE[name]
        assert typing.get_type_hints(method)["return"] == SINGLE[name]
    assert inspect.iscoroutinefunction(awaited)
    assert not inspect.iscoroutinefunction(blocking)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_shows_its_arguments(client: type) -> None:
    assert list(inspect.signature(client).parameters) == [
        "credentials",
        "environment",
        "clock",
        "timeout",
        "requests_per_second",
        "retry",
        "api_version",
    ]


def test_a_span_comes_as_an_iterator_or_as_a_table() -> None:
    def returned(client: type, name: str) -> str:
        return str(inspect.signature(getattr(client, name)).return_annotation)

    assert "Iterator[" in returned(FluviusEnergyClient, "iter_energy")
    assert "AsyncGenerator[" in returned(AsyncFluviusEnergyClient, "iter_energy")
    for client in CLIENTS:
        assert "Table" in returned(client, "energy_table")
        names = list(inspect.signature(client.iter_energy).parameters)
        assert names[:4] == ["self", "ean", "from_date", "to_date"]
