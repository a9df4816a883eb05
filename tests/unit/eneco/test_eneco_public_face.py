"""The names that others build on."""

from __future__ import annotations

import inspect
import typing

import pyarrow as pa
import pytest

import kwartier.eneco
from kwartier.eneco import (
    AsyncEnecoClient,
    Consumer,
    Contract,
    ContractList,
    EnecoClient,
    Metadata,
    SetConsent,
    Usages,
    UsagesReply,
)

RETURNS = {
    "get_usages": Usages,
    "fetch_usages": UsagesReply,
    "usages_table": pa.Table,
    "get_metadata": Metadata,
    "list_contracts": ContractList,
    "get_contract": Contract,
    "list_consumers": list[Consumer],
    "set_consent": SetConsent,
}
CLIENTS = (EnecoClient, AsyncEnecoClient)


@pytest.mark.parametrize("name", kwartier.eneco.__all__)
def test_every_exported_name_is_there_and_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(kwartier.eneco, name))


@pytest.mark.parametrize(
    ("client", "closing"), [(EnecoClient, "close"), (AsyncEnecoClient, "aclose")]
)
def test_both_clients_do_the_same(client: type, closing: str) -> None:
    public = {name for name in dir(client) if not name.startswith("_")}
    assert public == {*RETURNS, closing, "consent_url"}


@pytest.mark.parametrize("name", RETURNS)
def test_a_method_shows_what_it_takes_and_returns(name: str) -> None:
    blocking, awaited = (getattr(client, name) for client in CLIENTS)
    assert inspect.signature(blocking) == inspect.signature(awaited)
    assert not {"args", "kwargs"} & set(inspect.signature(blocking).parameters)
    for method in (blocking, awaited):
        assert inspect.signature(method).return_annotation == RETURNS[name]
        assert typing.get_type_hints(method)["return"] == RETURNS[name]
    assert inspect.iscoroutinefunction(awaited)
    assert not inspect.iscoroutinefunction(blocking)


@pytest.mark.parametrize("name", RETURNS)
def test_a_method_says_what_it_does(name: str) -> None:
    blocking, awaited = (getattr(client, name) for client in CLIENTS)
    said = inspect.getdoc(blocking) or ""
    assert said == inspect.getdoc(awaited)
    assert "Errors:" in said


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_shows_its_arguments(client: type) -> None:
    assert list(inspect.signature(client).parameters) == [
        "credentials",
        "environment",
        "business_unit",
        "label",
        "product_type",
        "clock",
        "timeout",
        "requests_per_second",
        "retry",
    ]
