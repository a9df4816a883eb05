"""Which Fluvius to talk to, and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlsplit

from kwartier.errors import ConfigurationError
from kwartier.settings import configured_address
from kwartier.settings import environment as process_environment

_TOKEN_URL: Final = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"  # noqa: S105
_PORTAL: Final = "https://mijn.fluvius.be"
_CONSENT_PAGE: Final = "/verbruik/dienstverlener"


class Environment(StrEnum):
    """Production holds customers' data; in the sandbox mandates and data are made up."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"

    @property
    def prefix(self) -> str:
        """What the names of its environment variables begin with."""
        return "FLUVIUS" if self is Environment.PRODUCTION else "FLUVIUS_SANDBOX"


class ApiVersion(StrEnum):
    """Of the API. v3 is the one to use; v2 is older, tells of digital meters only, and has
    installation data.
    """

    V3 = "v3"
    V2 = "v2"


_BASE_URLS: Final = {
    Environment.PRODUCTION: "https://apihub.fluvius.be/esco-live/v3",
    Environment.SANDBOX: "https://apihub.fluvius.be/esco-sbx/v3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Addresses: of the API (ends in ``/v3`` or ``/api/v2.0``), the token endpoint, and the
    consent page.
    """

    base_url: str
    token_url: str
    portal_url: str

    @classmethod
    def of(
        cls,
        environment: Environment,
        *,
        tenant_id: str,
        variables: Mapping[str, str] | None = None,
        version: ApiVersion = ApiVersion.V3,
    ) -> Endpoints:
        """The public addresses, unless ``FLUVIUS_BASE_URL``, ``FLUVIUS_SANDBOX_BASE_URL``,
        ``FLUVIUS_TOKEN_URL`` or ``FLUVIUS_PORTAL_URL`` name others.

        The first two name v3's address, whatever the version: v2's follows from it.
        """
        found = process_environment() if variables is None else variables
        token_url = _TOKEN_URL.format(tenant=quote(tenant_id, safe=""))
        variable = f"{environment.prefix}_BASE_URL"
        base_url = configured_address(found, variable, _BASE_URLS[environment])
        return cls(
            base_url=base_url if version is ApiVersion.V3 else _v2_beside(base_url, variable),
            token_url=configured_address(found, "FLUVIUS_TOKEN_URL", token_url),
            portal_url=_consent_page(configured_address(found, "FLUVIUS_PORTAL_URL", _PORTAL)),
        )


def _v2_beside(base_url: str, variable: str) -> str:
    """v2's address: where v3's has ``/v3``, it has ``/api/v2.0``."""
    root, _, version = base_url.rpartition("/")
    if version.lower() != ApiVersion.V3:
        raise ConfigurationError(
            f"{variable}: must end in /v3, also for api_version v2, whose address follows from it"
        )
    return f"{root}/api/v2.0"


def _consent_page(portal: str) -> str:
    """The consent page of a portal given with or without the page's own path."""
    bare = portal.partition("?")[0].rstrip("/")
    return bare if urlsplit(bare).path else bare + _CONSENT_PAGE
