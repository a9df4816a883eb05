"""Error replies of Eneco's API and of KPN FIAM: problem details, and lists of errors."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kwartier.emulator.refusals import Refused
from kwartier.wire.eneco import Error, ErrorReply, ProblemDetails

_TYPE: Final = "https://www.rfc-editor.org/rfc/rfc9110#status.{}"


def problem(status: int, detail: str, instance: str | None = None) -> Refused:
    """Problem details (RFC 9457); ``instance`` is the path that was asked."""
    return Refused(
        status,
        ProblemDetails(
            type=_TYPE.format(status),
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            instance=instance,
        ),
        _challenge(status),
    )


def errors(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    """A list of one error; its code is the status' name without blanks (our reading)."""
    code = HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
    body = ErrorReply(errors=[Error(code=code, message=message)])
    return Refused(status, body, {**(_challenge(status) or {}), **(headers or {})})


def _challenge(status: int) -> dict[str, str] | None:
    return {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
