"""Whether a certificate's path leads to an authority that is trusted."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.verification import (
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from kwartier.certificates.certificate import Certificate, read_certificates
from kwartier.errors import ConfigurationError


def system_roots() -> list[x509.Certificate]:
    """The authorities that this machine trusts; those that cannot be read are left out."""
    context = ssl.create_default_context()
    found = dict.fromkeys(context.get_ca_certs(binary_form=True))
    roots = [each for der in found for each in _readable(der)]
    folder = ssl.get_default_verify_paths().capath
    if not roots and folder is not None:
        files = sorted(each for each in Path(folder).glob("*.pem") if each.is_file())
        roots = [each for file in files for each in _readable(file.read_bytes())]
    return roots


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether its own key signed it, or it names itself as its issuer."""
    return certificate.issuer == certificate.subject or issued_by(certificate, certificate)


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether ``issuer`` signed ``certificate``."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def broken_link(certificate: Certificate) -> x509.Certificate | None:
    """The first certificate whose issuer, by name, came along but did not sign it; else None."""
    for each in (certificate.parsed, *certificate.chain):
        named = [one for one in certificate.chain if one.subject == each.issuer]
        if named and not any(issued_by(each, one) for one in named):
            return each
    return None


def leads_to(certificate: Certificate, roots: Sequence[x509.Certificate], *, at: datetime) -> bool:
    """Whether a path of valid signatures leads from it, by its chain, to one of ``roots``.

    Judged as it was ``at`` that instant; what the certificate itself may be used for is not
    judged.
    """
    if not roots:
        return False
    verifier = (
        PolicyBuilder()
        .store(Store(list(roots)))
        .time(at)
        .extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        .build_client_verifier()
    )
    try:
        verifier.verify(certificate.parsed, list(certificate.chain))
    except VerificationError:
        return False
    return True


def _readable(content: bytes) -> list[x509.Certificate]:
    try:
        return read_certificates(content, called="a trusted authority")
    except ConfigurationError:
        return []
