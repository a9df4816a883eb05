"""What can go wrong with the office file."""

from __future__ import annotations

from kwartier.errors import KwartierError


class OfficeError(KwartierError):
    """The office file cannot be opened, read or written."""
