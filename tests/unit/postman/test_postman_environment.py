"""Environments: what signs in, what is secret, and which days are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from kwartier.fluvius import ConfigurationError, Environment, FluviusCredentials
from kwartier.fluvius.environment import Endpoints
from kwartier.postman import PostmanEnvironment, environment_for
from support.certificates import NOW, Request, authority, pem, rsa_key

KEYS: dict[str, Any] = {
    "subscription_key": "the-key",
    "client_id": "client",
    "tenant_id": "tenant",
    "scope": "api://x/.default",
}
BY_SECRET = FluviusCredentials(**KEYS, client_secret="hush", data_access_contract_number="17")
CLOCK = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made(
    chosen: Environment = Environment.SANDBOX,
    credentials: FluviusCredentials = BY_SECRET,
    *,
    now: datetime = CLOCK,
    real_now: datetime = NOW,
    variables: dict[str, str] | None = None,
) -> PostmanEnvironment:
    endpoints = Endpoints.of(chosen, tenant_id=credentials.tenant_id, variables=variables or {})
    return environment_for(chosen, credentials, endpoints, now=now, real_now=real_now)


def by_certificate(
    folder: Path, name: str, begins: datetime = NOW - timedelta(days=1), number: int = 0
) -> dict[str, str]:
    """A certificate and its key as files, as the credentials name them."""
    issued = Request(begins=begins, key=rsa_key(number)).issue(authority())
    (folder / f"{name}.crt").write_bytes(issued.pem)
    (folder / f"{name}.key").write_text(pem(rsa_key(number)))
    return {"certificate": str(folder / f"{name}.crt"), "key": str(folder / f"{name}.key")}


def test_the_sandbox_signs_in_by_secret_and_only_secrets_are_masked() -> None:
    environment = made()
    assert environment.assertion_ends is None
    kinds = {each["key"]: each["type"] for each in environment.as_json()["values"]}
    secret = {key for key, kind in kinds.items() if kind == "secret"}
    assert secret == {"subscriptionKey", "clientSecret", "accessToken"}
    assert set(kinds.values()) == {"default", "secret"}
    assert environment.secrets["clientSecret"] == "hush"
    assert environment.values["dataAccessContractNumber"] == "17"
    assert "hush" not in repr(environment)
    assert "the-key" not in repr(environment)


def test_production_signs_in_by_an_assertion_of_an_hour_without_the_key(tmp_path: Path) -> None:
    files = by_certificate(tmp_path, "present")
    credentials = FluviusCredentials(
        **KEYS, certificate_path=files["certificate"], private_key=files["key"]
    )
    environment = made(Environment.PRODUCTION, credentials, real_now=NOW)
    assert environment.assertion_ends == NOW + timedelta(hours=1)
    claims = jwt.decode(
        environment.secrets["clientAssertion"],
        rsa_key(0).public_key(),
        algorithms=["PS256"],
        audience="https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
    )
    assert (claims["iss"], claims["exp"] - claims["nbf"]) == ("client", 3600)
    ends = (NOW + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert environment.values["clientAssertionEnds"] == ends
    assert "PRIVATE" not in str(environment.as_json())
    assert "clientSecret" not in environment.secrets


def test_each_assertion_is_one_of_its_own(tmp_path: Path) -> None:
    files = by_certificate(tmp_path, "present")
    credentials = FluviusCredentials(
        **KEYS, certificate_path=files["certificate"], private_key=files["key"]
    )
    assertions = {
        made(Environment.PRODUCTION, credentials).secrets["clientAssertion"] for _ in range(2)
    }
    assert len(assertions) == 2


@pytest.mark.parametrize(("present_ended", "signs"), [(False, 0), (True, 1)])
def test_the_present_certificate_signs_for_as_long_as_it_is_valid(
    tmp_path: Path, present_ended: bool, signs: int
) -> None:
    began = NOW - timedelta(days=500 if present_ended else 300)
    present = by_certificate(tmp_path, "present", began, number=0)
    following = by_certificate(tmp_path, "next", number=1)
    credentials = FluviusCredentials(
        **KEYS,
        certificate_path=present["certificate"],
        private_key=present["key"],
        next_certificate_path=following["certificate"],
        next_private_key=following["key"],
    )
    assertion = made(Environment.PRODUCTION, credentials).secrets["clientAssertion"]
    options: Any = {"verify_aud": False}
    jwt.decode(assertion, rsa_key(signs).public_key(), algorithms=["PS256"], options=options)


def test_without_a_valid_certificate_there_is_no_assertion(tmp_path: Path) -> None:
    files = by_certificate(tmp_path, "ended", NOW - timedelta(days=500))
    credentials = FluviusCredentials(
        **KEYS, certificate_path=files["certificate"], private_key=files["key"]
    )
    with pytest.raises(ConfigurationError, match="no certificate to sign in with is valid now"):
        made(Environment.PRODUCTION, credentials)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-31T10:00:00+00:00", "2026-03-24T23:00:00Z", "2026-03-27T23:00:00Z"),
        ("2026-04-01T10:00:00+00:00", "2026-03-25T23:00:00Z", "2026-03-28T23:00:00Z"),
        ("2026-04-02T10:00:00+00:00", "2026-03-26T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-10-29T10:00:00+00:00", "2026-10-22T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("2026-12-31T23:30:00+00:00", "2026-12-25T23:00:00Z", "2026-12-28T23:00:00Z"),
    ],
)
def test_energy_is_asked_for_from_midnight_to_midnight_in_brussels(
    now: str, start: str, end: str
) -> None:
    values = made(now=datetime.fromisoformat(now)).values
    assert (values["energyFrom"], values["energyTo"]) == (start, end)


def test_consent_reaches_back_a_year_and_the_emulated_clock_decides() -> None:
    values = made(now=datetime(2024, 2, 29, 12, tzinfo=UTC)).values
    assert values["dataPeriodFrom"] == "2023-01-31T23:00:00Z"
    assert values["dataPeriodTo"] == "2026-01-31T23:00:00Z"
    assert values["mandateExpirationDate"] == "2024-04-28T22:00:00Z"


def test_whose_meters_there_are_in_production_is_left_open() -> None:
    values = made(Environment.PRODUCTION).values
    left_open = ("ean", "gasEan", "headpointEan", "referenceNumber", "mandateExpirationDate")
    assert {values[name] for name in (*left_open, "isSandbox")} == {""}
    assert made(Environment.SANDBOX).values["isSandbox"] == "true"


def test_an_emulator_is_told_by_its_name_and_a_fresh_environment_replaces_the_last() -> None:
    emulated = made(variables={"FLUVIUS_SANDBOX_BASE_URL": "http://localhost:1/esco-sbx/v3"})
    assert emulated.name == "Fluvius sandbox at localhost:1"
    assert made().name == "Fluvius sandbox"
    assert made(Environment.PRODUCTION).name == "Fluvius production"
    identifiers = {each.as_json()["id"] for each in (emulated, made())}
    assert len(identifiers) == 2
    renewed = made(credentials=replace(BY_SECRET, client_secret="other"))
    assert renewed.as_json()["id"] == made().as_json()["id"]
