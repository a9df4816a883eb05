"""Which Eneco to talk to, and where it and KPN FIAM are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from kwartier.settings import configured_address
from kwartier.settings import environment as process_environment
from kwartier.vocabulary import arguments


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
_PORTAL_EXAMPLE: Final = "https://example.com/consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Addresses: of Eneco's API (without ``/datashare/v1``), of KPN FIAM (without ``/api/v1``), and
    of the page where data owners consent.

    ``fiam_url`` and ``portal_url`` are None where they are not known.
    """

    base_url: str
    fiam_url: str | None
    portal_url: str | None

    @property
    def token_url(self) -> str | None:
        """Where FIAM hands out tokens."""
        return None if self.fiam_url is None else f"{self.fiam_url}/api/v1/oauth/token"

    def consent_url(self, client_id: str, return_url: str | None = None) -> str | None:
        """Where a data owner consents to ``client_id``, our party identifier, and is shown the way
        to ``return_url`` afterwards; None where the page's address is not known.

        What the page is asked is our reading. Raises :class:`~kwartier.errors.InputError` for a
        ``return_url`` that is no address.
        """
        back = arguments.optional(arguments.web_address, return_url, "return_url")
        if self.portal_url is None:
            return None
        asked = {"consumer": client_id} | ({"returnUrl": back} if back else {})
        return f"{self.portal_url}?{urlencode(asked)}"

    @classmethod
    def of(
        cls, environment: Environment, *, variables: Mapping[str, str] | None = None
    ) -> Endpoints:
        """The public addresses, unless ``ENECO_BASE_URL``, ``FIAM_BASE_URL`` or, for acceptance,
        ``ENECO_ACCEPTANCE_BASE_URL``, ``FIAM_ACCEPTANCE_BASE_URL`` name others.

        No public address of FIAM's acceptance environment is known, nor of the page where data
        owners consent: only ``FIAM_ACCEPTANCE_BASE_URL``, and ``FIAM_PORTAL_URL`` or
        ``FIAM_ACCEPTANCE_PORTAL_URL``, tell one.
        """
        found = process_environment() if variables is None else variables
        fiam = f"{environment.fiam_prefix}_BASE_URL"
        is_known = environment is Environment.PRODUCTION or fiam in found
        portal = f"{environment.fiam_prefix}_PORTAL_URL"
        return cls(
            base_url=configured_address(
                found, f"{environment.prefix}_BASE_URL", _BASE_URLS[environment]
            ),
            fiam_url=configured_address(found, fiam, _FIAM) if is_known else None,
            portal_url=configured_address(found, portal, _PORTAL_EXAMPLE)
            if portal in found
            else None,
        )
