"""Which authorities a client trusts for https besides those that the machine trusts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kwartier.errors import ConfigurationError
from kwartier.settings import environment


def trusted_roots(variable: str, variables: Mapping[str, str] | None = None) -> list[bytes]:
    """The certificates (DER) in the file that the ``variable`` of the environment names; none if
    it is not set.

    An emulator that serves https has an authority of its own, which this lets a client trust.
    Raises :class:`ConfigurationError` when the file cannot be read.
    """
    found = (environment() if variables is None else variables).get(variable)
    if not found:
        return []
    from cryptography.hazmat.primitives.serialization import Encoding

    from kwartier.certificates import read_certificates

    try:
        content = Path(found).read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{variable}: {found} cannot be read ({error.strerror}); correct it or unset it"
        ) from error
    roots = read_certificates(content, called=f"{variable}: {found}")
    return [each.public_bytes(Encoding.DER) for each in roots]
