"""One address of the API: who asks, may they, what do they want; then the answer or why not."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import sqlite3
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kwartier.api.calls import Call, Filed, Mark, Operation, Told
from kwartier.api.context import ApiContext
from kwartier.api.formats import CSV, JSON
from kwartier.api.limits import Allowances
from kwartier.api.negotiation import choose, takes_gzip
from kwartier.api.parameters import read_parameters
from kwartier.api.problems import Problem
from kwartier.api.spool import FileResponse
from kwartier.api.standing import Standings
from kwartier.api.versions import (
    Version,
    matches,
    office_version,
    packed,
    store_version,
    strong_etag,
)
from kwartier.errors import InputError, KwartierError
from kwartier.office import OfficeError
from kwartier.office.api_keys import ApiKey, find_api_key
from kwartier.store import StoreBusyError, StoreError

SLASH: Final = "\ue000"
"""Stands for a slash within a segment of a path, which the router would take for its end."""
_NOBODY: Final = ApiKey(
    key_id="", name="", scopes=frozenset(), added_at=datetime.fromtimestamp(0, UTC)
)
"""Who makes a call that needs no key."""
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LARGEST_BODY: Final = 64 * 1024
_SMALLEST_COMPRESSED: Final = 1_024
_VARY: Final = "authorization, accept, accept-encoding"
_log = logging.getLogger("kwartier.api")


class Resource:
    """The operations at one path, as an ASGI app."""

    def __init__(
        self,
        context: ApiContext,
        operations: list[Operation],
        allowances: Allowances,
        standings: Standings,
    ) -> None:
        self._context, self._allowances, self._standings = context, allowances, standings
        self._operations = {one.method: one for one in operations}
        if "GET" in self._operations:
            self._operations["HEAD"] = self._operations["GET"]
        self._allow = ", ".join(sorted([*self._operations, "OPTIONS"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        stated = request.headers.get("x-request-id", "")
        request_id = stated if _REQUEST_ID.fullmatch(stated) else uuid.uuid4().hex
        headers = {"x-request-id": request_id, "x-content-type-options": "nosniff"}
        try:
            response = await self._respond(request, headers)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told in one form
            response = _problem(error, request_id).response(request_id)
        response.headers.update(headers)
        response.headers.setdefault("cache-control", "private, no-cache")
        response.headers.setdefault("vary", _VARY)
        await response(scope, receive, send)

    async def _respond(self, request: Request, headers: dict[str, str]) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": self._allow})
        operation = self._operations.get(request.method)
        if operation is None:
            detail = f"Here go {self._allow}."
            raise Problem(405, detail, headers={"allow": self._allow})
        key = await self._key(request, operation, headers)
        call = await self._call(request, operation, key)
        if operation.waits is not None and not call.is_head:
            await operation.waits(call)
        return await asyncio.to_thread(_answer, operation, call, request.headers)

    async def _key(self, request: Request, operation: Operation, headers: dict[str, str]) -> ApiKey:
        """Whose key it is; Problem if there is none, or it may not do this, or not so often."""
        if operation.scope is None:
            return _NOBODY
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            detail = "This needs a key: send `Authorization: Bearer KEY`."
            raise Problem(401, detail, headers=_challenge())
        context = self._context
        key = await asyncio.to_thread(
            find_api_key, context.office, text.strip(), at=context.wall_clock()
        )
        if key is None:
            detail = "The key is unknown, withdrawn or expired."
            raise Problem(401, detail, headers=_challenge("invalid_token"))
        allowed = self._allowances.take(key.key_id, time.monotonic())
        headers |= allowed.headers()
        if not allowed.is_allowed:
            detail = f"Too many requests of this key: go on in {allowed.retry_after} seconds."
            raise Problem(429, detail)
        if operation.scope not in key.scopes:
            raise Problem(
                403,
                f"The key does not open this: it needs the scope {operation.scope}.",
                scope=str(operation.scope),
                headers=_challenge("insufficient_scope", operation.scope),
            )
        return key

    async def _call(self, request: Request, operation: Operation, key: ApiKey) -> Call:
        media_type = choose(request.headers.get("accept"), operation.forms)
        if media_type is None:
            raise Problem(406, f"This can be had as {', '.join(operation.forms)}.", field="Accept")
        path = {name: str(v).replace(SLASH, "/") for name, v in request.path_params.items()}
        query = request.query_params.multi_items()
        given = read_parameters(operation.parameters, path, query, request.headers)
        body = await _body(request, operation)
        asked = sorted(f"{n}={v}" for n, v in query if n not in ("cursor", "limit"))
        return Call(
            context=self._context,
            standings=self._standings,
            key=key,
            given=given,
            body=body,
            media_type=media_type,
            is_compressed=media_type in (JSON, CSV)
            and takes_gzip(request.headers.get("accept-encoding")),
            is_head=request.method == "HEAD",
            query="&".join([request.url.path, *asked]),
            headers=request.headers,
        )


def _challenge(error: str | None = None, scope: str | None = None) -> dict[str, str]:
    """How to prove who one is (RFC 6750)."""
    parts = {"realm": "kwartier", "error": error, "scope": scope}
    told = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value is not None)
    return {"www-authenticate": f"Bearer {told}"}


async def _body(request: Request, operation: Operation) -> Any:
    """What the call's body says; None where it takes none."""
    declared = operation.body
    if declared is None:
        return None
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > _LARGEST_BODY:
            raise Problem(413, f"The body may have {_LARGEST_BODY} bytes at most.")
    if not content and not declared.is_required:
        return declared.type()
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in declared.media_types:
        raise Problem(415, f"The body must be {' or '.join(declared.media_types)}.")
    try:
        return msgspec.json.decode(content, type=declared.type)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        field = re.search(r"`\$\.?([a-z_]*)", str(error))
        raise Problem(400, f"The body: {error}.", field=field[1] if field else None) from error


def _answer(operation: Operation, call: Call, headers: Mapping[str, str]) -> Response:
    """Do what is asked, in a thread."""
    version = store_version(call.context.store_path) if Mark.STORE in operation.marks else None
    etag = _version_etag(operation, call, version)
    if etag is not None and matches(headers.get("if-none-match"), etag):
        return _unchanged(etag)
    answer = operation.handle(call)
    about = {} if etag is None else {"etag": etag}
    if version is not None:
        about["last-modified"] = format_datetime(version.at, usegmt=True)
    if isinstance(answer, Told):
        return _json(operation, call, answer, about)
    return _file(call, answer, about)


def _version_etag(operation: Operation, call: Call, version: Version | None) -> str | None:
    if not operation.marks:
        return None
    marks = [] if version is None else [version.name]
    if Mark.OFFICE in operation.marks:
        marks.append(office_version(call.context.office))
    page = [str(call.given.values.get(name)) for name in ("limit", "cursor")]
    return strong_etag(call.query, *page, call.media_type, *marks)


def _unchanged(etag: str) -> Response:
    return Response(status_code=304, headers={"etag": etag})


def _json(operation: Operation, call: Call, answer: Told, about: dict[str, str]) -> Response:
    body = msgspec.json.encode(answer.value)
    headers = {**about, **answer.headers}
    is_read = operation.method == "GET"
    if "etag" not in headers and operation.scope is not None:
        headers["etag"] = strong_etag(body.decode())
        if is_read and matches(call.headers.get("if-none-match"), headers["etag"]):
            return _unchanged(headers["etag"])
    if call.is_compressed and len(body) >= _SMALLEST_COMPRESSED:
        body = gzip.compress(body, 5, mtime=0)
        headers["content-encoding"] = "gzip"
        if "etag" in headers:
            headers["etag"] = packed(headers["etag"])
    return Response(body, answer.status, headers, JSON)


def _file(call: Call, answer: Filed, about: dict[str, str]) -> Response:
    headers = {**about, "content-disposition": f'attachment; filename="{answer.name}"'}
    if call.is_compressed:
        headers["content-encoding"] = "gzip"
        headers["etag"] = packed(headers["etag"])
    media_type = f"{call.media_type}; header=present" if call.media_type == CSV else call.media_type
    if answer.file is None:
        response = Response(b"", 200, headers, media_type)
        del response.headers["content-length"]
        return response
    return FileResponse(answer.file, headers, media_type)


def _problem(error: Exception, request_id: str) -> Problem:
    """How an error is told. What nobody foresaw goes into the log, with the request's id alone."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, InputError):
        return Problem(400, str(error), field=error.field)
    if isinstance(error, StoreBusyError):
        return Problem(503, "The store is busy: try again.", headers={"retry-after": "5"})
    if isinstance(error, (StoreError, OfficeError)):
        _log.error("request %s: %s", request_id, error)
        detail = "The store cannot be read now; the service's log says why."
        return Problem(503, detail, headers={"retry-after": "60"})
    if isinstance(error, (KwartierError, OSError, sqlite3.Error)):
        _log.error("request %s: %s", request_id, error)
    else:
        _log.exception("request %s", request_id, exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
