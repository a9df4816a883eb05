"""How a call is refused: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from starlette.responses import Response

PROBLEM_JSON: Final = "application/problem+json"
_TYPE: Final = "https://www.rfc-editor.org/rfc/rfc9110#status.{}"
_TYPES: Final = {
    428: "https://www.rfc-editor.org/rfc/rfc6585#section-3",
    429: "https://www.rfc-editor.org/rfc/rfc6585#section-4",
}


class ProblemDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why a call was refused."""

    type: Annotated[str, msgspec.Meta(description="names the kind of problem")]
    title: Annotated[str, msgspec.Meta(description="the status in words")]
    status: Annotated[int, msgspec.Meta(description="the status")]
    detail: Annotated[str, msgspec.Meta(description="what is wrong, and what to do")]
    field: Annotated[
        str | None, msgspec.Meta(description="which parameter, header or member breaks a rule")
    ] = None
    scope: Annotated[str | None, msgspec.Meta(description="the scope that the key lacks")] = None
    request_id: Annotated[
        str | None, msgspec.Meta(description="names the request in the service's log")
    ] = None


class Problem(Exception):  # noqa: N818 - an answer, as RFC 9457 calls it
    """Ends a call with problem details."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str | None = None,
        scope: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.headers = status, dict(headers or {})
        self._details = ProblemDetails(
            type=_TYPES.get(status, _TYPE.format(status)),
            title=HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            field=field,
            scope=scope,
        )

    def response(self, request_id: str) -> Response:
        """The answer to the request of that id."""
        body = msgspec.json.encode(msgspec.structs.replace(self._details, request_id=request_id))
        headers = {**self.headers, "cache-control": "no-store"}
        return Response(body, self.status, headers, PROBLEM_JSON)


def unknown(what: str) -> Problem:
    """There is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, what)
