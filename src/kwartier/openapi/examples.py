"""Examples for documented calls."""

from __future__ import annotations

from typing import Any

import msgspec

Examples = dict[str, dict[str, Any]]
"""Examples by name, as OpenAPI writes them."""


def named(**values: msgspec.Struct) -> Examples:
    """Examples by name, as the messages go over the wire."""
    return {
        name.replace("_", " "): {"value": msgspec.to_builtins(value)}
        for name, value in values.items()
    }
