"""Signing in to KPN FIAM: the assertion, the form, and what a refusal means."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kwartier.certificates.signing import SigningKeys, SigningKeySource
from kwartier.eneco import AuthenticationError, ConfigurationError, ServerError
from kwartier.eneco.fiam_flow import LIFETIME, FiamFlow
from kwartier.transport import BrokenReplyError, Reply
from support.certificates import NOW, Request, authority, pem, rsa_key

URL = "https://fiam.example.com/api/v1/oauth/token"
US = "EU.EORI.NL000000001"
ROOT = authority()
ISSUER = authority("Test Issuer", by=ROOT, number=91)
OURS = Request().issue(ISSUER, ISSUER.certificate, ROOT.certificate)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Our certificate and its whole chain."""
    file = tmp_path / "fiam.pem"
    file.write_bytes(OURS.pem)
    return file


@pytest.fixture
def flow(path: Path) -> FiamFlow:
    source = SigningKeySource(private_key=pem(rsa_key()), certificate_path=str(path))
    return FiamFlow(token_url=URL, client_id=US, keys=SigningKeys([source]), clock=lambda: NOW)


def form_of(flow: FiamFlow) -> dict[str, str]:
    body = flow.token_call().body
    assert body is not None
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def test_the_form_has_all_that_is_required(flow: FiamFlow) -> None:
    form = form_of(flow)
    assertion = form.pop("client_assertion")
    call = flow.token_call()

    assert form == {
        "grant_type": "client_credentials",
        "scope": "DSH_FIAM",
        "client_id": US,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert (call.method, call.url, call.is_idempotent) == ("POST", URL, True)
    assert assertion not in repr(call) + repr(flow)


def test_the_assertion_brings_the_whole_chain(flow: FiamFlow) -> None:
    assertion = form_of(flow)["client_assertion"]
    claims = jwt.decode(
        assertion,
        rsa_key().public_key(),
        algorithms=["RS256"],
        audience=URL,
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    chain = [OURS.parsed, ISSUER.certificate, ROOT.certificate]
    expected = [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]

    assert jwt.get_unverified_header(assertion) == {"typ": "JWT", "alg": "RS256", "x5c": expected}
    assert claims["iss"] == claims["sub"] == US
    assert claims["aud"] == URL
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["exp"] - claims["iat"] == LIFETIME.total_seconds() == 30


def test_each_try_has_an_assertion_of_its_own(flow: FiamFlow) -> None:
    assert form_of(flow)["client_assertion"] != form_of(flow)["client_assertion"]


def test_a_certificate_that_has_expired_is_not_sent(path: Path) -> None:
    source = SigningKeySource(private_key=pem(rsa_key()), certificate_path=str(path))
    late = FiamFlow(
        token_url=URL,
        client_id=US,
        keys=SigningKeys([source]),
        clock=lambda: NOW + timedelta(days=900),
    )
    with pytest.raises(ConfigurationError, match="no certificate to sign in with is valid now"):
        late.token_call()


def test_a_token_lasts_as_long_as_it_says(flow: FiamFlow) -> None:
    body = b'{"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}'
    token = flow.read_token(Reply(status=200, body=body))

    assert (token.value, token.expires_in) == ("abc", 3600.0)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"access_token": "a", "token_type": "Bearer", "expires_in": 0}']
)
def test_what_is_no_token_is_a_broken_reply(flow: FiamFlow, body: bytes) -> None:
    with pytest.raises(BrokenReplyError):
        flow.read_token(Reply(status=200, body=body))


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_token_is_a_matter_of_who_we_are(flow: FiamFlow, status: int) -> None:
    body = b'{"title": "Bad", "detail": "x5c lacks a link."}'
    with pytest.raises(AuthenticationError, match=r"^no token: .*Bad: x5c lacks a link") as caught:
        flow.read_token(Reply(status=status, body=body))
    assert caught.value.status == status


def test_a_failure_on_their_side_may_pass(flow: FiamFlow) -> None:
    with pytest.raises(ServerError):
        flow.read_token(Reply(status=500))
