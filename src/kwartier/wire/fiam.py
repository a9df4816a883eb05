"""KPN FIAM: who may see whose data. It issues the tokens and keeps the contracts (iSHARE).

Eneco is the service provider, the energy service provider the service consumer, the customer the
data owner. Member names are the API's own, which are snake_case in JSON, too. Which words say that
a contract is about Eneco's usages of heat is our reading.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import field

SCOPE: Final = "DSH_FIAM"
"""What the scope of a token must contain."""

RESOURCE_TYPE: Final = "usages"
RESOURCE: Final = "heat"
ACTION: Final = "GET"


class TokenReply(msgspec.Struct, frozen=True):
    """A granted token, the consumer token; ``expires_in`` in seconds."""

    access_token: str
    token_type: str
    expires_in: int

    def __repr__(self) -> str:
        return f"TokenReply(token_type={self.token_type!r}, expires_in={self.expires_in})"


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """An active consent. All members are text and required; dates are ISO 8601."""

    id: str
    service_provider: str
    service_consumer: str
    data_owner: str
    start_date: str
    end_date: str
    resource_type: str
    resource: str
    resource_attribute: str
    action: str


class ContractPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a party's contracts; pages are numbered from 1 (our reading)."""

    page: int
    size: int
    page_count: int
    total_count: int
    records: list[Contract] = field(default_factory=list)


class Validate(msgspec.Struct, frozen=True, kw_only=True):
    """What the service provider asks before it answers."""

    data_owner: str
    data_consumer_token: str
    resource_type: str
    resource_attribute: str
    resource: str
    action: str

    def __repr__(self) -> str:
        return f"Validate(resource={self.resource!r}, action={self.action!r})"


class Validated(msgspec.Struct, frozen=True):
    """Whether a contract allows it."""

    allowed: bool
