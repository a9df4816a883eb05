"""Every failure a user can meet, one tree.

    KwartierError
    ├── ConfigurationError            settings or credentials are missing or malformed
    ├── InputError                    an argument breaks a documented rule; nothing was sent
    ├── TransportError                no usable reply (kwartier.transport)
    ├── ProviderError                 who has the data did not deliver
    │   ├── FluviusAPIError           Fluvius (kwartier.fluvius)
    │   └── EnecoAPIError             Eneco or KPN FIAM (kwartier.eneco)
    ├── DecodeError                   a reply that cannot be read at all (one of each provider)
    └── StoreError                    the store cannot do it (kwartier.store)

A specific error stands beside what raises it. A message says which field, which rule, which
value (never a secret, an EAN only as a digest), and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class KwartierError(Exception):
    """Root of all errors that kwartier raises on purpose."""


class ConfigurationError(KwartierError):
    """Settings or credentials are missing or malformed; the message names them and the remedy."""


class InputError(KwartierError, ValueError):
    """An argument breaks a documented rule; nothing was sent or written.

    ``field`` is the argument's name, ``rule`` what it must satisfy.
    """

    def __init__(self, field: str, rule: str, hint: str = "") -> None:
        self.field = field
        self.rule = rule
        super().__init__(f"{field}: {rule}" + (f" ({hint})" if hint else ""))


class ProviderError(KwartierError):
    """A provider did not deliver.

    ``status`` is the HTTP status (None without a reply), ``code`` the API's own word for it if it
    gave one, ``message`` says what it told us. ``is_transient``: asking again later may help.
    """

    is_transient: ClassVar[bool] = False

    def __init__(self, message: str, *, status: int | None = None, code: str | None = None) -> None:
        self.message = message
        self.status = status
        self.code = code
        super().__init__(message)


def is_transient(error: BaseException) -> bool:
    """Whether asking a provider again later may help."""
    return isinstance(error, ProviderError) and error.is_transient
