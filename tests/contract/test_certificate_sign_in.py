"""Signing in by certificate: the token endpoint over raw HTTP, and our client on it."""

from __future__ import annotations

import asyncio
import base64
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kwartier.certificates import Certificate, load_certificate, read_private_key
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    ConfigurationError,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
    NotFoundError,
)
from support.assertions import BEARER, MICROSOFT, claims, header, signed
from support.certificates import DV, NOW, Request, authority, pem, rsa_key
from support.emulators import FreshEmulator
from support.esco import Answer, ask_token, send

ROOT = authority()
DAY = timedelta(days=1)
OTHER = rsa_key(7)


@pytest.fixture
def env(emulator: EmulatorThread) -> dict[str, str]:
    return dict(emulator.env)


@pytest.fixture
def certificate(env: dict[str, str]) -> Certificate:
    return load_certificate(Path(env["FLUVIUS_CERTIFICATE_PATH"]))


@pytest.fixture
def key(env: dict[str, str]) -> RSAPrivateKey:
    return read_private_key(Path(env["FLUVIUS_PRIVATE_KEY_PATH"]).read_bytes(), called="key")


def present(env: dict[str, str], assertion: str, **changes: str | None) -> Answer:
    """Ask for a token with ``assertion``."""
    form: dict[str, str | None] = {
        "client_secret": None,
        "client_assertion_type": BEARER,
        "client_assertion": assertion,
        **changes,
    }
    return ask_token(env, **form)


def encoded(digest: str, kind: str) -> str:
    """A thumbprint, as one client or another writes it."""
    raw = bytes.fromhex(digest)
    if kind == "base64url":
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    if kind == "base64url, padded":
        return base64.urlsafe_b64encode(raw).decode()
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize("kind", ["base64url", "base64url, padded", "base64, padded"])
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_both_algorithms_and_thumbprints_however_encoded(
    env: dict[str, str], certificate: Certificate, key: RSAPrivateKey, algorithm: str, kind: str
) -> None:
    digests = (
        {"x5t": encoded(certificate.sha1, kind), "x5t#S256": None}
        if algorithm == "RS256"
        else {"x5t#S256": encoded(certificate.sha256, kind)}
    )
    chain = [base64.b64encode(certificate.der).decode()]
    for more in ({}, {"x5c": chain}):
        head = header(certificate, alg=algorithm, **digests, **more)
        answer = present(env, signed(key, head, claims(env)))
        assert answer.status == 200, answer.json
        names = ["token_type", "expires_in", "ext_expires_in", "access_token"]
        assert list(answer.json) == names


def test_the_token_opens_the_live_api(
    env: dict[str, str], certificate: Certificate, key: RSAPrivateKey
) -> None:
    token = present(env, signed(key, header(certificate), claims(env))).json["access_token"]
    headers = {
        "authorization": f"Bearer {token}",
        "ocp-apim-subscription-key": env["FLUVIUS_SUBSCRIPTION_KEY"],
    }
    reference = f"{env['FLUVIUS_BASE_URL']}/api/mandate?referenceNumber=NONE"
    assert send(reference, headers=headers).status == 404


@pytest.mark.parametrize("path", ["v2.0", "oauth2/v2.0/token", "oauth2/V2.0/token", "v2.0/"])
@pytest.mark.parametrize("is_ours", [False, True])
def test_all_audiences_that_clients_name(
    env: dict[str, str], certificate: Certificate, key: RSAPrivateKey, path: str, is_ours: bool
) -> None:
    origin = env["FLUVIUS_TOKEN_URL"].partition("/0000")[0] if is_ours else MICROSOFT
    meant = f"{origin}/{env['FLUVIUS_TENANT_ID']}/{path}"
    assert present(env, signed(key, header(certificate), claims(env, aud=meant))).status == 200


@pytest.mark.parametrize(
    "times",
    [
        {"exp": 300.25, "iat": -0.5, "nbf": -0.5},
        {"exp": 3600},
        {"exp": 86400 * 365},
        {"exp": 300, "nbf": 120},
        {"exp": 300, "nbf": None, "iat": 0},
        {"exp": 1, "nbf": None},
    ],
    ids=["floats", "an hour", "a year", "a clock ahead", "iat alone", "exp alone"],
)
def test_times_that_are_accepted(
    env: dict[str, str],
    certificate: Certificate,
    key: RSAPrivateKey,
    times: dict[str, float | None],
) -> None:
    now = time.time() + 1
    moved = {name: None if at is None else now + at for name, at in times.items()}
    assert present(env, signed(key, header(certificate), claims(env, **moved))).status == 200


SECOND = 1.0
HOUR = 3600.0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": -SECOND}, 700024),
        ({"exp": None}, 700024),
        ({"exp": "soon"}, 700024),
        ({"nbf": HOUR}, 700024),
        ({"iss": "another"}, 700021),
        ({"sub": "another"}, 700021),
        ({"aud": "https://login.microsoftonline.com/another/v2.0"}, 700023),
        ({"aud": "https://login.example.com/"}, 700023),
        ({"aud": None}, 90014),
        ({"iss": None}, 90014),
        ({"sub": None}, 90014),
    ],
)
def test_claims_that_are_refused(
    env: dict[str, str],
    certificate: Certificate,
    key: RSAPrivateKey,
    changes: dict[str, Any],
    code: int,
) -> None:
    now = time.time()
    moved = {k: now + v if isinstance(v, float) else v for k, v in changes.items()}
    answer = present(env, signed(key, header(certificate), claims(env, **moved)))
    check_refusal(answer, code)


def check_refusal(answer: Answer, code: int) -> None:
    body = answer.json
    is_request = code in (90014, 50027, 900144) and body["error"] == "invalid_request"
    assert body["error_codes"] == [code]
    assert body["error"] == ("invalid_request" if is_request else "invalid_client")
    assert answer.status == (400 if is_request else 401)
    assert body["error_description"].startswith(f"AADSTS{code}: ")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "none"}, 5002738),
        ({"alg": "HS256"}, 5002738),
        ({"alg": "ES256"}, 5002738),
        ({"alg": None}, 5002738),
        ({"x5t#S256": None}, 5002723),
        ({"x5t#S256": None, "kid": "x"}, 700027),
        ({"x5t#S256": "AAAA"}, 700027),
        ({"x5t#S256": "?"}, 700027),
        ({"x5t#S256": 17}, 700027),
        ({"x5t": base64.b64encode(b"." * 20).decode()}, 700027),
    ],
)
def test_headers_that_are_refused(
    env: dict[str, str],
    certificate: Certificate,
    key: RSAPrivateKey,
    changes: dict[str, Any],
    code: int,
) -> None:
    head = header(certificate, **changes)
    check_refusal(present(env, signed(key, head, claims(env))), code)


def test_a_foreign_signature_is_refused(env: dict[str, str], certificate: Certificate) -> None:
    forged = signed(OTHER, header(certificate), claims(env))
    check_refusal(present(env, forged), 700027)
    unknown = Request(key=OTHER).issue(ROOT)
    check_refusal(present(env, signed(OTHER, header(unknown), claims(env))), 700027)


def test_a_certificate_in_the_header_proves_nothing(
    env: dict[str, str], certificate: Certificate
) -> None:
    own = Request(key=OTHER).issue(ROOT)
    chain = [base64.b64encode(own.der).decode()]
    forged = signed(OTHER, header(certificate, x5c=chain), claims(env))
    check_refusal(present(env, forged), 700027)


def test_an_assertion_is_good_for_one_token(
    env: dict[str, str], certificate: Certificate, key: RSAPrivateKey
) -> None:
    for changes in ({}, {"jti": None}):
        once = signed(key, header(certificate), claims(env, **changes))
        assert present(env, once).status == 200
        check_refusal(present(env, once), 50027)
    same = claims(env)
    assert present(env, signed(key, header(certificate), same)).status == 200
    again = signed(key, header(certificate), {**same, "exp": same["exp"] + 9})
    check_refusal(present(env, again), 50027)


@pytest.mark.parametrize("text", ["x", "a.b.c", "e30.e30.", "..", "e30.e30.e30.e30", "e30.W10.e30"])
def test_what_is_no_assertion_is_refused(env: dict[str, str], text: str) -> None:
    answer = present(env, text)
    assert answer.json["error_codes"] in ([50027], [5002738])


def test_the_form_says_what_the_assertion_is(
    env: dict[str, str], certificate: Certificate, key: RSAPrivateKey
) -> None:
    for kind in (None, "another"):
        assertion = signed(key, header(certificate), claims(env))
        answer = present(env, assertion, client_assertion_type=kind)
        check_refusal(answer, 900144)
        assert present(env, assertion).status == 200, "it was not used up"


def register(emulator: EmulatorThread, content: bytes) -> Answer:
    return send(f"{emulator.url}/_emulator/certificates", "POST", content=content)


def listed(emulator: EmulatorThread) -> list[str]:
    held = send(f"{emulator.url}/_emulator/certificates").json["certificates"]
    return [each["thumbprint"] for each in held]


def sign_in(emulator: EmulatorThread, by: Certificate, key: RSAPrivateKey) -> Answer:
    return present(emulator.env, signed(key, header(by), claims(emulator.env)))


def test_one_certificate_replaces_another_without_a_gap(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    first = load_certificate(Path(emulator.env["FLUVIUS_CERTIFICATE_PATH"]))
    assert listed(emulator) == [first.sha1] == [emulator.env["FLUVIUS_CERTIFICATE_THUMBPRINT"]]
    path = Path(emulator.env["FLUVIUS_PRIVATE_KEY_PATH"])
    first_key = read_private_key(path.read_bytes(), called="key")

    new = Request(key=OTHER).issue(ROOT)
    assert sign_in(emulator, new, OTHER).status == 401
    told = register(emulator, new.der)
    assert (told.status, told.json["thumbprint"]) == (200, new.sha1)
    assert register(emulator, new.pem).status == 200, "again does no harm"
    assert listed(emulator) == [first.sha1, new.sha1]
    assert sign_in(emulator, first, first_key).status == 200
    assert sign_in(emulator, new, OTHER).status == 200

    url = f"{emulator.url}/_emulator/certificates/{first.sha1.lower()}"
    assert send(url, "DELETE").status == 204
    assert send(url, "DELETE").status == 404
    assert listed(emulator) == [new.sha1]
    check_refusal(sign_in(emulator, first, first_key), 700027)
    assert sign_in(emulator, new, OTHER).status == 200


def test_the_policy_is_enforced_where_a_certificate_is_registered(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    before = listed(emulator)
    bad = Request(policies=[DV], usage=None, lifetime=400 * DAY).issue(None)
    answer = register(emulator, bad.pem)
    assert answer.status == 400
    assert [each["rule"] for each in answer.json["brokenRules"]] == [
        "issued by an authority",
        "organisation validated",
        "fit for digital signatures",
        "at most 398 days",
    ]
    assert all(each["found"] and each["advice"] for each in answer.json["brokenRules"])
    assert "self-signed" in answer.json["error"]
    for content in (b"", b"junk", pem(rsa_key()).encode()):
        assert register(emulator, content).status == 400
    assert listed(emulator) == before


def test_a_registered_certificate_outside_its_time_signs_nobody_in(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    for begins, told in ((NOW - 9 * DAY, "expired"), (NOW + 9 * DAY, "not valid yet")):
        certificate = Request(key=OTHER, begins=begins, lifetime=DAY).issue(ROOT)
        assert register(emulator, certificate.pem).status == 200
        answer = sign_in(emulator, certificate, OTHER)
        check_refusal(answer, 700027)
        assert f"The key used is {told}" in answer.json["error_description"]


def use(env: dict[str, str], monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    """Set the variables of ``env``; those that ``changes`` say None are left unset."""
    for name, value in {**env, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize("without", ["FLUVIUS_CERTIFICATE_THUMBPRINT", "FLUVIUS_CERTIFICATE_PATH"])
def test_production_signs_in_by_certificate(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    use(env, monkeypatch, **{without: None})
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
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "other.key"
    key.write_text(pem(OTHER))
    use(env, monkeypatch, FLUVIUS_PRIVATE_KEY_PATH=str(key))
    with pytest.raises(ConfigurationError, match="does not belong"):
        FluviusEnergyClient()
    expired = Request(key=OTHER, begins=NOW - 9 * DAY, lifetime=DAY).issue(ROOT)
    files = new_files(tmp_path, "expired", expired, OTHER)
    use(env, monkeypatch, FLUVIUS_PRIVATE_KEY_PATH=str(key))
    monkeypatch.setenv("FLUVIUS_CERTIFICATE_PATH", files["certificate_path"])
    with pytest.raises(ConfigurationError, match=r"expired at .*hand it to Fluvius"):
        FluviusEnergyClient()
