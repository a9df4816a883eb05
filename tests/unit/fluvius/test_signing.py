"""Certificates and keys in the credentials: every form they come in, and what is refused."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from kwartier.certificates.signing import SigningKeys, SigningKeySource
from kwartier.fluvius import ConfigurationError, FluviusCredentials
from kwartier.fluvius.assertion import LIFETIME, client_assertion
from kwartier.fluvius.certificate_flow import CertificateFlow
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.errors import AuthenticationError
from kwartier.transport import AnotherWayError, Reply
from support.certificates import NOW, Request, authority, ec_key, pem, rsa_key

ROOT = authority()
KEY, OTHER = rsa_key(), rsa_key(7)
DAY = timedelta(days=1)
CURRENT = Request(lifetime=100 * DAY).issue(ROOT)
NEXT = Request(key=OTHER, begins=NOW + 10 * DAY, lifetime=100 * DAY).issue(ROOT)
SHARED: dict[str, Any] = {
    "subscription_key": "sub",
    "client_id": "client",
    "tenant_id": "tenant",
    "scope": "api://x/.default",
}
URL = "https://login.example.com/tenant/oauth2/v2.0/token"

Put = Callable[[str, bytes | str], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file and returns its path."""

    def write(name: str, content: bytes | str) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.fixture
def both(put: Put) -> SigningKeys:
    """Signing keys of two certificates, each in files."""
    first = SigningKeySource(
        private_key=put("key.pem", pem(KEY)), certificate_path=put("cert.pem", CURRENT.pem)
    )
    then = SigningKeySource(
        private_key=put("next-key.pem", pem(OTHER)),
        certificate_path=put("next.cer", NEXT.der),
        prefix="next_",
    )
    return SigningKeys([first, then])


def test_the_key_may_be_text_base64_or_a_path(put: Put) -> None:
    text = pem(KEY, traditional=True)
    wrapped = base64.encodebytes(text.encode()).decode()
    one_line = text.replace("\n", "\\n")
    for given_ in (text, one_line, wrapped, put("key.pem", text), put("bare", text)):
        credentials = FluviusCredentials(
            **SHARED, private_key=given_, certificate_path=put("cert.crt", CURRENT.pem)
        )
        (held,) = credentials.signing_keys().valid(NOW)
        assert held.thumbprint == CURRENT.sha256
        assert "PRIVATE" not in repr((credentials, held, token_flow(credentials, URL)))


def test_a_certificate_and_its_key_may_be_in_one_file(put: Put) -> None:
    path = put("both.pem", CURRENT.pem + pem(KEY).encode())
    assert FluviusCredentials(**SHARED, private_key=path, certificate_path=path)


def test_the_variables_name_both_certificates(put: Put) -> None:
    variables = {
        "FLUVIUS_SUBSCRIPTION_KEY": "sub",
        "FLUVIUS_CLIENT_ID": "client",
        "FLUVIUS_TENANT_ID": "tenant",
        "FLUVIUS_SCOPE": "api://x/.default",
        "FLUVIUS_CERTIFICATE_PATH": put("a.cer", CURRENT.der),
        "FLUVIUS_PRIVATE_KEY_PATH": put("a.pem", pem(KEY)),
        "FLUVIUS_NEXT_CERTIFICATE_PATH": put("b.pem", NEXT.pem),
        "FLUVIUS_NEXT_PRIVATE_KEY_PATH": put("b-key.pem", pem(OTHER)),
    }
    keys = FluviusCredentials.from_env(variables=variables).signing_keys()
    assert [each.thumbprint for each in keys.valid(NOW)] == [CURRENT.sha256]
    del variables["FLUVIUS_CERTIFICATE_PATH"]
    with pytest.raises(ConfigurationError, match="certificate_path"):
        FluviusCredentials.from_env(variables=variables)


def test_the_next_certificate_may_have_the_same_key(put: Put) -> None:
    renewed = Request(lifetime=200 * DAY).issue(ROOT)
    keys = FluviusCredentials(
        **SHARED,
        private_key=pem(KEY),
        certificate_path=put("a.pem", CURRENT.pem),
        next_certificate_path=put("b.pem", renewed.pem),
    ).signing_keys()
    assert [each.thumbprint for each in keys.valid(NOW)] == [renewed.sha256, CURRENT.sha256]


@pytest.mark.parametrize(
    "thumbprint",
    [CURRENT.sha1, CURRENT.sha1.lower(), CURRENT.sha256],
    ids=["SHA-1", "lower case", "SHA-256"],
)
def test_a_thumbprint_may_stand_for_the_certificate(thumbprint: str) -> None:
    spaced = ":".join(thumbprint[at : at + 2] for at in range(0, len(thumbprint), 2))
    for written in (thumbprint, spaced):
        credentials = FluviusCredentials(
            **SHARED, private_key=pem(KEY), certificate_thumbprint=written
        )
        (held,) = credentials.signing_keys().valid(NOW)
        assert held.thumbprint == thumbprint.upper()


@pytest.mark.parametrize("thumbprint", ["AB12", "x" * 40, "A" * 41])
def test_what_is_no_thumbprint_is_refused(thumbprint: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^certificate_thumbprint: must be 40"):
        FluviusCredentials(**SHARED, private_key=pem(KEY), certificate_thumbprint=thumbprint)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (pem(OTHER), "private_key: does not belong"),
        (pem(KEY, b"hush"), "private_key: the private key is encrypted"),
        (pem(ec_key()), "private_key: the private key is not RSA"),
        (pem(KEY)[:200], "private_key: no private key"),
        ("bm8ga2V5IGhlcmU=", "private_key: is neither"),
        ("/none/key.pem", r"private_key: is neither.* /none/key\.pem"),
        ("x" * 5000, "private_key: is neither"),
    ],
    ids=["another's", "encrypted", "not RSA", "cut off", "base64", "no file", "long"],
)
def test_a_key_that_cannot_be_used_is_refused_and_not_shown(put: Put, key: str, told: str) -> None:
    certificate = put("cert.pem", CURRENT.pem)
    for prefix, others in (("", {}), ("next_", {"private_key": pem(KEY)})):
        named = {f"{prefix}private_key": key, f"{prefix}certificate_path": certificate, **others}
        named.setdefault("certificate_path", certificate)
        with pytest.raises(ConfigurationError, match=f"^{prefix}{told}") as caught:
            FluviusCredentials(**SHARED, **named)
        shown = f"{caught.value} {caught.value.__cause__}"
        assert (key[40:80] or key) not in shown or key.startswith("/none")


def test_the_next_certificate_takes_over_when_it_becomes_valid(both: SigningKeys) -> None:
    order = [each.thumbprint for each in both.valid(NOW)]
    assert order == [CURRENT.sha256]
    assert [each.thumbprint for each in both.valid(NOW + 20 * DAY)] == [NEXT.sha256, CURRENT.sha256]
    assert [each.thumbprint for each in both.valid(NOW + 105 * DAY)] == [NEXT.sha256]
    with pytest.raises(ConfigurationError, match=r"valid now \(certificate .* expired at .*;.*new"):
        both.valid(NOW + 200 * DAY)
    with pytest.raises(ConfigurationError, match=r"not valid before"):
        both.valid(NOW - 20 * DAY)


def test_a_changed_file_is_read_again_and_a_half_changed_pair_is_not(
    put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    key, certificate = put("key.pem", pem(KEY)), put("cert.pem", CURRENT.pem)
    keys = SigningKeys([SigningKeySource(private_key=key, certificate_path=certificate)])
    renewed = Request(key=OTHER).issue(ROOT)
    put("cert.pem", renewed.pem)
    assert keys.valid(NOW)[0].thumbprint == CURRENT.sha256, "the key is still the old one's"
    assert "the former certificate is kept" in caplog.text
    Path(key).unlink()
    assert keys.valid(NOW)[0].thumbprint == CURRENT.sha256
    put("key.pem", pem(OTHER))
    assert keys.valid(NOW)[0].thumbprint == renewed.sha256
    os.utime(key)
    assert keys.valid(NOW)[0].thumbprint == renewed.sha256


@given(st.booleans(), st.integers(0, 4_000_000_000))
@settings(deadline=None, max_examples=20)
def test_an_assertion_says_what_microsoft_documents(by_path: bool, instant: int) -> None:
    now = NOW.fromtimestamp(instant, NOW.tzinfo)
    thumbprint = CURRENT.sha256 if by_path else CURRENT.sha1
    held = SigningKeySource(private_key=pem(KEY), thumbprint=thumbprint).read()
    texts = {client_assertion(held, client_id="me", audience=URL, now=now) for _ in range(2)}
    tokens = [
        jwt.decode(each, RSAKey.import_key(KEY.public_key()), algorithms=["PS256", "RS256"])
        for each in texts
    ]
    assert len({each.claims["jti"] for each in tokens}) == 2
    for token in tokens:
        name, digest = ("x5t#S256", CURRENT.sha256) if by_path else ("x5t", CURRENT.sha1)
        assert token.header["alg"] == ("PS256" if by_path else "RS256")
        assert base64.urlsafe_b64decode(token.header[name] + "==") == bytes.fromhex(digest)
        claims = token.claims
        assert (claims["iss"], claims["sub"], claims["aud"]) == ("me", "me", URL)
        assert claims["nbf"] == instant
        assert claims["exp"] - instant == LIFETIME.total_seconds()


def refused(code: int) -> Reply:
    told = {"error": "invalid_client", "error_codes": [code], "error_description": f"AADSTS{code}"}
    return Reply(status=401, body=json.dumps(told).encode())


GRANTED = Reply(
    status=200,
    body=b'{"token_type":"B","expires_in":9,"ext_expires_in":9,"access_token":"T"}',
)


def used(flow: CertificateFlow) -> str:
    """The thumbprint that the flow's next call signs in with."""
    form = (flow.token_call().body or b"").decode()
    header = form.partition("client_assertion=")[2].partition(".")[0]
    digest = json.loads(base64.urlsafe_b64decode(header + "=="))["x5t#S256"]
    return base64.urlsafe_b64decode(digest + "==").hex().upper()


def flow_at(keys: SigningKeys, days: float) -> CertificateFlow:
    return CertificateFlow(
        token_url=URL, client_id="c", scope="s", keys=keys, clock=lambda: NOW + days * DAY
    )


def test_a_certificate_that_is_not_known_there_yet_waits_for_its_turn(both: SigningKeys) -> None:
    flow = flow_at(both, 20)
    assert used(flow) == NEXT.sha256
    with pytest.raises(AnotherWayError):
        flow.read_token(refused(700027))
    assert used(flow) == CURRENT.sha256
    assert flow.read_token(GRANTED).value == "T"
    assert used(flow) == CURRENT.sha256, "it stays with the one that works"
    with pytest.raises(AnotherWayError):
        flow.read_token(refused(1000502))
    assert used(flow) == NEXT.sha256, "which may be known by now"
    with pytest.raises(AuthenticationError, match="700027"):
        flow.read_token(refused(700027))
    for turn in (NEXT, CURRENT):
        assert used(flow) == turn.sha256, "a new sign-in tries both again"
        with pytest.raises((AnotherWayError, AuthenticationError)):
            flow.read_token(refused(700027))


def test_only_a_refused_certificate_makes_way_for_another(both: SigningKeys) -> None:
    flow = flow_at(both, 20)
    for code in (7000215, 700016, 700024, 90002):
        used(flow)
        with pytest.raises(AuthenticationError, match=f"AADSTS{code}"):
            flow.read_token(refused(code))
    assert used(flow) == NEXT.sha256


def test_a_client_without_a_valid_certificate_is_not_made(put: Put) -> None:
    old = Request(begins=NOW - 9 * DAY, lifetime=DAY).issue(ROOT)
    credentials = FluviusCredentials(
        **SHARED, private_key=pem(KEY), certificate_path=put("old.pem", old.pem)
    )
    with pytest.raises(ConfigurationError, match=r"expired at .*request a new one"):
        token_flow(credentials, URL)
