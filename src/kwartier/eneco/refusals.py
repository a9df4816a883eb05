"""An error reply of Eneco or KPN FIAM, in either of its shapes, as one of our errors."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from kwartier.ean_digests import digest_for_logs
from kwartier.eneco.errors import (
    AuthenticationError,
    EnecoAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from kwartier.transport import Reply
from kwartier.wire.unreadable import UNREADABLE

_ERRORS: Final[dict[int, type[EnecoAPIError]]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    415: ValidationError,
    429: RateLimitError,
    503: ServiceUnavailableError,
}
_WHAT_TO_DO: Final = {
    429: "ask less often, or lower requests_per_second",
    500: "try again later; if it stays, report it",
    503: "try again later",
}
_BY_ENECO: Final = {
    400: "only business unit nl, label eneco and product type heat are there, and end_date must "
    "not lie in the future",
    401: "the API key is missing or not this environment's, or no token went along: check "
    "api_key (ENECO_API_KEY, in acceptance ENECO_ACCEPTANCE_API_KEY), and the consumer token or "
    "what KPN FIAM knows us by",
    403: "the token has no active contract for this data owner, or is no good: the customer has "
    "not consented, or no longer; list_contracts shows who has",
    404: "no such data owner: check the data owner's ID and that it is of this environment",
    415: "the media type must be application/json: check what stands between us and Eneco",
}
_BY_SANDBOX: Final = _BY_ENECO | {
    400: "consumer_id must be one that list_consumers names; consumers and consent are there in "
    "acceptance only, for business unit nl, label eneco and product type heat",
}
_BY_FIAM: Final = {
    400: "check the party identifier (client_id)",
    401: "check the party identifier (client_id), that KPN FIAM knows this very certificate, that "
    "its file holds the whole chain, and this machine's clock",
    403: "our party may not do this in KPN FIAM: ask KPN",
    404: "no such contract, or no such address: check FIAM_BASE_URL",
}
_UUID: Final = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE
)


def refusal(reply: Reply) -> EnecoAPIError:
    """What Eneco means by ``reply``, which is no success."""
    return _refusal(reply, "Eneco", _BY_ENECO)


def sandbox_refusal(reply: Reply) -> EnecoAPIError:
    """The same of the calls that only acceptance has."""
    return _refusal(reply, "Eneco", _BY_SANDBOX)


def fiam_refusal(reply: Reply) -> EnecoAPIError:
    """What KPN FIAM means by ``reply``, which is no success."""
    return _refusal(reply, "KPN FIAM", _BY_FIAM)


def _refusal(reply: Reply, who: str, advised: dict[int, str]) -> EnecoAPIError:
    code, said = _told(reply)
    advice = advised.get(reply.status) or _WHAT_TO_DO.get(reply.status)
    message = f"{who} answered {reply.status} {reply.phrase}: {said or 'no reason given'}"
    error = _ERRORS.get(reply.status, ServerError if reply.status >= 500 else EnecoAPIError)
    return error(
        message + (f" [{code}]" if code else "") + (f" ({advice})" if advice else ""),
        status=reply.status,
        code=code,
    )


def _told(reply: Reply) -> tuple[str | None, str]:
    """The error's code, if it has one, and what it says beyond the status."""
    members = _members(reply.body)
    errors = members.get("errors")
    if isinstance(errors, list):
        parts = [_lower(each) for each in errors if isinstance(each, dict)]
        code = next((_shown(each["code"]) for each in parts if each.get("code")), None)
        return code, "; ".join(_shown(each["message"]) for each in parts if each.get("message"))
    told = [members.get(name) for name in ("title", "detail")]
    said = ": ".join(_shown(each) for each in told if each and each != reply.phrase)
    return None, said or _shown(members.get("message") or "")


def _members(body: bytes) -> dict[str, Any]:
    """The body's members by lower-case name; none if it is no JSON object."""
    try:
        return _lower(msgspec.json.decode(body, type=dict[str, Any]))
    except UNREADABLE:
        return {}


def _lower(members: dict[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): member for name, member in members.items()}


def _shown(told: object) -> str:
    """As messages may show it: identifiers of data owners are personal data."""
    return _UUID.sub(lambda found: owner_digest(found[0]), str(told))


def owner_digest(data_owner_id: str) -> str:
    """What stands for a data owner in logs and errors."""
    return digest_for_logs(data_owner_id.lower())
