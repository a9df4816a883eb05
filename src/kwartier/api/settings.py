"""What the REST API can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from kwartier.vocabulary.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The REST API under /api/v1, for which `kwartier api-keys add` makes keys."""

    requests_per_minute: Annotated[
        int,
        Setting(about="at most so many of each key, evenly", at_least=1, at_most=1_000_000),
    ] = 600
    burst: Annotated[
        int,
        Setting(about="how many of them may come at once after a pause", at_least=1),
    ] = 100
