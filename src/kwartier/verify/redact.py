"""Nothing that opens a door or names a household leaves the suite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from secrets import token_bytes
from typing import Final

from kwartier.fluvius import FluviusCredentials
from kwartier.vocabulary.ean import ean_digest

_SHORTEST: Final = 4
_PATTERNS: Final = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b[0-9a-f]{32,}\b", re.IGNORECASE), "<identifier>"),
)
_EAN: Final = re.compile(r"(?<![0-9])[0-9]{18}(?![0-9])")


class Redactor:
    """Takes credentials, tokens, identifiers and EANs out of text.

    ``labels`` says by what name the run's own EANs and references go; it may grow later. Other
    EANs become digests, with a key that nobody keeps: the same EAN has the same one in a run.
    """

    def __init__(self, credentials: FluviusCredentials, labels: Mapping[str, str]) -> None:
        held = ((one.name, getattr(credentials, one.name)) for one in fields(credentials))
        self._held = sorted(
            (
                (value, f"<{name}>")
                for name, value in held
                if isinstance(value, str) and len(value) >= _SHORTEST
            ),
            key=lambda pair: len(pair[0]),
            reverse=True,
        )
        self._labels = labels
        self._key = token_bytes(16)

    def __call__(self, text: str) -> str:
        for value, name in self._held:
            text = text.replace(value, name)
        for value, label in self._labels.items():
            text = text.replace(value, f"<{label}>")
        for pattern, name in _PATTERNS:
            text = pattern.sub(name, text)
        return _EAN.sub(lambda found: ean_digest(found[0], self._key), text)
