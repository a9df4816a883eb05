"""The assertion by which a party proves to FIAM who it is: RS256, its certificates in ``x5c``.

Checked on the real clock. Our readings: an assertion lives five minutes at most and serves once,
its clock may be a minute ahead, and the certificate's subject names the party as serial number.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from kwartier.certificates import Certificate
from kwartier.emulator.assertions import Assertion, UsedAssertions
from kwartier.emulator.entra.authority import authority
from kwartier.emulator.problems import problem

GRACE: Final = 60.0
LONGEST_LIFE: Final = 300.0
"""Seconds."""


class PartyAssertions:
    """Checks assertions, and remembers those that a token was given for."""

    def __init__(self) -> None:
        self._used = UsedAssertions()

    def check(self, assertion: str, *, party: str, audiences: set[str], now: float) -> None:
        """Accept ``assertion`` of ``party`` (its identifier), or raise a 400 or 401.

        ``audiences`` are in lower case; ``now`` is the real time in seconds since 1970.
        """
        try:
            read = Assertion(assertion)
        except ValueError as error:
            raise problem(400, f"client_assertion cannot be read: {error}.") from None
        chain = _chain(read)
        _check_chain(chain, party, now)
        _check_signature(read, chain[0])
        _check_parties(read, party, audiences)
        expires = _check_times(read, now)
        if not self._used.use(read, expires=expires, now=now):
            raise problem(401, "client_assertion has been used before; each needs its own jti.")


def _chain(read: Assertion) -> list[Certificate]:
    if read.header.get("alg") != "RS256":
        raise problem(400, "client_assertion must be signed by RS256.")
    named = read.header.get("x5c")
    if not isinstance(named, list) or not named:
        raise problem(400, "client_assertion must have its certificates in the header x5c.")
    try:
        return [Certificate(x509.load_der_x509_certificate(_der(each))) for each in named]
    except (ValueError, TypeError, binascii.Error):
        raise problem(400, "x5c must hold certificates: DER in base64.") from None


def _der(text: object) -> bytes:
    if not isinstance(text, str):
        raise TypeError("a certificate in x5c is text")
    return base64.b64decode(text, validate=True)


def _check_chain(chain: list[Certificate], party: str, now: float) -> None:
    """That it leads from the party's certificate to our authority, and all of it is valid."""
    instant = datetime.fromtimestamp(now, UTC)
    if any(not each.is_valid(instant) for each in chain):
        raise problem(401, "A certificate in x5c has expired, or is not valid yet.")
    if chain[-1].parsed != authority().root:
        raise problem(401, "x5c must hold the whole chain, up to an authority that is trusted.")
    for issued, issuer in pairwise(chain):
        try:
            issued.parsed.verify_directly_issued_by(issuer.parsed)
        except (ValueError, TypeError, InvalidSignature):
            raise problem(401, "x5c must hold each certificate before its issuer's.") from None
    if len(chain) == 1 or party not in _serial_numbers(chain[0]):
        raise problem(401, "The first certificate in x5c is not that of client_id.")


def _serial_numbers(certificate: Certificate) -> list[str]:
    found = certificate.parsed.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return [str(each.value) for each in found]


def _check_signature(read: Assertion, certificate: Certificate) -> None:
    refused = problem(
        401, "client_assertion is not signed by the key of the first certificate in x5c."
    )
    key = certificate.public_key
    if not isinstance(key, RSAPublicKey):
        raise refused
    try:
        key.verify(read.signature, read.signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise refused from None


def _check_parties(read: Assertion, party: str, audiences: set[str]) -> None:
    for name in ("iss", "sub"):
        if read.claims.get(name) != party:
            raise problem(401, f"The claim {name} of client_assertion is not client_id.")
    if not read.is_meant_for(audiences):
        raise problem(401, "The claim aud of client_assertion is not this token endpoint.")
    if not read.claims.get("jti"):
        raise problem(401, "client_assertion must have a jti.")


def _check_times(read: Assertion, now: float) -> float:
    """When it ends."""
    issued, ends = read.seconds("iat"), read.seconds("exp")
    if not issued or issued > now + GRACE:
        raise problem(401, "client_assertion needs an iat that is not in the future.")
    if read.seconds("nbf") > now + GRACE:
        raise problem(401, "client_assertion is not valid yet (nbf).")
    if ends <= now:
        raise problem(401, "client_assertion has expired, or has no exp.")
    if ends - issued > LONGEST_LIFE:
        raise problem(401, f"client_assertion may live {LONGEST_LIFE:g} seconds at most.")
    return ends
