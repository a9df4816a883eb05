"""What may be set: a dataclass is a group of settings, its annotated fields are the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

Bound = int | float | timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Annotates a dataclass' field that may be set in the configuration file.

    ``about`` tells people what it is; ``at_least`` and ``at_most`` bound it, ends included. A
    field without this annotation cannot be set there.
    """

    about: str
    at_least: Bound | None = None
    at_most: Bound | None = None
