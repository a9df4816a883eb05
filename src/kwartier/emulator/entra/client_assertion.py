"""The assertion by which a client proves that it holds a registered certificate's key.

RFC 7523 and Microsoft's certificate credentials. Assertions and certificates live on the real
clock, whatever the emulated one says. Our readings: five minutes of grace for a client whose clock
is ahead, none past the end; the order of the checks; and that an assertion is good for one token
only, which Microsoft does not say.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from kwartier.certificates import Certificate
from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.refusals import TokenRefused, bad_key, malformed, missing_claim
from kwartier.wire.unreadable import UNREADABLE

GRACE: Final = 300.0
_FAR: Final = 1e12

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
        self._taken: dict[str, float] = {}

    def check(
        self, assertion: str, *, client_id: str, audiences: Collection[str], now: float
    ) -> None:
        """Accept ``assertion`` for ``client_id``, or raise :class:`TokenRefused`.

        ``audiences`` are the addresses it may be meant for, in lower case; ``now`` is the real
        time in seconds since 1970.
        """
        read = _Assertion(assertion)
        digest, padding = read.algorithm()
        sha1, sha256 = read.thumbprint("x5t", 20), read.thumbprint("x5t#S256", 32)
        read.check_thumbprint()
        read.check_parties(client_id, audiences)
        certificate = self._certificates.find(sha1=sha1, sha256=sha256)
        key = None if certificate is None else certificate.public_key
        if certificate is None or not isinstance(key, RSAPublicKey):
            raise bad_key("The key was not found.")
        _check_validity(certificate, now)
        try:
            key.verify(read.signature, read.signed, padding, digest)
        except InvalidSignature:
            raise bad_key("Client assertion failed signature validation.") from None
        expires = read.check_times(now)
        self._take(read.identity(), expires, now)

    def _take(self, identity: str, expires: float, now: float) -> None:
        self._taken = {each: end for each, end in self._taken.items() if end > now}
        if identity in self._taken:
            text = "Client assertion has been used before; each needs a 'jti' of its own."
            raise TokenRefused("invalid_client", 50027, text)
        self._taken[identity] = expires


class _Assertion:
    """A JWT taken apart; nothing of it is believed yet."""

    def __init__(self, text: str) -> None:
        parts = text.split(".")
        if len(parts) != 3:
            raise malformed()
        self.header = _object(parts[0])
        self._claims = _object(parts[1])
        self.signature = _bytes(parts[2])
        self.signed = f"{parts[0]}.{parts[1]}".encode()

    def algorithm(self) -> tuple[HashAlgorithm, AsymmetricPadding]:
        """How it says that it is signed."""
        name = self.header.get("alg")
        if not isinstance(name, str) or name not in _ALGORITHMS:
            text = (
                f"Invalid JWT token. '{name}' is not a supported signature algorithm. "
                f"Supported signing algorithms are: '{','.join(_ALGORITHMS)}'"
            )
            raise TokenRefused("invalid_client", 5002738, text)
        return _ALGORITHMS[name]

    def thumbprint(self, name: str, length: int) -> bytes | None:
        """A digest of its certificate: base64url or base64, with padding or without."""
        text = self.header.get(name)
        if text is None:
            return None
        digest = _decoded(text) if isinstance(text, str) else None
        if digest is None or len(digest) != length:
            raise bad_key("The key was not found.")
        return digest

    def check_thumbprint(self) -> None:
        """That it names its certificate at all; a ``kid`` is enough to be looked for."""
        if not any(name in self.header for name in ("x5t", "x5t#S256", "kid")):
            text = (
                "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 "
                "thumbprint, nor keyId specified in token header."
            )
            raise TokenRefused("invalid_client", 5002723, text)

    def check_parties(self, client_id: str, audiences: Collection[str]) -> None:
        """That ``client_id`` made it about itself, for one of ``audiences``."""
        for name in ("iss", "sub", "aud"):
            if not self._claims.get(name):
                raise missing_claim(name)
        for name in ("iss", "sub"):
            if str(self._claims[name]).lower() != client_id.lower():
                text = (
                    "Client assertion application identifier doesn't match 'client_id' parameter."
                )
                raise TokenRefused("invalid_client", 700021, text)
        meant = self._claims["aud"]
        named = meant if isinstance(meant, list) else [meant]
        if not any(str(each).rstrip("/").lower() in audiences for each in named):
            text = "Client assertion audience claim does not match Realm issuer."
            raise TokenRefused("invalid_client", 700023, text)

    def check_times(self, now: float) -> float:
        """That it has begun and has not ended; returns when it ends.

        It may be as long-lived as it likes: Microsoft places no limit.
        """
        begins, ends = (_seconds(self._claims.get(name)) for name in ("nbf", "exp"))
        if ends <= now or begins > now + GRACE:
            instant = datetime.fromtimestamp(now, UTC)
            text = (
                "Client assertion is not within its valid time range. "
                f"Current time: {instant:%Y-%m-%dT%H:%M:%S.%fZ}."
            )
            raise TokenRefused("invalid_client", 700024, text)
        return ends

    def identity(self) -> str:
        """What tells it from any other: its ``jti``, or without one, all of it."""
        identifier = self._claims.get("jti")
        return f"jti {identifier}" if identifier else hashlib.sha256(self.signed).hexdigest()


def _check_validity(certificate: Certificate, now: float) -> None:
    if not certificate.is_valid(datetime.fromtimestamp(now, UTC)):
        begins, ends = certificate.valid_from, certificate.valid_until
        expired = ends.timestamp() < now
        raise bad_key(
            f"The key used is {'expired' if expired else 'not valid yet'}. "
            f"Start={begins:%m/%d/%Y %H:%M:%S}, End={ends:%m/%d/%Y %H:%M:%S}"
        )


def _object(part: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes(part), type=dict[str, Any])
    except UNREADABLE:
        raise malformed() from None


def _bytes(part: str) -> bytes:
    decoded = _decoded(part)
    if decoded is None:
        raise malformed()
    return decoded


def _decoded(text: str) -> bytes | None:
    """Base64 of either alphabet, padded or not; None if it is neither."""
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _seconds(claim: object) -> float:
    """Seconds since 1970, whole or not; 0 for a claim that is missing or no number."""
    if isinstance(claim, bool) or not isinstance(claim, (int, float)):
        return 0.0
    return float(max(0, min(claim, _FAR)))
