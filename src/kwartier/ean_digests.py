"""The digests that stand for EANs in logs and errors: the same in every run, of use to nobody else.

EANs are few enough to try them all, so the digests have a key: ``KWARTIER_DIGEST_KEY`` where it is
set, for several machines to have the same digests, else a secret of this user that is made on its
first use.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from kwartier.settings import environment, state_folder
from kwartier.vocabulary.ean import ean_digest

VARIABLE: Final = "KWARTIER_DIGEST_KEY"
_BYTES: Final = 32
_EAN: Final = re.compile(r"(?<!\d)54\d{16}(?!\d)")


@dataclass(frozen=True, slots=True)
class DigestKey:
    """The key of the digests; one that ``is_lasting`` is the same in the next run."""

    secret: bytes = field(repr=False)
    is_lasting: bool


def digest_for_logs(ean: str) -> str:
    """What stands for an EAN in logs and errors."""
    return ean_digest(ean, digest_key().secret)


def without_eans(text: str) -> str:
    """``text`` with each EAN in it shown as its digest."""
    return _EAN.sub(lambda found: digest_for_logs(found[0]), text)


def digest_key() -> DigestKey:
    """The key of this process. It is read once, when it is first needed."""
    return _key(environment().get(VARIABLE), state_folder())


@cache
def _key(stated: str | None, folder: Path | None) -> DigestKey:
    if stated is not None:
        secret = hashlib.blake2b(stated.strip().encode(), digest_size=_BYTES).digest()
        return DigestKey(secret, is_lasting=True)
    try:
        if folder is not None:
            return DigestKey(_kept_in(folder / "kwartier"), is_lasting=True)
    except OSError:
        pass  # Nothing may be written there: a digest that lasts for this run is better than none.
    return DigestKey(secrets.token_bytes(_BYTES), is_lasting=False)


def _kept_in(folder: Path) -> bytes:
    """The secret in ``folder``, made if there is none. Raises OSError."""
    file = folder / "digest.key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(file)
    secret = file.read_bytes()
    if len(secret) != _BYTES:
        raise OSError(f"{file} is no key")
    return secret


def _make(file: Path) -> None:
    """Make a secret in one move; if another process was first, its secret stays."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(secrets.token_bytes(_BYTES))
        if not file.exists():
            file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
