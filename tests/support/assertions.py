"""Client assertions of every kind, made without any code of ours: good ones, and bad ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from kwartier.certificates import Certificate

MICROSOFT = "https://login.microsoftonline.com"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def base64url(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(env: dict[str, str], **changes: Any) -> dict[str, Any]:
    """The claims of a good assertion; ``changes`` replace or (None) drop some."""
    now = int(time.time())
    good = {
        "aud": env["FLUVIUS_TOKEN_URL"],
        "iss": env["FLUVIUS_CLIENT_ID"],
        "sub": env["FLUVIUS_CLIENT_ID"],
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "exp": now + 300,
        **changes,
    }
    return {name: value for name, value in good.items() if value is not None}


def header(certificate: Certificate, **changes: Any) -> dict[str, Any]:
    """The header of a good assertion, PS256; ``changes`` replace or (None) drop members."""
    digest = base64url(bytes.fromhex(certificate.sha256))
    good = {"typ": "JWT", "alg": "PS256", "x5t#S256": digest, **changes}
    return {name: value for name, value in good.items() if value is not None}


def signed(key: RSAPrivateKey, head: dict[str, Any], body: dict[str, Any]) -> str:
    """A JWT signed as its header says; by HMAC with the public key, or not at all, too."""
    text = ".".join(base64url(json.dumps(part).encode()) for part in (head, body))
    return f"{text}.{base64url(_signature(key, str(head.get('alg')), text.encode()))}"


def _signature(key: RSAPrivateKey, algorithm: str, content: bytes) -> bytes:
    if algorithm == "RS256":
        return key.sign(content, padding.PKCS1v15(), SHA256())
    if algorithm == "PS256":
        pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
        return key.sign(content, pss, SHA256())
    if algorithm == "HS256":
        public = str(key.public_key().public_numbers().n).encode()
        return hmac.new(public, content, hashlib.sha256).digest()
    return b""
