"""What Fluvius asks of the certificate by which a provider signs in to the live service.

The certificate must be organisation validated (OV), bought from a recognised certificate
authority and never self-signed; RSA with SHA-256 or SHA-512; fit for digital signatures and server
authentication; and valid for 398 days at most. Where a certificate does not tell, or what is
recognised, are our reading: each is said beside its rule.

Source: Fluvius' technical onboarding of energy service providers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from kwartier.certificates.certificate import Certificate
from kwartier.certificates.trust import broken_link, is_self_signed, leads_to

LONGEST_LIFETIME: Final = timedelta(days=398)
SMALLEST_KEY: Final = 2048
"""Bits of an RSA key; authorities issue nothing smaller, and Fluvius names no number."""

_EXTENDED: Final = ("2.23.140.1.1", "2.23.140.1.2.2")
"""Extended and organisation validation, as the CA/Browser Forum numbers them."""
_NOT_ORGANISATION: Final = {
    "2.23.140.1.2.1": "domain validated (DV)",
    "2.23.140.1.2.3": "individual validated (IV)",
}
_RSA_SIGNATURES: Final = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
        SignatureAlgorithmOID.RSASSA_PSS,
    }
)

E = TypeVar("E", bound=x509.ExtensionType)


class Rule(StrEnum):
    """What is judged. The first eight are Fluvius' policy, the last two hold for any."""

    AUTHORITY = "issued by an authority"
    CHAIN = "path to a recognised authority"
    ORGANISATION = "organisation validated"
    RSA_KEY = "RSA key"
    SIGNATURE = "signed with SHA-256 or SHA-512"
    DIGITAL_SIGNATURE = "fit for digital signatures"
    SERVER_AUTHENTICATION = "fit for server authentication"
    LIFETIME = "at most 398 days"
    VALIDITY = "valid now"
    MATCHING_KEY = "key matches"


@dataclass(frozen=True)
class Finding:
    """What was found of one rule.

    ``is_kept`` None: it cannot be told from what is there. ``says`` is what was found, ``advice``
    what to do, empty where nothing is.
    """

    rule: Rule
    is_kept: bool | None
    says: str
    advice: str = ""


def policy_findings(
    certificate: Certificate, *, now: datetime, roots: Sequence[x509.Certificate] = ()
) -> list[Finding]:
    """One finding for each rule of Fluvius' policy, in the order of :class:`Rule`.

    ``roots`` are the authorities counted as recognised. ``now`` tells which of their certificates
    hold; whether this one is valid then is :func:`validity_finding`.
    """
    return [
        _authority(certificate),
        _chain(certificate, roots, now),
        *(judge(certificate) for judge in _BY_ITSELF),
    ]


def validity_finding(certificate: Certificate, *, now: datetime) -> Finding:
    """Whether the certificate is valid at ``now``."""
    if now < certificate.valid_from:
        return Finding(
            Rule.VALIDITY,
            False,
            f"not valid before {certificate.valid_from:%Y-%m-%dT%H:%M:%SZ}",
            "wait until then, and use the former one meanwhile; check this machine's clock",
        )
    if now > certificate.valid_until:
        return Finding(
            Rule.VALIDITY,
            False,
            f"expired at {certificate.valid_until:%Y-%m-%dT%H:%M:%SZ}",
            "request a new one, hand it to Fluvius and use it here",
        )
    return Finding(
        Rule.VALIDITY,
        True,
        f"valid until {certificate.valid_until:%Y-%m-%d}, {certificate.days_left(now)} days left",
    )


def _authority(certificate: Certificate) -> Finding:
    if is_self_signed(certificate.parsed):
        return Finding(
            Rule.AUTHORITY,
            False,
            "self-signed",
            "request one from a certificate authority; self-signed ones are never accepted",
        )
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        return Finding(
            Rule.AUTHORITY,
            False,
            "an authority's own certificate",
            "use the certificate issued to your organisation; it comes first in a file",
        )
    return Finding(Rule.AUTHORITY, True, f"issued by {certificate.issuer}")


def _chain(certificate: Certificate, roots: Sequence[x509.Certificate], now: datetime) -> Finding:
    """The path up to the authority.

    Our reading: a file without its intermediates breaks no rule, since Fluvius takes a .cer, which
    holds one certificate only.
    """
    broken = broken_link(certificate)
    if broken is not None:
        return Finding(
            Rule.CHAIN,
            False,
            f"{broken.subject.rfc4514_string()} is not signed by the issuer in the file",
            "put the issuer's own certificates behind it, as the authority supplied them",
        )
    at = min(max(now, certificate.valid_from), certificate.valid_until)
    if leads_to(certificate, roots, at=at):
        return Finding(Rule.CHAIN, True, "the path leads to a recognised authority")
    return Finding(
        Rule.CHAIN,
        None,
        "the path cannot be followed to a recognised authority",
        "put the intermediate certificates behind it in the file (.pem) to have it checked",
    )


def _organisation(certificate: Certificate) -> Finding:
    """By the CA/Browser Forum's policy number; our reading: without any, by the name."""
    policies = _extension(certificate, x509.CertificatePolicies)
    numbers = {each.policy_identifier.dotted_string for each in policies or ()}
    lesser = [name for number, name in _NOT_ORGANISATION.items() if number in numbers]
    organisation = certificate.organisation
    if organisation and (numbers.intersection(_EXTENDED) or not lesser):
        return Finding(Rule.ORGANISATION, True, f"names the organisation {organisation}")
    return Finding(
        Rule.ORGANISATION,
        False,
        lesser[0] if lesser else "names no organisation",
        "request one that is organisation validated (OV)",
    )


def _rsa_key(certificate: Certificate) -> Finding:
    key = certificate.public_key
    if not isinstance(key, RSAPublicKey):
        says = "its key is not RSA"
    elif key.key_size < SMALLEST_KEY:
        says = f"an RSA key of {key.key_size} bits only"
    else:
        return Finding(Rule.RSA_KEY, True, f"RSA, {key.key_size} bits")
    return Finding(Rule.RSA_KEY, False, says, f"request one for an RSA key of {SMALLEST_KEY} bits")


def _signature(certificate: Certificate) -> Finding:
    algorithm = certificate.parsed.signature_algorithm_oid
    digest = certificate.parsed.signature_hash_algorithm
    kept = algorithm in _RSA_SIGNATURES and isinstance(digest, (SHA256, SHA512))
    name = getattr(algorithm, "_name", algorithm.dotted_string)
    if kept and digest is not None:
        return Finding(Rule.SIGNATURE, True, f"RSA with {digest.name.upper()}")
    return Finding(
        Rule.SIGNATURE,
        False,
        f"signed with {name}",
        "request one that is signed with RSA and SHA-256 or SHA-512",
    )


def _digital_signature(certificate: Certificate) -> Finding:
    """Our reading: a certificate that says nothing of its use is not fit for it."""
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and usage.digital_signature:
        return Finding(Rule.DIGITAL_SIGNATURE, True, "its key usage has digital signature")
    return Finding(
        Rule.DIGITAL_SIGNATURE,
        False,
        "its key usage lacks digital signature",
        "request one with key usage digital signature (KeySpec Signature)",
    )


def _server_authentication(certificate: Certificate) -> Finding:
    """Our reading, as for digital signatures: what is not said is not so."""
    usage = _extension(certificate, x509.ExtendedKeyUsage)
    fit = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if any(one in (usage or ()) for one in fit):
        return Finding(
            Rule.SERVER_AUTHENTICATION, True, "its extended key usage has server authentication"
        )
    return Finding(
        Rule.SERVER_AUTHENTICATION,
        False,
        "its extended key usage lacks server authentication",
        "request a server (TLS) certificate",
    )


def _lifetime(certificate: Certificate) -> Finding:
    lifetime = certificate.valid_until - certificate.valid_from
    if lifetime <= LONGEST_LIFETIME:
        return Finding(Rule.LIFETIME, True, f"valid for {_days(lifetime)} days in all")
    return Finding(
        Rule.LIFETIME,
        False,
        f"valid for {_days(lifetime)} days in all",
        f"request one that is valid for at most {LONGEST_LIFETIME.days} days",
    )


_BY_ITSELF: Final[tuple[Callable[[Certificate], Finding], ...]] = (
    _organisation,
    _rsa_key,
    _signature,
    _digital_signature,
    _server_authentication,
    _lifetime,
)


def _extension(certificate: Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.parsed.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


def _days(lifetime: timedelta) -> int:
    """Whole days, a day begun counted whole."""
    return -(-lifetime // timedelta(days=1))
