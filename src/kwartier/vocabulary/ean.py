"""The EAN (GSRN) of a metering point: 18 digits, always text."""

from __future__ import annotations

import hashlib
import re

from kwartier.errors import InputError

_EAN = re.compile(r"[0-9]{18}")


def check_ean(ean: str, field: str = "ean") -> str:
    """Return ``ean`` if it has 18 digits; raise :class:`InputError` naming ``field`` otherwise.

    The check digit is not judged: the sandbox's own EANs fail it (see :func:`has_check_digit`).
    """
    if not isinstance(ean, str) or not _EAN.fullmatch(ean):
        what = f"has {len(ean)} characters" if isinstance(ean, str) else f"is {type(ean).__name__}"
        raise InputError(field, "an EAN is text of exactly 18 digits", f"this one {what}")
    return ean


def has_check_digit(ean: str) -> bool:
    """Whether the last digit is the GS1 mod-10 check digit of the first 17 (weights 3, 1, 3...)."""
    digits = [int(c) for c in check_ean(ean)]
    total = sum(d * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits[:17])))
    return digits[17] == -total % 10


def ean_digest(ean: str, key: bytes) -> str:
    """A short digest that stands for an EAN where it may not be shown (EANs are personal data).

    Without ``key`` (at most 64 bytes) nobody can find the EAN by trying them all;
    :mod:`kwartier.ean_digests` has the one of logs and errors.
    """
    return "ean:" + hashlib.blake2b(ean.encode(), digest_size=5, key=key).hexdigest()
