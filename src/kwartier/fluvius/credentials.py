"""What Fluvius and Microsoft Entra ID know us by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from kwartier.errors import ConfigurationError
from kwartier.settings import check_value, environment

if TYPE_CHECKING:
    from kwartier.certificates.signing import SigningKeys

_REQUIRED: Final = ("subscription_key", "client_id", "tenant_id", "scope")
SHARED: Final = (*_REQUIRED, "data_access_contract_number")
"""What the sandbox takes from ``FLUVIUS_*`` where it has none of its own."""

_CERTIFICATE: Final = (
    "certificate_thumbprint",
    "certificate_path",
    "private_key",
    "next_certificate_path",
    "next_private_key",
)
_OWN: Final = ("client_secret", *_CERTIFICATE)
_KEYS: Final = ("private_key", "next_private_key")
_RENEWAL: Final = (
    "request a new one, hand it to Fluvius, and name it here or as next_certificate_path"
)
_ISSUED_BY: Final = {
    "subscription_key": "Fluvius issues it with access to the API",
    "client_id": "the application (client) ID in Microsoft Entra ID",
    "tenant_id": "the directory (tenant) ID in Microsoft Entra ID",
    "scope": "it looks like api://<id>/.default and comes from Fluvius",
    "client_secret": "Fluvius issues it for the sandbox",
    "certificate_thumbprint": "the thumbprint of the certificate given to Fluvius",
    "certificate_path": "the .cer, .crt or .pem file of the certificate given to Fluvius",
    "private_key": "the key that belongs to the certificate given to Fluvius",
    "next_certificate_path": "the file of the certificate that is to take over",
    "next_private_key": "the key of the certificate that is to take over",
    "data_access_contract_number": "it stands in the data access contract with Fluvius",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FluviusCredentials:
    """Keys of one environment; what is secret never shows in ``repr``.

    Sandbox: ``client_secret``. Production: ``private_key`` (PEM text, PEM as base64, or the path
    of a PEM file) and the certificate that it belongs to: ``certificate_path`` (a ``.cer``,
    ``.crt`` or ``.pem`` file) or ``certificate_thumbprint`` (hexadecimal SHA-1 or SHA-256), which
    only counts without the path. ``next_certificate_path`` takes over as soon as it is valid and
    known to Fluvius; its key is ``next_private_key``, or the same. ``data_access_contract_number``
    is what sessions are created under unless a call names another.

    Raises :class:`ConfigurationError` for a missing value or a placeholder, and for a certificate
    or key that cannot be read, is encrypted, or does not match the other.
    """

    subscription_key: str = field(repr=False)
    client_id: str
    tenant_id: str
    scope: str
    client_secret: str | None = field(default=None, repr=False)
    certificate_thumbprint: str | None = None
    private_key: str | None = field(default=None, repr=False)
    data_access_contract_number: str | None = None
    certificate_path: str | None = None
    next_certificate_path: str | None = None
    next_private_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in (*SHARED, *_OWN):
            check_setting(name, getattr(self, name), called=name)
        named = self.certificate_path or self.certificate_thumbprint
        if not self.client_secret and not (named and self.private_key):
            raise ConfigurationError(
                "credentials: need client_secret (sandbox), or certificate_path (or "
                "certificate_thumbprint) and private_key (production)"
            )
        if not self.client_secret:
            self.signing_keys()

    def signing_keys(self) -> SigningKeys:
        """The keys to sign in with, read from where these credentials say.

        Raises :class:`ConfigurationError` when one cannot be used.
        """
        # Whoever signs in with a secret need not wait for the cryptography.
        from kwartier.certificates.signing import SigningKeys, SigningKeySource

        private_key = self.private_key or ""
        sources = [
            SigningKeySource(
                private_key=private_key,
                certificate_path=self.certificate_path,
                thumbprint=self.certificate_thumbprint,
            )
        ]
        if self.next_certificate_path:
            sources.append(
                SigningKeySource(
                    private_key=self.next_private_key or private_key,
                    certificate_path=self.next_certificate_path,
                    prefix="next_",
                )
            )
        return SigningKeys(sources, advice=_RENEWAL)

    @classmethod
    def from_env(
        cls, prefix: str = "FLUVIUS", *, variables: Mapping[str, str] | None = None
    ) -> Self:
        """Read ``{prefix}_SUBSCRIPTION_KEY``, ``_CLIENT_ID``, ``_TENANT_ID``, ``_SCOPE``,
        ``_DATA_ACCESS_CONTRACT_NUMBER``, ``_CLIENT_SECRET``, ``_CERTIFICATE_PATH`` or
        ``_CERTIFICATE_THUMBPRINT``, ``_PRIVATE_KEY`` or ``_PRIVATE_KEY_PATH``,
        ``_NEXT_CERTIFICATE_PATH``, and ``_NEXT_PRIVATE_KEY`` or ``_NEXT_PRIVATE_KEY_PATH``.

        The first five fall back to ``FLUVIUS_*``. A missing value raises
        :class:`ConfigurationError` naming its variable.
        """
        found = environment() if variables is None else variables
        values: dict[str, str | None] = {}
        for name in (*SHARED, *_OWN):
            variable, values[name] = look_up(name, prefix, found)
            check_setting(name, values[name], called=variable)
        for name in _KEYS:
            values[name] = values[name] or found.get(f"{prefix}_{name.upper()}_PATH")
        if not values["client_secret"] and not values["private_key"]:
            raise ConfigurationError(
                f"{prefix}_CLIENT_SECRET: not set; set it (sandbox), or set "
                f"{prefix}_CERTIFICATE_PATH and {prefix}_PRIVATE_KEY_PATH (production)"
            )
        return cls(**values)  # type: ignore[arg-type]  # _check has refused missing ones


def look_up(name: str, prefix: str, variables: Mapping[str, str]) -> tuple[str, str | None]:
    """The environment variable that credential ``name`` is read from, and its value if set."""
    variable = f"{prefix}_{name.upper()}"
    if variable not in variables and name in SHARED:
        variable = f"FLUVIUS_{name.upper()}"
    return variable, variables.get(variable)


def check_setting(name: str, value: str | None, *, called: str) -> None:
    """Raise :class:`ConfigurationError` for a credential that is missing, or evidently not real.

    ``called`` is what the message names it by.
    """
    if value is None or not value.strip():
        if name in _REQUIRED:
            raise ConfigurationError(f"{called}: not set; set it ({_ISSUED_BY[name]})")
    else:
        check_value(value, called=called, hint=_ISSUED_BY[name], may_wrap=name in _KEYS)
