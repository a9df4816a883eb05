"""What can go wrong when another service signs somebody in."""

from __future__ import annotations

from kwartier.errors import KwartierError


class OpenIdError(KwartierError):
    """The OpenID provider did not answer, or its answer cannot be trusted. The message is for the
    log of the service: it holds neither code nor token.
    """
