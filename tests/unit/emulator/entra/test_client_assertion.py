"""Client assertions in the emulator: whatever comes, they are taken or refused, nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.client_assertion import GRACE, ClientAssertions
from kwartier.emulator.entra.refusals import TokenRefused
from support.assertions import base64url, claims, header, signed
from support.certificates import NOW, Request, authority, rsa_key

KEY = rsa_key()
CERTIFICATE = Request(key=KEY).issue(authority())
ENV = {"FLUVIUS_TOKEN_URL": "https://here/token", "FLUVIUS_CLIENT_ID": "me"}
INSTANT = NOW.timestamp()
CLAIMS = claims(ENV, nbf=INSTANT, exp=INSTANT + 60)

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
HEADER_NAMES = st.sampled_from(["alg", "typ", "x5t", "x5t#S256", "kid", "x5c", "crit"])
CLAIM_NAMES = st.sampled_from(["aud", "iss", "sub", "jti", "nbf", "exp", "iat"])


def outcome(text: str, *, now: float = INSTANT) -> int:
    """The code it is refused with; 0 if it is taken."""
    assertions = ClientAssertions(RegisteredCertificates(CERTIFICATE))
    try:
        assertions.check(text, client_id="me", audiences={"https://here/token"}, now=now)
    except TokenRefused as refused:
        assert refused.status in (400, 401)
        assert refused.body(NOW).error_codes == [refused.code]
        return refused.code
    return 0


@given(st.text(max_size=60) | st.text(alphabet="abcXYZ019-_.=", max_size=60))
@settings(deadline=None, max_examples=100)
def test_any_text_is_refused_by_a_code(text: str) -> None:
    assert outcome(text) in (50027, 5002738)


@given(
    head=st.dictionaries(HEADER_NAMES, JSON, max_size=3),
    body=st.dictionaries(CLAIM_NAMES, JSON, max_size=3),
)
@settings(deadline=None, max_examples=80)
def test_any_header_and_claims_are_taken_or_refused_by_a_code(
    head: dict[str, Any], body: dict[str, Any]
) -> None:
    good = {**claims(ENV, nbf=INSTANT, exp=INSTANT + 60), **body}
    code = outcome(signed(KEY, {**header(CERTIFICATE), **head}, good))
    harmless = {"typ", "kid", "x5c", "crit", "iat", "jti"}
    if set(head) | set(body) <= harmless:
        assert code == 0


@pytest.mark.parametrize(
    "part", [b"[" * 20000, b"\xff\xfe", b"1", b'"x"', b"{}x", b"", b'{"typ":Infinity}']
)
def test_a_part_that_is_no_object_is_malformed(part: bytes) -> None:
    good = signed(KEY, header(CERTIFICATE), CLAIMS).split(".")
    for place in (0, 1):
        parts = [*good[:place], base64url(part), *good[place + 1 :]]
        assert outcome(".".join(parts)) == 50027


@given(st.integers(0, 2), st.integers(0, 10_000), st.integers(0, 255))
@settings(deadline=None, max_examples=60)
def test_no_changed_byte_goes_unnoticed(part: int, place: int, byte: int) -> None:
    parts = signed(KEY, header(CERTIFICATE), CLAIMS).split(".")
    old = parts[part]
    at = place % (len(old) - 2)
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[byte % 64]
    parts[part] = old[:at] + letter + old[at + 1 :]
    assert (outcome(".".join(parts)) == 0) == (parts[part] == old)


@given(begins=st.integers(-4000, 4000), lifetime=st.integers(1, 4000))
@settings(deadline=None, max_examples=60)
def test_it_holds_from_shortly_before_its_beginning_to_its_end(begins: int, lifetime: int) -> None:
    start, end = INSTANT + begins, INSTANT + begins + lifetime
    text = signed(KEY, header(CERTIFICATE), claims(ENV, nbf=start, exp=end))
    assert outcome(text) == (0 if begins <= GRACE and end > INSTANT else 700024)


def test_one_that_has_ended_is_forgotten() -> None:
    assertions = ClientAssertions(RegisteredCertificates(CERTIFICATE))

    def take(identifier: str, now: float) -> None:
        text = signed(KEY, header(CERTIFICATE), claims(ENV, jti=identifier, nbf=now, exp=now + 60))
        assertions.check(text, client_id="me", audiences={"https://here/token"}, now=now)

    take("1", INSTANT)
    with pytest.raises(TokenRefused):
        take("1", INSTANT + 59)
    take("1", INSTANT + 60)
    assert len(assertions._used._used) == 1
