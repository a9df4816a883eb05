"""What the JSON library raises on bytes that it cannot read."""

from __future__ import annotations

from typing import Final

import msgspec

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""No JSON, JSON of another shape, no UTF-8, or nested deeper than anybody means it."""
