"""One request to Eneco DataShare, and the checks that all of them share, in their order.

Our reading: key, token, rate limit, whether the call is there at all, then route and query; after
these the calls themselves look for the data owner and its contract.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request

from kwartier.emulator.eneco.data_owners import DataOwner, data_owner
from kwartier.emulator.fiam.caller import bearer
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.problems import errors, problem
from kwartier.emulator.refusals import Refused
from kwartier.emulator.registrations import ENECO_ACCEPTANCE_API_KEY, ENECO_API_KEY
from kwartier.emulator.world import World

_KEYS: Final = {
    Environment.PRODUCTION: ENECO_API_KEY,
    Environment.ACCEPTANCE: ENECO_ACCEPTANCE_API_KEY,
}
_ROUTE: Final = {
    "unit": ("businessUnit", "nl"),
    "label": ("label", "eneco"),
    "product": ("productType", "heat"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of one environment at the emulated instant ``now``."""

    world: World
    environment: Environment
    request: Request
    now: datetime
    is_demo: bool

    def refusal(self, status: int, message: str) -> Refused:
        """In the sandbox's words, or problem details."""
        if self.is_demo:
            return errors(status, message)
        return problem(status, message, self.request.scope["path"])

    def check_access(self) -> None:
        """That it brings this environment's key, and a token that does not ask too often."""
        key = self.request.headers.get("apikey")
        if not key:
            raise self.refusal(401, "The header apiKey is missing.")
        if key != _KEYS[self.environment]:
            raise self.refusal(401, "The apiKey is not valid in this environment.")
        token = self.token
        if token is None:
            raise self.refusal(401, "The header Authorization must bring a bearer token.")
        wait = self.world.eneco_rate_limit.wait(token)
        if wait:
            message = f"Rate limit is exceeded. Try again in {wait} seconds."
            raise errors(429, message, {"retry-after": str(wait)})

    @property
    def token(self) -> str | None:
        return bearer(self.request)

    def check_route(self) -> str:
        """That the route's values are the ones there are; the data owner's UUID."""
        values = self.request.path_params
        for name, (called, only) in _ROUTE.items():
            if values[name] != only:
                raise self.refusal(400, f"{called}: must be {only}.")
        try:
            found = uuid.UUID(values["owner"])
        except ValueError:
            found = None
        if found is None or str(found) != values["owner"]:
            raise self.refusal(400, "dataOwnerId: must be a UUID.")
        return str(found)

    def owner(self, data_owner_id: str) -> DataOwner:
        """The data owner with this UUID, or a 404."""
        found = data_owner(self.environment, data_owner_id)
        if found is None:
            raise self.refusal(404, "dataOwnerId: this data owner is not known.")
        return found

    def check_contract(self, owner: DataOwner) -> None:
        """That the token's party has an active contract with the owner; a token that is not known
        has none.
        """
        party = self.world.fiam_tokens[self.environment].party_of(self.token or "")
        contracts = self.world.contracts(self.environment)
        if party is None or contracts.active(owner.id, party, self.now) is None:
            raise self.refusal(403, "The token has no active contract with this data owner.")
