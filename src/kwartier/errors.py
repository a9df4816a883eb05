"""Every failure a user can meet, one tree.

    KwartierError
    ├── ConfigurationError            settings or credentials are missing or malformed
    ├── InputError                    an argument breaks a documented rule; nothing was sent
    ├── TransportError                no usable reply (kwartier.transport)
    ├── FluviusAPIError               Fluvius did not deliver (kwartier.fluvius)
    ├── EnecoAPIError                 Eneco or KPN FIAM did not deliver (kwartier.eneco)
    ├── DecodeError                   a reply that cannot be read at all (one of each provider)
    └── StoreError                    the store cannot do it (kwartier.store)

A specific error stands beside what raises it. A message says which field, which rule, which
value (never a secret, an EAN only as a digest), and what to do next.
"""

from __future__ import annotations


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
