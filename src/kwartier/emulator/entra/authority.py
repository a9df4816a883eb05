"""A certificate authority of the emulator's own, made when it starts and gone when it ends.

It issues what a provider would buy for the live service, and what the emulator's https needs. Its
keys are never written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from kwartier.certificates import LONGEST_LIFETIME, Certificate

PROVIDER_DOMAIN: Final = "emulated-provider.example"
_ORGANISATION: Final = "Emulated Energy Services"
_ORGANISATION_VALIDATED: Final = ObjectIdentifier("2.23.140.1.2.2")
_BEGAN_EARLIER: Final = timedelta(hours=1)
"""Before now, so that a clock that is a little behind takes it for valid too."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Authority:
    """Issues certificates that a path leads from to its own ``root``."""

    def __init__(self, *, now: datetime) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        name = _name("kwartier emulator's authority")
        self.root = (
            _begun(name, name, self._key.public_key(), now, timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(self._key, SHA256())
        )

    def provider_certificate(self, key: rsa.RSAPublicKey, *, now: datetime) -> Certificate:
        """One that keeps every rule of Fluvius' policy, for the longest time that it allows."""
        return self._issue(
            _name(PROVIDER_DOMAIN),
            key,
            now,
            names=[x509.DNSName(PROVIDER_DOMAIN)],
            uses=[ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
        )

    def seal_certificate(
        self, key: rsa.RSAPublicKey, party: str, name: str, *, now: datetime
    ) -> Certificate:
        """An electronic seal of a party to KPN FIAM: the serial number of its subject is the
        party's identifier.
        """
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, party),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        names = [x509.DNSName(PROVIDER_DOMAIN)]
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
        return self._issue(subject, key, now, names=names, uses=uses)

    def server_certificate(
        self, key: ec.EllipticCurvePublicKey, hosts: Sequence[str], *, now: datetime
    ) -> Certificate:
        """One for https at ``hosts``: names, or addresses in digits."""
        return self._issue(
            _name(hosts[0]),
            key,
            now,
            names=[_general_name(host) for host in hosts],
            uses=[ExtendedKeyUsageOID.SERVER_AUTH],
        )

    def _issue(
        self,
        subject: x509.Name,
        key: CertificateIssuerPublicKeyTypes,
        now: datetime,
        *,
        names: Sequence[x509.GeneralName],
        uses: Sequence[ObjectIdentifier],
    ) -> Certificate:
        policy = x509.PolicyInformation(_ORGANISATION_VALIDATED, None)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        issued = (
            _begun(subject, self.root.subject, key, now, LONGEST_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
            .add_extension(x509.CertificatePolicies([policy]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, SHA256())
        )
        return Certificate(issued)


@cache
def authority() -> Authority:
    """The one authority of this process."""
    return Authority(now=datetime.now(UTC))


@cache
def provider() -> tuple[Certificate, rsa.RSAPrivateKey]:
    """The certificate that the emulated provider has from the authority, and its key."""
    key = rsa.generate_private_key(65537, 2048)
    issued = authority().provider_certificate(key.public_key(), now=datetime.now(UTC))
    return issued, key


@cache
def seal(party: str, name: str) -> tuple[Certificate, rsa.RSAPrivateKey]:
    """The seal that a party to KPN FIAM has from the authority, and its key."""
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    return authority().seal_certificate(key.public_key(), party, name, now=now), key


def key_pem(key: PrivateKey) -> bytes:
    """A private key as PEM, without password."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: CertificateIssuerPublicKeyTypes,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    begins = now - _BEGAN_EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
