"""What a refused request gets back: the ESCO API's error bodies, and those of the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from kwartier.wire.fluvius_v3 import GatewayProblem, Problem


class ErrorCasing(StrEnum):
    """How the ESCO API's error bodies write their members; the gateway's are always camelCase.

    Its documentation shows camelCase, its clients saw PascalCase: that is our reading, and the
    other can be had.
    """

    PASCAL = "pascal"
    CAMEL = "camel"

    def of(self, name: str) -> str:
        """A member's name as this casing writes it."""
        return name if self is ErrorCasing.PASCAL else name[0].lower() + name[1:]


class Refused(Exception):  # noqa: N818 - an answer, not an error of the emulator's
    """Ends the handling of a request with ``status``, a JSON ``body`` and maybe a header."""

    def __init__(
        self, status: int, body: msgspec.Struct, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers

    def members(self, casing: ErrorCasing) -> dict[str, object]:
        """What the body says, its members in ``casing``."""
        members: dict[str, object] = msgspec.to_builtins(self.body)
        return {casing.of(name): value for name, value in members.items()}

    def content(self, casing: ErrorCasing) -> bytes:
        """The body as it goes out."""
        return msgspec.json.encode(self.members(casing))


def body_refused(messages: Sequence[str]) -> Refused:
    """400 for a JSON body that breaks rules."""
    return _validation("ModelValidation.Failed", "The request body is not valid.", messages)


def query_refused(messages: Sequence[str]) -> Refused:
    """400 for query parameters that break rules."""
    return _validation(
        "RequestModelValidation.Failed", "The request parameters are not valid.", messages
    )


def no_mandates() -> Refused:
    """404: no mandate matches, or none permits what was asked (the latter is our reading)."""
    return Refused(
        404,
        Problem(
            type="MandatesNotFoundException",
            code="Mandates.NotFound",
            message="No mandates were found for this request.",
        ),
    )


def failed() -> Refused:
    """500: something broke on the service's own side."""
    return Refused(
        500,
        Problem(
            type="MissingRequestContextException",
            code="RequestContext.Missing",
            message="The request could not be handled.",
        ),
    )


def session_failed() -> Refused:
    """500 where a short URL was asked for."""
    return Refused(
        500,
        Problem(
            type="ClientSessionCreationException",
            code="ClientSession.CreateFailed",
            message="The session could not be created.",
        ),
    )


def unavailable(resource: str) -> Refused:
    """503: the ``resource`` behind the API (market, mandate, measurement) does not answer."""
    name = resource.capitalize()
    return Refused(
        503,
        Problem(
            type=f"{name}ResourceUnavailableException",
            code=f"DependentResource.{name}.Unavailable",
            message=f"The {resource} resource is not available for now.",
        ),
    )


def forbidden() -> Refused:
    """403; that it has the gateway's body is our reading."""
    return gateway(403, "Access denied: this subscription has no access to this call.")


def key_refused(message: str) -> Refused:
    """The gateway's 401 for a subscription key."""
    challenge = 'AzureApiManagementKey realm="esco",name="Ocp-Apim-Subscription-Key",type="header"'
    return gateway(401, message, {"www-authenticate": challenge})


def token_refused() -> Refused:
    """401 for an access token; that it has the gateway's body is our reading."""
    message = "Access denied: the access token is missing or not valid."
    return gateway(401, message, {"www-authenticate": "Bearer"})


def gateway(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    """The gateway's own refusal: unknown path or method, missing key or token."""
    return Refused(status, GatewayProblem(status_code=status, message=message), headers)


def _validation(code: str, message: str, messages: Sequence[str]) -> Refused:
    return Refused(
        400,
        Problem(
            type="AppValidationException",
            code=code,
            message=message,
            validation_error_messages=list(messages),
        ),
    )
