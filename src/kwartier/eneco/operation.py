"""What all operations of Eneco and KPN FIAM share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import msgspec

from kwartier.eneco.environment import Environment
from kwartier.eneco.refusals import owner_digest
from kwartier.errors import ConfigurationError, InputError
from kwartier.transport import Call
from kwartier.vocabulary import arguments

_PREFIX = "/datashare/v1"
_FIAM_PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Where the API is, whom it knows us as, and the clock that its rules are judged by.

    ``fiam_url`` is None where no contracts can be asked for.
    """

    base_url: str
    fiam_url: str | None
    api_key: str = field(repr=False)
    environment: Environment
    business_unit: str
    label: str
    product_type: str
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """What the clock shows, in UTC; without a zone it is Brussels' wall time."""
        return arguments.now_by(self.clock)

    def get(
        self,
        data_owner_id: str,
        what: str,
        query: Mapping[str, str] | None = None,
        *,
        demo: str = "",
    ) -> Call:
        """A question about a data owner (checked)."""
        return Call(
            method="GET",
            url=self._url(demo, data_owner_id, what),
            query=query or {},
            headers=self._headers(),
            shown_as=self._url(demo, owner_digest(data_owner_id), what),
        )

    def post(self, data_owner_id: str, what: str, request: msgspec.Struct, *, demo: str) -> Call:
        """An order about a data owner (checked), which must not be sent twice."""
        return Call(
            method="POST",
            url=self._url(demo, data_owner_id, what),
            headers={**self._headers(), "Content-Type": "application/json"},
            body=msgspec.json.encode(request),
            is_idempotent=False,
            shown_as=self._url(demo, owner_digest(data_owner_id), what),
        )

    def ask_fiam(self, path: str, query: Mapping[str, str], *, shown: str | None = None) -> Call:
        """A question to FIAM; ``shown`` is the path that messages show, if not the real one."""
        if self.fiam_url is None:
            raise ConfigurationError(
                "contracts: KPN FIAM tells them, but a consumer token serves instead of it; set "
                f"{self.environment.fiam_prefix}_CLIENT_ID, _CERTIFICATE_PATH and "
                "_PRIVATE_KEY_PATH, and no consumer token"
            )
        at = f"{self.fiam_url}{_FIAM_PREFIX}"
        return Call(
            method="GET",
            url=at + path,
            query=query,
            headers={"Accept": "application/json"},
            shown_as=at + (shown or path),
        )

    def _url(self, demo: str, owner: str, what: str) -> str:
        parts = (self.business_unit, self.label, "dataconsumer", demo, owner, self.product_type)
        path = "/".join(quote(each, safe=":") for each in parts if each)
        return f"{self.base_url}{_PREFIX}/{path}/{what}"

    def _headers(self) -> dict[str, str]:
        return {"apiKey": self.api_key, "Accept": "application/json"}


def data_owner(given: object) -> str:
    """A data owner's identifier as the API writes it: a UUID in lower case, with hyphens."""
    text = arguments.text(given, "data_owner_id").strip()
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise InputError(
            "data_owner_id", "must be a UUID", f"this one has {len(text)} characters"
        ) from None  # its words would show it
