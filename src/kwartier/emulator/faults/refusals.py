"""The replies of faults that are a status: each in the words of whoever would send it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

import msgspec
from starlette.responses import Response

from kwartier.emulator.entra.refusals import TokenRefused
from kwartier.emulator.faults.fault import Fault, FaultName, Resource
from kwartier.emulator.problems import errors, is_of_eneco_or_fiam, problem
from kwartier.emulator.refusals import (
    ErrorCasing,
    Refused,
    failed,
    forbidden,
    gateway,
    session_failed,
    token_refused,
    unavailable,
)
from kwartier.emulator.replies import reply

_ENTRA: Final = re.compile(r"/[^/]+/(oauth2/|discovery/|v2\.0/).*")
_V2: Final = re.compile(r"/esco-[^/]+/api/v2\.0/")
_DEMO: Final = re.compile(r"/eneco-[^/]+/.*/dataconsumer/demo/")
_ENECO_TELLS: Final = {
    FaultName.UNAUTHORISED: "The apiKey or the bearer token is not valid.",
    FaultName.FORBIDDEN: "The token has no active contract with this data owner.",
    FaultName.TOO_MANY: "Rate limit is exceeded.",
    FaultName.FAILED: "Something went wrong on our side.",
    FaultName.UNAVAILABLE: "The service is not available for now.",
}
_TRANSIENT: Final = "A transient error has occurred. Please try again."
_TOKEN_REFUSALS: Final = {
    FaultName.UNAUTHORISED: ("invalid_client", 7000215, "Invalid client secret provided."),
    FaultName.FORBIDDEN: ("access_denied", 53003, "Access has been blocked by a policy."),
    FaultName.TOO_MANY: ("temporarily_unavailable", 90055, "There are too many requests."),
    FaultName.FAILED: ("server_error", 90041, _TRANSIENT),
    FaultName.UNAVAILABLE: ("temporarily_unavailable", 90033, _TRANSIENT),
}
"""OAuth's error and Microsoft's code for each status; which goes with which is our reading."""


def refusal(fault: Fault, path: str, now: datetime, casing: ErrorCasing) -> Response:
    """The reply to a call of ``path``; ``now`` is the emulated time, by which Fluvius goes.

    Error bodies are in ``casing``; v2's are always camelCase.
    """
    if _ENTRA.fullmatch(path):
        return _of_entra(fault, datetime.now(UTC))
    if is_of_eneco_or_fiam(path):
        return _of_eneco(fault, path, now)
    refused = _of_fluvius(fault, path)
    if _V2.match(path):
        casing = ErrorCasing.CAMEL
    headers = {**(refused.headers or {}), **_retry_after(fault, now)}
    return reply(refused.status, refused.content(casing), now, headers)


def _of_entra(fault: Fault, now: datetime) -> Response:
    error, code, text = _TOKEN_REFUSALS[fault.name]
    content = msgspec.json.encode(TokenRefused(error, code, text).body(now))
    headers = {"cache-control": "no-store", "pragma": "no-cache", **_retry_after(fault, now)}
    return Response(content, int(fault.name), headers=headers, media_type="application/json")


def _of_eneco(fault: Fault, path: str, now: datetime) -> Response:
    """Problem details; a list of errors for the sandbox's calls, and for too many."""
    status, told = int(fault.name), _ENECO_TELLS[fault.name]
    listed = fault.name is FaultName.TOO_MANY or _DEMO.search(path)
    if fault.name is FaultName.TOO_MANY:
        told = _too_many(fault)
    refused = errors(status, told) if listed else problem(status, told, path)
    headers = {**(refused.headers or {}), **_retry_after(fault, now)}
    return reply(status, msgspec.json.encode(refused.body), now, headers)


def _of_fluvius(fault: Fault, path: str) -> Refused:
    match fault.name:
        case FaultName.UNAUTHORISED:
            return token_refused()
        case FaultName.FORBIDDEN:
            return forbidden()
        case FaultName.TOO_MANY:
            return gateway(429, _too_many(fault))
        case FaultName.FAILED:
            return session_failed() if _is_short_url(path) else failed()
        case _:
            return unavailable(fault.resource or _behind(path))


def _behind(path: str) -> Resource:
    """The system that answers ``path``: our reading."""
    if path.endswith("/energy"):
        return Resource.MEASUREMENT
    return Resource.MARKET if _is_short_url(path) else Resource.MANDATE


def _is_short_url(path: str) -> bool:
    return path.endswith("/shorturlidentifier")


def _too_many(fault: Fault) -> str:
    if fault.retry_after is None:
        return "Rate limit is exceeded."
    return f"Rate limit is exceeded. Try again in {fault.retry_after} seconds."


def _retry_after(fault: Fault, now: datetime) -> dict[str, str]:
    if fault.retry_after is None:
        return {}
    if not fault.as_date:
        return {"retry-after": str(fault.retry_after)}
    until = now + timedelta(seconds=fault.retry_after)
    return {"retry-after": format_datetime(until, usegmt=True)}
