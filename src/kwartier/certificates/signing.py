"""What we sign in with: a private key, and the certificate that it is known by."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kwartier.certificates.certificate import Certificate, load_certificate
from kwartier.certificates.policy import validity_finding
from kwartier.certificates.private_key import belong_together, read_private_key
from kwartier.errors import ConfigurationError

_PEM: Final = "-----BEGIN"
_SEPARATORS: Final = re.compile(r"[\s:]")
_HEXADECIMAL: Final = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key and the thumbprint of its certificate, in capital hexadecimal digits.

    40 digits are SHA-1, 64 SHA-256. ``certificate`` is None where only the thumbprint is known.
    """

    key: RSAPrivateKey = field(repr=False)
    thumbprint: str
    certificate: Certificate | None = field(default=None, repr=False)

    def is_valid(self, now: datetime) -> bool:
        """Whether its certificate is valid at ``now``, as far as that is known."""
        return self.certificate is None or self.certificate.is_valid(now)

    def why_not(self, now: datetime) -> str:
        """Why it cannot be used at ``now``."""
        if self.certificate is None:
            return ""
        return f"certificate {self.thumbprint}: {validity_finding(self.certificate, now=now).says}"


@dataclass(frozen=True, kw_only=True)
class SigningKeySource:
    """Where a signing key is read from.

    ``private_key`` is PEM text, PEM as base64, or a path. Either ``certificate_path`` names the
    certificate or ``thumbprint`` identifies it; the path goes first. ``prefix`` begins the names
    of the settings that errors name (``next_`` for the one that is to take over).
    """

    private_key: str = field(repr=False)
    certificate_path: str | None = None
    thumbprint: str | None = None
    prefix: str = ""

    def read(self) -> SigningKey:
        """Read it; :class:`ConfigurationError` for what cannot be used, never showing the key."""
        key = read_private_key(self._key_content(), called=f"{self.prefix}private_key")
        if self.certificate_path is None:
            return SigningKey(key=key, thumbprint=self._thumbprint())
        called = f"{self.prefix}certificate_path"
        certificate = load_certificate(Path(self.certificate_path), called=called)
        if not belong_together(certificate, key):
            raise ConfigurationError(
                f"{self.prefix}private_key: does not belong to the certificate in "
                f"{self.certificate_path}; use the key that the certificate was requested with"
            )
        return SigningKey(key=key, thumbprint=certificate.sha256, certificate=certificate)

    def stamp(self) -> tuple[object, ...]:
        """What differs once one of its files does."""
        return tuple(_stamp(path) for path in (self.certificate_path, self._key_path()) if path)

    def _thumbprint(self) -> str:
        digits = _SEPARATORS.sub("", self.thumbprint or "").upper()
        if not _HEXADECIMAL.fullmatch(digits):
            raise ConfigurationError(
                f"{self.prefix}certificate_thumbprint: must be 40 (SHA-1) or 64 (SHA-256) "
                "hexadecimal digits; set certificate_path instead to have it worked out"
            )
        return digits

    def _key_content(self) -> bytes:
        path = self._key_path()
        if path is None:
            return _inline_pem(self.private_key) or b""
        try:
            return Path(path).read_bytes()
        except (OSError, ValueError) as error:
            shown = f" {path}" if Path(path).suffix else ""  # a key has no dot in it
            why = getattr(error, "strerror", None) or "no path"
            raise ConfigurationError(
                f"{self.prefix}private_key: is neither PEM text, nor PEM as base64, nor the path "
                f"of a file that can be read{shown} ({why})"
            ) from None  # its words would show the key, if it was meant as one

    def _key_path(self) -> str | None:
        return self.private_key if _inline_pem(self.private_key) is None else None


class SigningKeys:
    """The signing keys of one client, read again whenever one of their files changes.

    ``advice`` is what to do once none of their certificates is valid.
    """

    def __init__(
        self,
        sources: Iterable[SigningKeySource],
        *,
        advice: str = "request a new one and name it here",
    ) -> None:
        self._advice = advice
        self._sources = list(sources)
        self._stamps = [source.stamp() for source in self._sources]
        self._held = [source.read() for source in self._sources]

    def valid(self, now: datetime) -> list[SigningKey]:
        """Those whose certificates are valid at ``now``, the one that is to take over first.

        Raises :class:`ConfigurationError` when none is.
        """
        self._read_again()
        found = [key for key in reversed(self._held) if key.is_valid(now)]
        if not found:
            told = "; ".join(key.why_not(now) for key in self._held)
            raise ConfigurationError(
                f"certificate_path: no certificate to sign in with is valid now ({told}); "
                f"{self._advice}"
            )
        return found

    def _read_again(self) -> None:
        """Read what has changed; while a file is being replaced, what was read before serves."""
        for number, source in enumerate(self._sources):
            stamp = source.stamp()
            if stamp == self._stamps[number]:
                continue
            self._stamps[number] = stamp
            try:
                self._held[number] = source.read()
            except ConfigurationError as error:
                _log.warning("the former certificate is kept: %s", error)


def _inline_pem(text: str) -> bytes | None:
    """The PEM that ``text`` itself is, plainly or as base64; None if it is neither."""
    if _PEM in text:
        return text.replace("\\n", "\n").strip().encode()
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded.strip() if _PEM.encode() in decoded else None


def _stamp(path: str) -> bytes | None:
    """The digest of its content; a time of change could be the same after two quick writes."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).digest()
    except (OSError, ValueError):
        return None
