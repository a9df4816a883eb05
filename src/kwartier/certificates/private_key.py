"""Private keys of certificates, from PEM."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kwartier.certificates.certificate import Certificate
from kwartier.certificates.policy import Finding, Rule
from kwartier.errors import ConfigurationError

_LOCKED: Final = (
    "{called}: the private key is encrypted; store it without a password where only this program "
    "may read it (openssl pkey -in encrypted.pem -out key.pem; chmod 600 key.pem)"
)


def read_private_key(content: bytes, *, called: str) -> RSAPrivateKey:
    """The RSA key in a PEM (PKCS#1 or PKCS#8), without password.

    ``called`` is what errors name it by. Raises :class:`ConfigurationError`, which never shows
    anything of the key.
    """
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError as error:
        raise ConfigurationError(_LOCKED.format(called=called)) from error
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(  # the library's words may quote the content
            f"{called}: no private key that can be read; it must be whole PEM text, from its "
            "BEGIN PRIVATE KEY (or BEGIN RSA PRIVATE KEY) line to its END line"
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(
            f"{called}: the private key is not RSA; only RSA certificates are accepted"
        )
    return key


def belong_together(certificate: Certificate, key: RSAPrivateKey) -> bool:
    """Whether ``certificate`` vouches for ``key``."""
    vouched = certificate.public_key
    return (
        isinstance(vouched, RSAPublicKey)
        and vouched.public_numbers() == key.public_key().public_numbers()
    )


def key_finding(certificate: Certificate, key: RSAPrivateKey) -> Finding:
    """Whether the private key belongs to the certificate."""
    if belong_together(certificate, key):
        return Finding(Rule.MATCHING_KEY, True, "the private key belongs to the certificate")
    return Finding(
        Rule.MATCHING_KEY,
        False,
        f"the private key does not belong to the certificate {certificate.sha1}",
        "use the key that the certificate was requested with",
    )
