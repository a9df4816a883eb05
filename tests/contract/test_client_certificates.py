"""Our client signs in by certificate, and changes it without a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kwartier.certificates import Certificate
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    ConfigurationError,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
    NotFoundError,
)
from support.certificates import NOW, Request, authority, pem, rsa_key
from support.emulators import FreshEmulator
from support.esco import send
from support.sign_in import register

ROOT = authority()

DAY = timedelta(days=1)

OTHER = rsa_key(7)


def use(env: dict[str, str], monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    """Set the variables of ``env``; those that ``changes`` say None are left unset."""
    for name, value in {**env, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize("without", ["FLUVIUS_CERTIFICATE_THUMBPRINT", "FLUVIUS_CERTIFICATE_PATH"])
def test_production_signs_in_by_certificate(
    emulator_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    use(emulator_env, monkeypatch, **{without: None})
    with FluviusEnergyClient(environment=Environment.PRODUCTION) as client:
        assert client.endpoints.base_url.endswith("/esco-live/v3")
        with pytest.raises(NotFoundError):
            client.get_mandates(reference_number="NONE")

    async def ask() -> None:
        async with AsyncFluviusEnergyClient() as client:
            with pytest.raises(NotFoundError):
                await client.get_mandates(reference_number="NONE")

    asyncio.run(ask())


def new_files(folder: Path, name: str, by: Certificate, key: RSAPrivateKey) -> dict[str, str]:
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(by.pem)
    private.write_text(pem(key))
    return {"certificate_path": str(certificate), "private_key": str(private)}


def test_the_client_changes_certificates_without_a_restart(
    fresh_emulator: FreshEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    use(emulator.env, monkeypatch)
    old, new = (Request(key=key).issue(ROOT) for key in (rsa_key(), OTHER))
    first = new_files(tmp_path, "old", old, rsa_key())
    then = new_files(tmp_path, "new", new, OTHER)
    credentials = FluviusCredentials(
        subscription_key=emulator.env["FLUVIUS_SUBSCRIPTION_KEY"],
        client_id=emulator.env["FLUVIUS_CLIENT_ID"],
        tenant_id=emulator.env["FLUVIUS_TENANT_ID"],
        scope=emulator.env["FLUVIUS_SCOPE"],
        **first,
        **{f"next_{name}": path for name, path in then.items()},
    )

    def ask() -> None:
        with pytest.raises(NotFoundError):
            client.get_mandates(reference_number="NONE")

    register(emulator, old.pem)
    with FluviusEnergyClient(credentials) as client:
        ask()
        register(emulator, new.pem)
        send(f"{emulator.url}/_emulator/certificates/{old.sha1}", "DELETE")
        renew(client)
        ask()
        send(f"{emulator.url}/_emulator/certificates/{new.sha1}", "DELETE")
        renew(client)
        with pytest.raises(AuthenticationError, match=r"AADSTS700027.*this very one") as caught:
            ask()
        assert "BEGIN" not in str(caught.value)
        third = Request(key=rsa_key(8)).issue(ROOT)
        register(emulator, third.pem)
        new_files(tmp_path, "old", third, rsa_key(8))
        ask()


def renew(client: FluviusEnergyClient) -> None:
    """Let the client need a new token, as it does every hour."""
    client._exchange._token = None


def test_what_cannot_sign_in_is_refused_before_anything_is_sent(
    emulator_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "other.key"
    key.write_text(pem(OTHER))
    use(emulator_env, monkeypatch, FLUVIUS_PRIVATE_KEY_PATH=str(key))
    with pytest.raises(ConfigurationError, match="does not belong"):
        FluviusEnergyClient()
    expired = Request(key=OTHER, begins=NOW - 9 * DAY, lifetime=DAY).issue(ROOT)
    files = new_files(tmp_path, "expired", expired, OTHER)
    use(emulator_env, monkeypatch, FLUVIUS_PRIVATE_KEY_PATH=str(key))
    monkeypatch.setenv("FLUVIUS_CERTIFICATE_PATH", files["certificate_path"])
    with pytest.raises(ConfigurationError, match=r"expired at .*hand it to Fluvius"):
        FluviusEnergyClient()
