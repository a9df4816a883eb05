"""What Eneco and KPN FIAM know us by, and where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwartier.eneco import (
    ConfigurationError,
    Endpoints,
    EnecoClient,
    EnecoCredentials,
    Environment,
    InputError,
)
from support.certificates import Request, authority, pem, rsa_key

ROOT = authority()
OURS = Request().issue(ROOT, ROOT.certificate)
ACCEPTANCE = Environment.ACCEPTANCE


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """FIAM's variables of production, the certificate and its key in files."""
    certificate, key = tmp_path / "fiam.pem", tmp_path / "fiam.key"
    certificate.write_bytes(OURS.pem)
    key.write_text(pem(rsa_key()))
    return {
        "FIAM_CLIENT_ID": "EU.EORI.NL000000001",
        "FIAM_CERTIFICATE_PATH": str(certificate),
        "FIAM_PRIVATE_KEY_PATH": str(key),
    }


def test_production_reads_its_own_variables(files: dict[str, str]) -> None:
    credentials = EnecoCredentials.from_env(variables={"ENECO_API_KEY": "k-1", **files})

    assert (credentials.api_key, credentials.has_fiam) == ("k-1", True)
    assert credentials.client_id == files["FIAM_CLIENT_ID"]
    assert "k-1" not in repr(credentials)


def test_a_token_serves_instead_of_fiam() -> None:
    variables = {"ENECO_API_KEY": "k-1", "ENECO_CONSUMER_TOKEN": "t-1"}
    credentials = EnecoCredentials.from_env(variables=variables)

    assert not credentials.has_fiam
    assert "t-1" not in repr(credentials)


def test_acceptance_shares_the_party_but_never_the_key(files: dict[str, str]) -> None:
    production = {"ENECO_API_KEY": "k-1", "ENECO_CONSUMER_TOKEN": "t-1", **files}
    with pytest.raises(ConfigurationError, match=r"^ENECO_ACCEPTANCE_API_KEY: not set"):
        EnecoCredentials.from_env(ACCEPTANCE, variables=production)
    credentials = EnecoCredentials.from_env(
        ACCEPTANCE, variables={**production, "ENECO_ACCEPTANCE_API_KEY": "k-2"}
    )

    assert (credentials.api_key, credentials.consumer_token) == ("k-2", None)
    assert credentials.client_id == files["FIAM_CLIENT_ID"]
    assert credentials.has_fiam


def test_acceptance_may_be_another_party(files: dict[str, str]) -> None:
    variables = {
        **files,
        "ENECO_ACCEPTANCE_API_KEY": "k-2",
        "FIAM_ACCEPTANCE_CLIENT_ID": "EU.EORI.NL000000002",
        "FIAM_ACCEPTANCE_PRIVATE_KEY": pem(rsa_key()),
        "FIAM_PRIVATE_KEY_PATH": "/nowhere",
    }
    credentials = EnecoCredentials.from_env(ACCEPTANCE, variables=variables)

    assert credentials.client_id == "EU.EORI.NL000000002"
    assert "PRIVATE" not in repr(credentials)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ENECO_API_KEY": None}, "^ENECO_API_KEY: not set; set it"),
        ({"ENECO_API_KEY": "your-api-key"}, "^ENECO_API_KEY: still a placeholder"),
        ({"ENECO_API_KEY": "two\nlines"}, "^ENECO_API_KEY: holds a line break"),
        ({"FIAM_CLIENT_ID": None}, "^FIAM_CLIENT_ID: not set; .*ENECO_CONSUMER_TOKEN"),
        (
            {"FIAM_CERTIFICATE_PATH": None, "FIAM_PRIVATE_KEY_PATH": None},
            "^FIAM_CERTIFICATE_PATH, FIAM_PRIVATE_KEY: not set",
        ),
        ({"FIAM_CERTIFICATE_PATH": "/nowhere.pem"}, "^certificate_path: .*cannot be read"),
        ({"FIAM_PRIVATE_KEY_PATH": "/nowhere.key"}, "^private_key: .*neither PEM"),
        ({"FIAM_PRIVATE_KEY": pem(rsa_key(7))}, "^private_key: does not belong"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    files: dict[str, str], changes: dict[str, str | None], told: str
) -> None:
    given = {"ENECO_API_KEY": "k-1", **files, **changes}
    variables = {name: value for name, value in given.items() if value is not None}
    with pytest.raises(ConfigurationError, match=told):
        EnecoCredentials.from_env(variables=variables)


def test_what_is_given_must_be_enough() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^credentials: certificate_path, private_key not"
    ):
        EnecoCredentials(api_key="k-1", client_id="us")


def test_the_public_addresses_are_known_but_fiams_for_acceptance() -> None:
    production = Endpoints.of(Environment.PRODUCTION, variables={})
    acceptance = Endpoints.of(ACCEPTANCE, variables={"FIAM_BASE_URL": "https://other.example.com"})

    assert production.base_url == "https://api.enecogroup.com"
    assert production.token_url == "https://api-prd.kpn.com/fiam/api/v1/oauth/token"
    assert acceptance.base_url == "https://api-acc.enecogroup.com"
    assert acceptance.token_url is None


def test_other_addresses_may_be_named() -> None:
    variables = {
        "ENECO_ACCEPTANCE_BASE_URL": "http://127.0.0.1:1/eneco-acc/",
        "FIAM_ACCEPTANCE_BASE_URL": "http://127.0.0.1:1/fiam-acc",
    }
    endpoints = Endpoints.of(ACCEPTANCE, variables=variables)

    assert endpoints.base_url == "http://127.0.0.1:1/eneco-acc"
    assert endpoints.token_url == "http://127.0.0.1:1/fiam-acc/api/v1/oauth/token"
    with pytest.raises(ConfigurationError, match=r"^ENECO_BASE_URL: must be an address"):
        Endpoints.of(Environment.PRODUCTION, variables={"ENECO_BASE_URL": "eneco"})


def test_acceptance_without_fiams_address_needs_a_token(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**files, "ENECO_ACCEPTANCE_API_KEY": "k-2"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=r"^FIAM_ACCEPTANCE_BASE_URL: .*CONSUMER_TOKEN"):
        EnecoClient(environment=ACCEPTANCE)
    monkeypatch.setenv("ENECO_ACCEPTANCE_CONSUMER_TOKEN", "t-2")
    with EnecoClient(environment="acceptance") as client:
        assert not client.has_fiam
        assert "k-2" not in repr(client)
    with pytest.raises(ConfigurationError, match=r"^environment: must be one of production, acc"):
        EnecoClient(environment="sandbox")


def test_customers_are_sent_to_a_page_that_a_variable_names(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**files, "ENECO_API_KEY": "k-1", "FIAM_CLIENT_ID": "EU.EORI X"}.items():
        monkeypatch.setenv(name, value)
    with EnecoClient() as client, pytest.raises(ConfigurationError, match=r"^FIAM_PORTAL_URL: "):
        client.consent_url()
    monkeypatch.setenv("FIAM_PORTAL_URL", "https://fiam.example.com/consent/")
    with EnecoClient() as client:
        asked = "https://fiam.example.com/consent?consumer=EU.EORI+X"
        assert client.consent_url() == asked
        assert client.consent_url("https://a.example/?b=c&d") == (
            f"{asked}&returnUrl=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d"
        )
        with pytest.raises(InputError, match="return_url"):
            client.consent_url("thanks")
    monkeypatch.delenv("FIAM_CLIENT_ID")
    monkeypatch.setenv("ENECO_CONSUMER_TOKEN", "t-1")
    with EnecoClient() as client, pytest.raises(ConfigurationError, match=r"^FIAM_CLIENT_ID: "):
        client.consent_url()
