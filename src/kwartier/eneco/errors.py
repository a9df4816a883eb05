"""What can go wrong between us and Eneco, or KPN FIAM.

    KwartierError
    ├── EnecoAPIError                 Eneco, or KPN FIAM for it, did not deliver (ProviderError)
    │   ├── AuthenticationError       401, or a refused token
    │   ├── ForbiddenError            403: no active contract for this data owner
    │   ├── NotFoundError             404: no such data owner, contract or address
    │   ├── ValidationError           400, 415
    │   ├── RateLimitError            429, even after waiting
    │   ├── ServerError               500 and other 5xx
    │   ├── ServiceUnavailableError   503
    │   └── NoReplyError              no usable reply; its cause is the TransportError
    └── DecodeError                   a reply that is not what the API documents

``is_transient`` tells whether asking again later may help.
"""

from __future__ import annotations

from kwartier.errors import KwartierError, ProviderError


class DecodeError(KwartierError):
    """The body is not what the API documents."""


class EnecoAPIError(ProviderError):
    """Eneco or KPN FIAM did not deliver."""


class AuthenticationError(EnecoAPIError):
    """The API key, the token or what the token is asked with was refused."""


class ForbiddenError(EnecoAPIError):
    """No active contract lets us see this data owner: it was never made, or it has ended."""


class NotFoundError(EnecoAPIError):
    """There is no such data owner, contract or address."""


class ValidationError(EnecoAPIError):
    """The request's content was refused."""


class RateLimitError(EnecoAPIError):
    """Too many requests, even after waiting as long as we were told to."""

    is_transient = True


class ServerError(EnecoAPIError):
    """The other side failed (500 and other 5xx)."""

    is_transient = True


class ServiceUnavailableError(EnecoAPIError):
    """Out of service for now (503)."""

    is_transient = True


class NoReplyError(EnecoAPIError):
    """No usable reply: a timeout, a lost or refused connection, a broken body.

    ``__cause__`` is the :class:`~kwartier.transport.TransportError` that says which.
    """

    is_transient = True
