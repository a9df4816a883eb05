"""Which listed mandate is which known one (mandates carry no id)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kwartier.registry.known_mandate import KnownMandate
from kwartier.vocabulary.mandate import Mandate


def match_mandates(
    known: Sequence[KnownMandate], listed: Iterable[Mandate], seen_at: datetime
) -> list[KnownMandate]:
    raise NotImplementedError
