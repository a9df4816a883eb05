"""Signing in by certificate: which assertions the token endpoint takes, and which it refuses."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kwartier.certificates import Certificate, load_certificate, read_private_key
from kwartier.emulator.thread import EmulatorThread
from support.assertions import MICROSOFT, claims, header, signed
from support.certificates import Request, authority, rsa_key
from support.esco import send
from support.sign_in import check_refusal, present

ROOT = authority()

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
