"""What a refused request gets back: the ESCO API's error bodies, and those of the gateway."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kwartier.wire.fluvius_v3 import GatewayProblem, Problem


class Refused(Exception):  # noqa: N818 - an answer, not an error of the emulator's
    """Ends the handling of a request with ``status`` and a JSON ``body``."""

    def __init__(self, status: int, body: msgspec.Struct) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def body_refused(messages: Sequence[str]) -> Refused:
    """400 for a JSON body that breaks rules."""
    return _validation("ModelValidation.Failed", "The request body is not valid.", messages)


def query_refused(messages: Sequence[str]) -> Refused:
    """400 for query parameters that break rules."""
    return _validation(
        "RequestModelValidation.Failed", "The request parameters are not valid.", messages
    )


def no_mandates() -> Refused:
    """404: no mandate matches, or none permits what was asked."""
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


def gateway(status: int, message: str) -> Refused:
    """The gateway's own refusal: unknown path, missing key or token (our reading for tokens)."""
    return Refused(status, GatewayProblem(status_code=status, message=message))


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
