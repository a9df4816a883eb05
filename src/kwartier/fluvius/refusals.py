"""An error reply, in any of the shapes it comes in, as one of our errors."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from kwartier.ean_digests import digest_for_logs
from kwartier.fluvius.errors import (
    AuthenticationError,
    FluviusAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from kwartier.transport import Reply
from kwartier.wire.unreadable import UNREADABLE

_ERRORS: Final[dict[int, type[FluviusAPIError]]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    429: RateLimitError,
    503: ServiceUnavailableError,
}
_WHAT_TO_DO: Final = {
    400: "correct the request",
    401: "check the subscription key, and that client ID and scope belong to this environment",
    403: "this subscription or application has no access to it; ask Fluvius",
    404: "no such address: check the base URL; mock mandates are for the sandbox only",
    429: "ask less often, or lower requests_per_second",
    500: "try again later; if it stays, report it to Fluvius",
    503: "try again later",
}
_WHAT_TO_DO_ABOUT: Final = {
    "Mandates.NotFound": "no mandate matches, or none is approved: list_mandates shows all",
    "RequestContext.Missing": "Fluvius did not recognise the caller: check subscription key and "
    "scope; if it stays, report it to Fluvius",
    "ClientSession.CreateFailed": "no short URL was made: try again later",
}
_EAN: Final = re.compile(r"(?<![0-9])[0-9]{18}(?![0-9])")


def refusal(reply: Reply, *, who: str = "Fluvius") -> FluviusAPIError:
    """What ``reply`` (not a success) means.

    Bodies may be in PascalCase, in camelCase, or the gateway's own ``statusCode`` and ``message``.
    """
    told = _members(reply.body)
    broken_rules = [_without_ean(str(rule)) for rule in told.get("validationerrormessages") or []]
    said = "; ".join(broken_rules) or _without_ean(str(told.get("message") or ""))
    message = f"{who} answered {reply.status} {reply.phrase}: {said or 'no reason given'}"
    code = _text(told.get("code"))
    advice = _WHAT_TO_DO_ABOUT.get(code or "") or _WHAT_TO_DO.get(reply.status)
    return _error_for(reply.status)(
        message + (f" [{code}]" if code else "") + (f" ({advice})" if advice else ""),
        status=reply.status,
        code=code,
        type=_text(told.get("type")),
        validation_errors=broken_rules,
    )


def _error_for(status: int) -> type[FluviusAPIError]:
    return _ERRORS.get(status, ServerError if status >= 500 else FluviusAPIError)


def _members(body: bytes) -> dict[str, Any]:
    """The body's members by lower-case name; none if it is no JSON object."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except UNREADABLE:
        return {}
    members = {name.lower(): member for name, member in told.items()}
    if not isinstance(members.get("validationerrormessages"), list):
        members.pop("validationerrormessages", None)
    return members


def _text(member: object) -> str | None:
    return None if member is None else _without_ean(str(member))


def _without_ean(text: str) -> str:
    return _EAN.sub(lambda found: digest_for_logs(found[0]), text)
