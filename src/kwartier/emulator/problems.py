"""Error replies of Eneco's API and of KPN FIAM: problem details, and lists of errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from kwartier.emulator.refusals import Refused
from kwartier.wire.eneco import Error, ErrorReply, ProblemDetails

_APIS: Final = re.compile(r"/eneco-[^/]+/|/fiam(-acc)?/api/")
_TYPE: Final = "https://www.rfc-editor.org/rfc/rfc9110#status.{}"


def is_of_eneco_or_fiam(path: str) -> bool:
    """Whether a call's path (in lower case) is one of these APIs'."""
    return _APIS.match(path) is not None


def problem(
    status: int,
    detail: str,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Refused:
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
        {**_challenge(status), **(headers or {})},
    )


def errors(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    """A list of one error; its code is the status' name without blanks (our reading)."""
    code = HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
    body = ErrorReply(errors=[Error(code=code, message=message)])
    return Refused(status, body, {**_challenge(status), **(headers or {})})


def _challenge(status: int) -> dict[str, str]:
    return {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
