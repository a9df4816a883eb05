"""A certificate as it comes from a file, with those of its issuers that came along."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

from kwartier.errors import ConfigurationError

_PEM_BEGINS: Final = b"-----BEGIN CERTIFICATE-----"
_PRIVATE_KEY: Final = b"PRIVATE KEY-----"


@dataclass(frozen=True)
class Certificate:
    """One certificate; ``chain`` holds the certificates that came with it, in their order.

    ``parsed`` is the library's own object, for what is not told here.
    """

    parsed: x509.Certificate
    chain: tuple[x509.Certificate, ...] = field(default=(), repr=False)

    @cached_property
    def sha1(self) -> str:
        """SHA-1 of the certificate's DER bytes as 40 capital hexadecimal digits."""
        return self.parsed.fingerprint(SHA1()).hex().upper()  # noqa: S303 - a name, no protection

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the certificate's DER bytes as 64 capital hexadecimal digits."""
        return self.parsed.fingerprint(SHA256()).hex().upper()

    @property
    def subject(self) -> str:
        """Whom it names, as RFC 4514 writes it."""
        return self.parsed.subject.rfc4514_string()

    @property
    def issuer(self) -> str:
        """Who issued it, as RFC 4514 writes it."""
        return self.parsed.issuer.rfc4514_string()

    @property
    def organisation(self) -> str | None:
        """The organisation that it names; None if it names none."""
        found = self.parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        return str(found[0].value) if found else None

    @property
    def valid_from(self) -> datetime:
        """The first instant of its validity, in UTC."""
        return self.parsed.not_valid_before_utc

    @property
    def valid_until(self) -> datetime:
        """The last instant of its validity, in UTC."""
        return self.parsed.not_valid_after_utc

    def is_valid(self, now: datetime) -> bool:
        """Whether ``now`` lies in its validity."""
        return self.valid_from <= now <= self.valid_until

    def days_left(self, now: datetime) -> int:
        """Whole days from ``now`` to its end; negative once that has passed."""
        return (self.valid_until - now).days

    @property
    def public_key(self) -> CertificatePublicKeyTypes:
        """The key that it vouches for."""
        return self.parsed.public_key()

    @property
    def der(self) -> bytes:
        """Its DER bytes (what a ``.cer`` holds)."""
        return self.parsed.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """It and its chain as PEM."""
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self.parsed, *self.chain))


def load_certificate(path: Path, *, called: str | None = None) -> Certificate:
    """The certificate in the file ``path``: ``.cer``, ``.crt`` or ``.pem``, DER or PEM.

    ``called`` is what errors name it by (the setting it stands in); without it, the path. Raises
    :class:`ConfigurationError` when there is none that can be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{called or 'certificate'}: {path} cannot be read ({error.strerror}); "
            "name a .cer, .crt or .pem file"
        ) from error
    return read_certificate(content, called=f"{called}: {path}" if called else str(path))


def read_certificate(content: bytes, *, called: str) -> Certificate:
    """The first certificate in ``content`` (DER or PEM), the others as its chain.

    ``called`` is what errors name it by. Raises :class:`ConfigurationError`.
    """
    first, *others = read_certificates(content, called=called)
    return Certificate(first, tuple(others))


def read_certificates(content: bytes, *, called: str) -> list[x509.Certificate]:
    """All certificates in ``content``, one in DER or any number in PEM; at least one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)  # old roots' oddities
            if _PEM_BEGINS in content:
                return x509.load_pem_x509_certificates(content)
            return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        held = "holds a private key and" if _PRIVATE_KEY in content else "holds"
        raise ConfigurationError(
            f"{called}: {held} no certificate that can be read; it must be X.509, in DER (.cer) "
            "or PEM (.crt, .pem)"
        ) from error
