"""The assertion by which a client proves that it holds a registered certificate's key.

Microsoft's certificate credentials. Assertions and certificates live on the real clock, whatever
the emulated one says. Our readings: five minutes of grace for a client whose clock is ahead, none
past the end; the order of the checks; and that an assertion is good for one token only, which
Microsoft does not say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from kwartier.certificates import Certificate
from kwartier.emulator.assertions import Assertion, UsedAssertions, decoded
from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.refusals import TokenRefused, bad_key, malformed, missing_claim

GRACE: Final = 300.0

_ALGORITHMS: Final[dict[str, tuple[HashAlgorithm, AsymmetricPadding]]] = {
    "RS256": (SHA256(), PKCS1v15()),
    "RS384": (SHA384(), PKCS1v15()),
    "RS512": (SHA512(), PKCS1v15()),
    "PS256": (SHA256(), PSS(MGF1(SHA256()), PSS.DIGEST_LENGTH)),
}


class ClientAssertions:
    """Checks assertions against the registered certificates, and remembers those it has taken."""

    def __init__(self, certificates: RegisteredCertificates) -> None:
        self._certificates = certificates
        self._used = UsedAssertions()

    def check(self, assertion: str, *, client_id: str, audiences: set[str], now: float) -> None:
        """Accept ``assertion`` for ``client_id``, or raise :class:`TokenRefused`.

        ``audiences`` are the addresses it may be meant for, in lower case; ``now`` is the real
        time in seconds since 1970.
        """
        read = _read(assertion)
        digest, padding = _algorithm(read)
        sha1, sha256 = _thumbprint(read, "x5t", 20), _thumbprint(read, "x5t#S256", 32)
        _check_thumbprint(read)
        _check_parties(read, client_id, audiences)
        certificate = self._certificates.find(sha1=sha1, sha256=sha256)
        key = None if certificate is None else certificate.public_key
        if certificate is None or not isinstance(key, RSAPublicKey):
            raise bad_key("The key was not found.")
        _check_validity(certificate, now)
        try:
            key.verify(read.signature, read.signed, padding, digest)
        except InvalidSignature:
            raise bad_key("Client assertion failed signature validation.") from None
        expires = _check_times(read, now)
        if not self._used.use(read, expires=expires, now=now):
            text = "Client assertion has been used before; each needs a 'jti' of its own."
            raise TokenRefused("invalid_client", 50027, text)


def _read(text: str) -> Assertion:
    try:
        return Assertion(text)
    except ValueError:
        raise malformed() from None


def _algorithm(read: Assertion) -> tuple[HashAlgorithm, AsymmetricPadding]:
    """How it says that it is signed."""
    name = read.header.get("alg")
    if not isinstance(name, str) or name not in _ALGORITHMS:
        text = (
            f"Invalid JWT token. '{name}' is not a supported signature algorithm. "
            f"Supported signing algorithms are: '{','.join(_ALGORITHMS)}'"
        )
        raise TokenRefused("invalid_client", 5002738, text)
    return _ALGORITHMS[name]


def _thumbprint(read: Assertion, name: str, length: int) -> bytes | None:
    """A digest of its certificate: base64url or base64, with padding or without."""
    text = read.header.get(name)
    if text is None:
        return None
    digest = decoded(text) if isinstance(text, str) else None
    if digest is None or len(digest) != length:
        raise bad_key("The key was not found.")
    return digest


def _check_thumbprint(read: Assertion) -> None:
    """That it names its certificate at all; a ``kid`` is enough to be looked for."""
    if not any(name in read.header for name in ("x5t", "x5t#S256", "kid")):
        text = (
            "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 "
            "thumbprint, nor keyId specified in token header."
        )
        raise TokenRefused("invalid_client", 5002723, text)


def _check_parties(read: Assertion, client_id: str, audiences: set[str]) -> None:
    """That ``client_id`` made it about itself, for one of ``audiences``."""
    for name in ("iss", "sub", "aud"):
        if not read.claims.get(name):
            raise missing_claim(name)
    for name in ("iss", "sub"):
        if str(read.claims[name]).lower() != client_id.lower():
            text = "Client assertion application identifier doesn't match 'client_id' parameter."
            raise TokenRefused("invalid_client", 700021, text)
    if not read.is_meant_for(audiences):
        text = "Client assertion audience claim does not match Realm issuer."
        raise TokenRefused("invalid_client", 700023, text)


def _check_times(read: Assertion, now: float) -> float:
    """That it has begun and has not ended; returns when it ends.

    It may be as long-lived as it likes: Microsoft places no limit.
    """
    begins, ends = read.seconds("nbf"), read.seconds("exp")
    if ends <= now or begins > now + GRACE:
        instant = datetime.fromtimestamp(now, UTC)
        text = (
            "Client assertion is not within its valid time range. "
            f"Current time: {instant:%Y-%m-%dT%H:%M:%S.%fZ}."
        )
        raise TokenRefused("invalid_client", 700024, text)
    return ends


def _check_validity(certificate: Certificate, now: float) -> None:
    if not certificate.is_valid(datetime.fromtimestamp(now, UTC)):
        begins, ends = certificate.valid_from, certificate.valid_until
        expired = ends.timestamp() < now
        raise bad_key(
            f"The key used is {'expired' if expired else 'not valid yet'}. "
            f"Start={begins:%m/%d/%Y %H:%M:%S}, End={ends:%m/%d/%Y %H:%M:%S}"
        )
