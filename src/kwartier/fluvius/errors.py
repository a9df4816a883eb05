"""What can go wrong between us and Fluvius.

    KwartierError
    ├── FluviusAPIError               Fluvius, or Entra ID for it, did not deliver (ProviderError)
    │   ├── AuthenticationError       401, or a refused token
    │   ├── ForbiddenError            403
    │   ├── NotFoundError             404
    │   ├── ValidationError           400: ``validation_errors`` lists the broken rules
    │   ├── RateLimitError            429, even after waiting
    │   ├── ServerError               500 and other 5xx
    │   ├── ServiceUnavailableError   503
    │   └── NoReplyError              no usable reply; its cause is the TransportError
    └── DecodeError                   a reply that is no energy reply at all

``is_transient`` tells whether asking again later may help. ``except FluviusAPIError`` catches
everything that went wrong on the way there and back, an unreachable service included.
"""

from __future__ import annotations

from kwartier.errors import KwartierError, ProviderError


class DecodeError(KwartierError):
    """The body is no energy reply, or one about another metering point."""


class FluviusAPIError(ProviderError):
    """Fluvius did not deliver. ``type`` and ``code`` are the API's own words,
    ``validation_errors`` the rules that the request broke.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        type: str | None = None,
        validation_errors: list[str] | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code)
        self.type = type
        self.validation_errors = validation_errors or []


class AuthenticationError(FluviusAPIError):
    """The token, the credentials or the subscription key were refused."""


class ForbiddenError(FluviusAPIError):
    """The credentials are good, but not for this."""


class NotFoundError(FluviusAPIError):
    """No mandate matches (``Mandates.NotFound``), or there is no such address."""


class ValidationError(FluviusAPIError):
    """Fluvius refused the request's content; ``validation_errors`` lists the broken rules."""


class RateLimitError(FluviusAPIError):
    """Too many requests, even after waiting as long as we were told to."""

    is_transient = True


class ServerError(FluviusAPIError):
    """Fluvius failed on its side (500 and other 5xx)."""

    is_transient = True


class ServiceUnavailableError(FluviusAPIError):
    """Fluvius, or a system behind it, is out of service for now (503)."""

    is_transient = True


class NoReplyError(FluviusAPIError):
    """No usable reply: a timeout, a lost or refused connection, a broken body.

    ``__cause__`` is the :class:`~kwartier.transport.TransportError` that says which.
    """

    is_transient = True
