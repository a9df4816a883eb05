"""Credentials: where they come from, what is refused, what never shows."""

from __future__ import annotations

from typing import Any

import pytest

from kwartier.fluvius import ConfigurationError, Environment, FluviusCredentials
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import Endpoints

SHARED = {
    "FLUVIUS_SUBSCRIPTION_KEY": "sub",
    "FLUVIUS_CLIENT_ID": "client",
    "FLUVIUS_TENANT_ID": "tenant",
    "FLUVIUS_SCOPE": "api://x/.default",
    "FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER": "17",
}
SANDBOX = {**SHARED, "FLUVIUS_SANDBOX_CLIENT_SECRET": "hush"}
KEYS: dict[str, Any] = {
    "subscription_key": "sub",
    "client_id": "client",
    "tenant_id": "tenant",
    "scope": "api://x/.default",
}


def test_the_sandbox_falls_back_to_the_shared_variables() -> None:
    found = FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX", variables=SANDBOX)
    assert found == FluviusCredentials(
        **KEYS, client_secret="hush", data_access_contract_number="17"
    )


def test_its_own_variables_go_first() -> None:
    own = {**SANDBOX, "FLUVIUS_SANDBOX_CLIENT_ID": "other"}
    assert FluviusCredentials.from_env("FLUVIUS_SANDBOX", variables=own).client_id == "other"


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SANDBOX.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER", " ")
    found = FluviusCredentials.from_env("FLUVIUS_SANDBOX")
    assert (found.client_secret, found.data_access_contract_number) == ("hush", None)


@pytest.mark.parametrize("missing", [name for name in SHARED if "CONTRACT" not in name])
def test_a_missing_variable_is_named_by_the_name_that_serves_both_environments(
    missing: str,
) -> None:
    left = {name: value for name, value in SANDBOX.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"^{missing}: not set"):
        FluviusCredentials.from_env("FLUVIUS_SANDBOX", variables=left)


def test_a_missing_secret_is_named_with_its_alternative() -> None:
    with pytest.raises(ConfigurationError, match=r"FLUVIUS_CLIENT_SECRET.*_PRIVATE_KEY_PATH"):
        FluviusCredentials.from_env(variables=SHARED)
    with pytest.raises(ConfigurationError, match="client_secret"):
        FluviusCredentials(**KEYS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subscription_key", "your-subscription-key"),
        ("scope", "api://your-scope/.default"),
        ("client_secret", "YOUR_CLIENT_SECRET"),
        ("client_id", ""),
        ("tenant_id", "  "),
        ("subscription_key", "ab\ncd"),
        ("certificate_path", "your-certificate.pem"),
        ("next_private_key", "your_key"),
    ],
)
def test_what_cannot_be_a_key_is_refused_by_name_but_not_shown(field: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{field}: ") as caught:
        FluviusCredentials(**{**KEYS, "client_secret": "hush", field: value})
    assert not value.strip() or value not in str(caught.value)


def test_secrets_do_not_show() -> None:
    shown = repr(FluviusCredentials(**KEYS, client_secret="hush"))
    assert "hush" not in shown
    assert "'sub'" not in shown
    flow = token_flow(FluviusCredentials(**KEYS, client_secret="hush"), "https://login.example")
    assert "hush" not in f"{flow!r} {flow.token_call()!r}"


def test_the_public_addresses() -> None:
    live, sandbox = (
        Endpoints.of(environment, tenant_id="a b", variables={}) for environment in Environment
    )
    assert live.base_url == "https://apihub.fluvius.be/esco-live/v3"
    assert sandbox.base_url == "https://apihub.fluvius.be/esco-sbx/v3"
    assert live.token_url == "https://login.microsoftonline.com/a%20b/oauth2/v2.0/token"
    assert live.portal_url == "https://mijn.fluvius.be/verbruik/dienstverlener"


def test_addresses_can_be_replaced() -> None:
    found = Endpoints.of(
        Environment.SANDBOX,
        tenant_id="t",
        variables={
            "FLUVIUS_BASE_URL": "http://localhost:1/live/v3",
            "FLUVIUS_SANDBOX_BASE_URL": "http://localhost:1/sbx/v3/",
            "FLUVIUS_TOKEN_URL": "http://localhost:1/token",
            "FLUVIUS_PORTAL_URL": "http://localhost:1/verbruik/dienstverlener?id=",
        },
    )
    assert found.base_url == "http://localhost:1/sbx/v3"
    assert found.token_url == "http://localhost:1/token"
    assert found.portal_url == "http://localhost:1/verbruik/dienstverlener"


@pytest.mark.parametrize("address", ["apihub.fluvius.be", "ftp://x", "http://", "/v3"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ConfigurationError, match="FLUVIUS_SANDBOX_BASE_URL"):
        Endpoints.of(
            Environment.SANDBOX, tenant_id="t", variables={"FLUVIUS_SANDBOX_BASE_URL": address}
        )
