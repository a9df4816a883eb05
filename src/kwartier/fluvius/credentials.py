"""What Fluvius and Microsoft Entra ID know us by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from kwartier.errors import ConfigurationError
from kwartier.settings import environment

_REQUIRED: Final = ("subscription_key", "client_id", "tenant_id", "scope")
_SHARED: Final = (*_REQUIRED, "data_access_contract_number")
_OWN: Final = ("client_secret", "certificate_thumbprint", "private_key")
_PLACEHOLDER: Final = re.compile(r"(^|/)your[-_ ]", re.IGNORECASE)
_ISSUED_BY: Final = {
    "subscription_key": "Fluvius issues it with access to the API",
    "client_id": "the application (client) ID in Microsoft Entra ID",
    "tenant_id": "the directory (tenant) ID in Microsoft Entra ID",
    "scope": "it looks like api://<id>/.default and comes from Fluvius",
    "client_secret": "Fluvius issues it for the sandbox",
    "certificate_thumbprint": "the thumbprint of the certificate given to Fluvius",
    "private_key": "the key that belongs to the certificate given to Fluvius",
    "data_access_contract_number": "it stands in the data access contract with Fluvius",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FluviusCredentials:
    """Keys of one environment; what is secret never shows in ``repr``.

    Sandbox: ``client_secret``. Production: ``certificate_thumbprint`` and ``private_key`` (PEM
    text, PEM as base64, or the path of a PEM file). ``data_access_contract_number`` is what
    sessions are created under unless a call names another.

    Raises :class:`ConfigurationError` for a missing value or a placeholder.
    """

    subscription_key: str = field(repr=False)
    client_id: str
    tenant_id: str
    scope: str
    client_secret: str | None = field(default=None, repr=False)
    certificate_thumbprint: str | None = None
    private_key: str | None = field(default=None, repr=False)
    data_access_contract_number: str | None = None

    def __post_init__(self) -> None:
        for name in (*_SHARED, *_OWN):
            _check(name, getattr(self, name), called=name)
        if not self.client_secret and not (self.certificate_thumbprint and self.private_key):
            raise ConfigurationError(
                "credentials: need client_secret (sandbox), or certificate_thumbprint and "
                "private_key (production)"
            )

    @classmethod
    def from_env(
        cls, prefix: str = "FLUVIUS", *, variables: Mapping[str, str] | None = None
    ) -> Self:
        """Read ``{prefix}_SUBSCRIPTION_KEY``, ``_CLIENT_ID``, ``_TENANT_ID``, ``_SCOPE``,
        ``_DATA_ACCESS_CONTRACT_NUMBER``, ``_CLIENT_SECRET``, ``_CERTIFICATE_THUMBPRINT`` and
        ``_PRIVATE_KEY`` or ``_PRIVATE_KEY_PATH``.

        The first five fall back to ``FLUVIUS_*``. A missing value raises
        :class:`ConfigurationError` naming its variable.
        """
        found = environment() if variables is None else variables
        values: dict[str, str | None] = {}
        for name in (*_SHARED, *_OWN):
            variable = f"{prefix}_{name.upper()}"
            values[name] = found.get(variable)
            if values[name] is None and name in _SHARED:
                variable = f"FLUVIUS_{name.upper()}"
                values[name] = found.get(variable)
            _check(name, values[name], called=variable)
        values["private_key"] = values["private_key"] or found.get(f"{prefix}_PRIVATE_KEY_PATH")
        if not values["client_secret"] and not values["private_key"]:
            raise ConfigurationError(
                f"{prefix}_CLIENT_SECRET: not set; set it (sandbox), or set "
                f"{prefix}_CERTIFICATE_THUMBPRINT and {prefix}_PRIVATE_KEY_PATH (production)"
            )
        return cls(**values)  # type: ignore[arg-type]  # _check has refused missing ones


def _check(name: str, value: str | None, *, called: str) -> None:
    if value is None or not value.strip():
        if name in _REQUIRED:
            raise ConfigurationError(f"{called}: not set; set it ({_ISSUED_BY[name]})")
    elif _PLACEHOLDER.search(value):
        raise ConfigurationError(
            f"{called}: still a placeholder; put the real value there ({_ISSUED_BY[name]})"
        )
    elif name != "private_key" and not value.isprintable():
        raise ConfigurationError(f"{called}: holds a line break or control character; remove it")
