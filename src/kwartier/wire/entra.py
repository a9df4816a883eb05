"""Microsoft Entra ID: the token endpoint's replies (OAuth 2.0 client credentials)."""

from __future__ import annotations

from typing import Final

import msgspec

CLIENT_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""What a form says beside an assertion that is a JWT (RFC 7523)."""


class TokenReply(msgspec.Struct, frozen=True):
    """A granted token: exactly four members, since some clients refuse a fifth."""

    token_type: str
    expires_in: int
    ext_expires_in: int
    access_token: str

    def __repr__(self) -> str:
        return f"TokenReply(token_type={self.token_type!r}, expires_in={self.expires_in})"


class TokenRefusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refused token; ``error_codes`` holds the AADSTS numbers."""

    error: str
    error_description: str = ""
    error_codes: list[int] = []
    timestamp: str = ""
    trace_id: str = ""
    correlation_id: str = ""
