"""What Eneco and KPN FIAM know us by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from kwartier.eneco.environment import Environment
from kwartier.errors import ConfigurationError
from kwartier.settings import check_value
from kwartier.settings import environment as process_environment

if TYPE_CHECKING:
    from kwartier.certificates.signing import SigningKeys

_OF_ENECO: Final = ("api_key", "consumer_token")
_OF_FIAM: Final = ("client_id", "certificate_path", "private_key")
_RENEWAL: Final = "request a new one, register it with KPN FIAM, and name it here"
_ISSUED_BY: Final = {
    "api_key": "Eneco issues one for each environment",
    "consumer_token": "a token that KPN FIAM issued",
    "client_id": "our party identifier in KPN FIAM",
    "certificate_path": "the .pem file of the certificate registered with KPN FIAM, with its chain",
    "private_key": "the key of the certificate registered with KPN FIAM",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnecoCredentials:
    """Keys of one environment; what is secret never shows in ``repr``.

    ``api_key`` is Eneco's. The token comes from KPN FIAM: ``client_id`` is our party identifier
    there, ``certificate_path`` a ``.pem`` file with our certificate first and then its whole
    chain, ``private_key`` its key (PEM text, PEM as base64, or the path of a PEM file). Or
    ``consumer_token`` is a ready-made one, used instead: then there are no contracts to list, and
    nothing renews it.

    Raises :class:`ConfigurationError` for a missing value or a placeholder, and for a certificate
    or key that cannot be read, is encrypted, or does not match the other.
    """

    api_key: str = field(repr=False)
    consumer_token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    certificate_path: str | None = None
    private_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in (*_OF_ENECO, *_OF_FIAM):
            check_setting(name, getattr(self, name), called=name)
        if self.consumer_token:
            return
        missing = [name for name in _OF_FIAM if not getattr(self, name)]
        if missing:
            raise ConfigurationError(
                f"credentials: {', '.join(missing)} not set; give client_id, certificate_path and "
                "private_key (KPN FIAM), or a consumer_token"
            )
        self.signing_keys()

    @property
    def has_fiam(self) -> bool:
        """Whether tokens come from KPN FIAM, which then also tells the contracts."""
        return not self.consumer_token

    def signing_keys(self) -> SigningKeys:
        """The key to sign in to KPN FIAM with, read from where these credentials say.

        Raises :class:`ConfigurationError` when it cannot be used.
        """
        # Whoever has a token need not wait for the cryptography.
        from kwartier.certificates.signing import SigningKeys, SigningKeySource

        source = SigningKeySource(
            private_key=self.private_key or "", certificate_path=self.certificate_path
        )
        return SigningKeys([source], advice=_RENEWAL)

    @classmethod
    def from_env(
        cls,
        environment: Environment | str = Environment.PRODUCTION,
        *,
        variables: Mapping[str, str] | None = None,
    ) -> Self:
        """Read ``ENECO_API_KEY``, and ``ENECO_CONSUMER_TOKEN`` or ``FIAM_CLIENT_ID``,
        ``FIAM_CERTIFICATE_PATH`` and ``FIAM_PRIVATE_KEY`` or ``FIAM_PRIVATE_KEY_PATH``.

        For acceptance ``ENECO_ACCEPTANCE_*`` and ``FIAM_ACCEPTANCE_*``: what is FIAM's falls back
        to ``FIAM_*``, what is Eneco's never does. A missing value raises
        :class:`ConfigurationError` naming its variable.
        """
        found = process_environment() if variables is None else variables
        given = Environment(environment)
        values: dict[str, str | None] = {}
        for name in (*_OF_ENECO, *_OF_FIAM):
            variable, values[name] = look_up(name, given, found)
            check_setting(name, values[name], called=variable)
        if not values["consumer_token"]:
            _check_fiam(values, given)
        return cls(**values)  # type: ignore[arg-type]  # check_setting has refused a missing API key


def look_up(
    name: str, environment: Environment, variables: Mapping[str, str]
) -> tuple[str, str | None]:
    """The environment variable that credential ``name`` is read from, and its value if set."""
    if name in _OF_ENECO:
        variable = f"{environment.prefix}_{name.upper()}"
        return variable, variables.get(variable)
    first = f"{environment.fiam_prefix}_{name.upper()}"
    names = [first, f"FIAM_{name.upper()}"]
    if name == "private_key":
        names = [each for key in names for each in (key, f"{key}_PATH")]
    variable = next((each for each in names if each in variables), first)
    return variable, variables.get(variable)


def check_setting(name: str, value: str | None, *, called: str) -> None:
    """Raise :class:`ConfigurationError` for a credential that is missing where none serves, or is
    evidently not real; ``called`` is what the message names it by.
    """
    if value is not None and value.strip():
        check_value(value, called=called, hint=_ISSUED_BY[name], may_wrap=name == "private_key")
    elif name == "api_key":
        raise ConfigurationError(f"{called}: not set; set it ({_ISSUED_BY[name]})")


def _check_fiam(values: Mapping[str, str | None], environment: Environment) -> None:
    missing = [f"FIAM_{name.upper()}" for name in _OF_FIAM if not values[name]]
    if missing:
        raise ConfigurationError(
            f"{', '.join(missing)}: not set; set FIAM_CLIENT_ID, FIAM_CERTIFICATE_PATH and "
            f"FIAM_PRIVATE_KEY_PATH, or set {environment.prefix}_CONSUMER_TOKEN"
        )
