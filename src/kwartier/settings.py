"""The only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    """The process environment; empty values count as unset."""
    return {name: value for name, value in os.environ.items() if value.strip()}
