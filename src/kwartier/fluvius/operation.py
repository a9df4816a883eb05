"""What all operations of the API share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic

import msgspec

from kwartier.fluvius.dialect import Dialect
from kwartier.fluvius.energy_response import R
from kwartier.transport import Call
from kwartier.vocabulary.arguments import now_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Api(Generic[R]):
    """Where the API is, whom it knows us as, and the clock that its rules are judged by."""

    base_url: str
    subscription_key: str = field(repr=False)
    clock: Callable[[], datetime]
    dialect: Dialect[R]
    contract_number: str | None = None

    def now(self) -> datetime:
        """What the clock shows, in UTC; without a zone it is Brussels' wall time."""
        return now_by(self.clock)

    def get(self, path: str, query: Mapping[str, str | None]) -> Call:
        """A question in v3's words; parameters that are None are left out."""
        given = {
            name: text.value if isinstance(text, StrEnum) else text
            for name, text in query.items()
            if text is not None
        }
        asked = self.dialect.asked(given)
        return Call(method="GET", url=self.base_url + path, query=asked, headers=self._headers())

    def post(self, path: str, request: msgspec.Struct) -> Call:
        """An order, which must not be sent twice."""
        return Call(
            method="POST",
            url=self.base_url + path,
            headers={**self._headers(), "Content-Type": "application/json"},
            body=msgspec.json.encode(request),
            is_idempotent=False,
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Ocp-Apim-Subscription-Key": self.subscription_key,
            "Accept": "application/json",
        }
