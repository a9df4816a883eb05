"""Which Eneco to talk to, and where it and KPN FIAM are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kwartier.settings import configured_address
from kwartier.settings import environment as process_environment


class Environment(StrEnum):
    """Production holds customers' data; in acceptance consents and data are made up."""

    PRODUCTION = "production"
    ACCEPTANCE = "acceptance"

    @property
    def prefix(self) -> str:
        """What the names of Eneco's environment variables begin with."""
        return "ENECO" + self._infix

    @property
    def fiam_prefix(self) -> str:
        """What the names of KPN FIAM's environment variables begin with."""
        return "FIAM" + self._infix

    @property
    def _infix(self) -> str:
        return "" if self is Environment.PRODUCTION else "_ACCEPTANCE"


_BASE_URLS: Final = {
    Environment.PRODUCTION: "https://api.enecogroup.com",
    Environment.ACCEPTANCE: "https://api-acc.enecogroup.com",
}
_FIAM: Final = "https://api-prd.kpn.com/fiam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Addresses: of Eneco's API (without ``/datashare/v1``), and of KPN FIAM (without ``/api/v1``).

    ``fiam_url`` is None where it is not known.
    """

    base_url: str
    fiam_url: str | None

    @property
    def token_url(self) -> str | None:
        """Where FIAM hands out tokens."""
        return None if self.fiam_url is None else f"{self.fiam_url}/api/v1/oauth/token"

    @classmethod
    def of(
        cls, environment: Environment, *, variables: Mapping[str, str] | None = None
    ) -> Endpoints:
        """The public addresses, unless ``ENECO_BASE_URL``, ``FIAM_BASE_URL`` or, for acceptance,
        ``ENECO_ACCEPTANCE_BASE_URL``, ``FIAM_ACCEPTANCE_BASE_URL`` name others.

        No public address of FIAM's acceptance environment is known: only its variable tells one.
        """
        found = process_environment() if variables is None else variables
        fiam = f"{environment.fiam_prefix}_BASE_URL"
        is_known = environment is Environment.PRODUCTION or fiam in found
        return cls(
            base_url=configured_address(
                found, f"{environment.prefix}_BASE_URL", _BASE_URLS[environment]
            ),
            fiam_url=configured_address(found, fiam, _FIAM) if is_known else None,
        )
