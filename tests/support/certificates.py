"""Certificates of every kind: good ones, and any that break a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from kwartier.certificates import Certificate

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

OV = "2.23.140.1.2.2"
DV = "2.23.140.1.2.1"
NOW = datetime.now(UTC).replace(microsecond=0)
"""Certificates live on the real clock, so these tests do too."""


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key; another number, another key."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: Key, password: bytes | None = None, *, traditional: bool = False) -> str:
    """A private key as PEM text."""
    shape = PrivateFormat.TraditionalOpenSSL if traditional else PrivateFormat.PKCS8
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, shape, locked).decode()


@dataclass(frozen=True)
class Issuer:
    """Who signs: a root, or one under another."""

    certificate: x509.Certificate
    key: Key


def authority(name: str = "Test Root", *, by: Issuer | None = None, number: int = 90) -> Issuer:
    """An authority, its own root unless ``by`` another."""
    key = rsa_key(number)
    subject = _name(name, "Test Authorities")
    certificate = (
        _builder(subject, by.certificate.subject if by else subject, key, timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_issuer_identifier(by.key if by else key), critical=False)
        .sign(by.key if by else key, SHA256())
    )
    return Issuer(certificate, key)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a certificate is to be like; as it stands, it keeps every rule."""

    key: Key = field(default_factory=rsa_key)
    organisation: str | None = "Example Services"
    policies: Sequence[str] = (OV,)
    digest: SHA256 | SHA384 | SHA512 = field(default_factory=SHA256)
    usage: str | None = "digital_signature"
    extended_usage: Sequence[ObjectIdentifier] = (ExtendedKeyUsageOID.SERVER_AUTH,)
    begins: datetime = NOW - timedelta(days=1)
    lifetime: timedelta = timedelta(days=398)
    is_authority: bool = False

    def issue(self, by: Issuer | None, *chain: x509.Certificate) -> Certificate:
        """Issue it; None signs it with its own key. ``chain`` comes along."""
        subject = _name("example.test", self.organisation)
        builder = (
            _builder(
                subject,
                by.certificate.subject if by else subject,
                self.key,
                self.lifetime,
                self.begins,
            )
            .add_extension(x509.BasicConstraints(self.is_authority, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.test")]), False)
            .add_extension(_issuer_identifier(by.key if by else self.key), critical=False)
        )
        if self.policies:
            numbers = [x509.PolicyInformation(ObjectIdentifier(p), None) for p in self.policies]
            builder = builder.add_extension(x509.CertificatePolicies(numbers), False)
        if self.usage:
            builder = builder.add_extension(_usage(**{self.usage: True}), critical=True)
        if self.extended_usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.extended_usage), False)
        return Certificate(builder.sign(by.key if by else self.key, self.digest), chain)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    lifetime: timedelta,
    begins: datetime = NOW - timedelta(days=2),
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _issuer_identifier(key: Key) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(common_name: str, organisation: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})
