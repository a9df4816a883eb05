"""Access tokens are signed, and checked in every part."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from kwartier.emulator.entra.tokens import ISSUER, LIFETIME, Tokens
from kwartier.emulator.registrations import AUDIENCE, CLIENT_ID
from kwartier.emulator.signed_tokens import _signing_key


def forged(key: RSAKey, **changes: Any) -> str:
    claims = jwt.decode(Tokens().issue(CLIENT_ID), _signing_key(), algorithms=["RS256"]).claims
    return jwt.encode({"alg": "RS256"}, {**claims, **changes}, key)


def test_a_token_is_good_and_says_when_it_ends() -> None:
    tokens = Tokens()
    token = tokens.issue(CLIENT_ID)
    assert tokens.is_good(token)
    assert tokens.is_good(token)
    claims = jwt.decode(token, RSAKey.import_key(tokens.public_keys()["keys"][0])).claims
    assert (claims["aud"], claims["iss"]) == (AUDIENCE, ISSUER)
    assert 0 < claims["exp"] - time.time() <= LIFETIME


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 1},
        {"exp": "tomorrow"},
        {"aud": "api://another"},
        {"iss": "https://login.microsoftonline.com/another/v2.0"},
        {"azp": "another"},
        {"tid": "another"},
    ],
)
def test_a_token_wrong_in_one_claim_is_no_good(changes: dict[str, Any]) -> None:
    assert Tokens().is_good(forged(_signing_key()))
    assert not Tokens().is_good(forged(_signing_key(), **changes))


def test_a_token_of_another_key_is_no_good() -> None:
    assert not Tokens().is_good(forged(RSAKey.generate_key(2048)))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", "eyJhbGciOiJub25lIn0.e30."])
def test_rubbish_is_no_good(text: str) -> None:
    assert not Tokens().is_good(text)


def test_no_private_part_is_published() -> None:
    (key,) = Tokens().public_keys()["keys"]
    assert {"kty", "n", "e", "kid"} <= key.keys()
    assert not {"d", "p", "q"} & key.keys()
