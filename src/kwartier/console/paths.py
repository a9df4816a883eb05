"""Where people are sent: addresses of this site, and of no other."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

SIGN_IN: Final = "/sign-in"
OPENID: Final = "/sign-in/openid"
NEXT: Final = "next"
"""The query parameter that says where to go on to after signing in."""


def local_path(text: str) -> str | None:
    """``text`` if it is the address of a page of this site, and of no other; None otherwise."""
    if not text.startswith("/") or text.startswith("//") or not text.isprintable() or "\\" in text:
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text
