"""The OpenAPI document: made of the declarations by which the calls are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import pyarrow as pa

from kwartier import __version__
from kwartier.analysis import COVERAGE_SCHEMA, PEAKS_SCHEMA, TOTALS_SCHEMA
from kwartier.api.calls import Operation
from kwartier.api.formats import CSV, FORMS, JSON
from kwartier.api.problems import PROBLEM_JSON, ProblemDetails
from kwartier.api.scopes import ABOUT
from kwartier.api.values import REVISIONS_SCHEMA
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.openapi.document import Api, described
from kwartier.openapi.schemas import REFERENCE, Schema, ref

_ROWS: Final = {
    "Measurement": (MEASUREMENTS_SCHEMA, "A value."),
    "Revision": (REVISIONS_SCHEMA, "A value that was superseded, and what took its place."),
    "Coverage": (COVERAGE_SCHEMA, "How complete a month is."),
    "Peak": (PEAKS_SCHEMA, "A month peak."),
    "Total": (TOTALS_SCHEMA, "What a register counted in a period."),
}
_TAGS: Final = {
    "Customers": "Whom you serve, and how far each is.",
    "Invitations": "The links at which customers share their data.",
    "Mandates": "What customers granted, and what became of it.",
    "Metering points": "Whose they are, and what there is of them.",
    "Measurements": "Values, what changed of them, and what follows from them.",
    "Events": "Changes of mandates.",
    "Receipts": "What was erased.",
    "Health": "Whether the API answers.",
}
_ABOUT: Final = """
The measurements of consenting customers, and the registry around them, for the applications of the
energy service provider itself.

Every call needs a key (`kwartier api-keys add`), sent as `Authorization: Bearer KEY`. Instants are
UTC; a date means midnight in Brussels. Lists come page by page: ask with the `next` of a page as
`cursor` for the one after it. Answers carry an `ETag`: sent back as `If-None-Match`, it spares you
what you have already (304). Errors are problem details (RFC 9457). A key's scopes are:

"""
BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "CustomerPut": {
        "label": "Bakkerij Peeters",
        "flow": "B2B",
        "enterprise_number": "0123.456.789",
        "contact": "info@peeters.example",
    },
    "CustomerPatch": {"contact": "info@peeters.example"},
    "DataOwnerPut": {"since": "2026-10-25"},
    "InvitationPost": {"services": ["VH_kwartier_uur"], "expected_eans": 1},
}
"""An example of each body, by the name of its schema."""
_REFUSED: Final = {
    400: "A parameter, header or body breaks a rule.",
    401: "There is no key, or it opens nothing.",
    403: "The key lacks the scope, which `scope` names.",
    404: "There is no such thing.",
    406: "None of the forms that it can be had in is accepted.",
    412: "It is not as `If-Match` or `If-None-Match` wants it.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    422: "The `Idempotency-Key` names another request.",
    429: "Too many requests of this key: wait for as long as `Retry-After` says.",
    500: "Something went wrong here.",
    503: "Store or office cannot be read just now.",
}
_HEADERS: Final = {
    "ETag": "names this version of the answer",
    "X-Request-Id": "names the request in the service's log",
}


def document(operations: Iterable[Operation], base: str) -> dict[str, Any]:
    """OpenAPI 3.1 of ``operations``, which lie under ``base``."""
    told = list(operations)
    scopes = "\n".join(f"- `{scope}`: {about}" for scope, about in ABOUT.items())
    api = Api(
        title="kwartier",
        version=__version__,
        about=_ABOUT + scopes,
        security={
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key that `kwartier api-keys add` made.",
            }
        },
        tags=_TAGS,
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in told:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return described(api, base, paths=paths, schemas=_schemas(told), version="3.1.0")


def _operation(one: Operation) -> dict[str, Any]:
    needs = [f"Needs the scope `{one.scope}`."] if one.scope else []
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": " ".join([*filter(None, [one.about]), *needs]),
        "tags": [one.tag],
        "parameters": [parameter.described() for parameter in one.parameters],
        "responses": _responses(one),
    }
    found["security"] = [{"key": [one.scope]}] if one.scope else []
    if one.body is not None:
        name = one.body.type.__name__
        told = {"schema": ref(name), "example": BODIES[name]}
        found["requestBody"] = {
            "description": one.body.about,
            "required": one.body.is_required,
            "content": dict.fromkeys(one.body.media_types, told),
        }
    return {name: value for name, value in found.items() if value != ""}


def _responses(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(status): {
            "description": about,
            "headers": _told_headers(_HEADERS),
            "content": _content(one),
        }
        for status, about in one.statuses.items()
    }
    if one.scope is not None and one.method == "GET":
        found["304"] = {"description": "You have it already: nothing changed."}
    statuses = {400, 406, 500, *one.refuses}
    statuses |= {401, 403, 429, 503} if one.scope else set()
    statuses |= {413, 415} if one.body else set()
    for status in sorted(statuses):
        content = {PROBLEM_JSON: {"schema": ref("ProblemDetails")}}
        found[str(status)] = {"description": _REFUSED[status], "content": content}
    return found


def _content(one: Operation) -> dict[str, Any]:
    if not one.is_table:
        return {JSON: {"schema": ref(one.answers.__name__)}}
    others: dict[str, Any] = {kind: {"schema": {"type": "string"}} for kind in FORMS}
    for kind in set(FORMS) - {CSV}:
        others[kind] = {"schema": {"type": "string", "format": "binary"}}
    return {JSON: {"schema": ref(f"{one.answers}Page")}, **others}


def _told_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: {"description": about, "schema": {"type": "string"}}
        for name, about in headers.items()
    }


def _schemas(operations: Iterable[Operation]) -> dict[str, Schema]:
    structs: dict[str, Any] = {"ProblemDetails": ProblemDetails}
    found: dict[str, Schema] = {}
    for one in operations:
        if isinstance(one.answers, str):
            schema, about = _ROWS[one.answers]
            found[one.answers] = {**_struct(schema), "description": about}
            found[f"{one.answers}Page"] = _page(one.answers)
        else:
            structs[one.answers.__name__] = one.answers
        if one.body is not None:
            structs[one.body.type.__name__] = one.body.type
    _, components = msgspec.json.schema_components(structs.values(), ref_template=REFERENCE)
    return dict(sorted({**components, **found}.items()))


def _page(row: str) -> Schema:
    return {
        "type": "object",
        "description": "Rows in order, and where the list goes on.",
        "properties": {
            "items": {"type": "array", "items": ref(row)},
            "next": {"type": ["string", "null"], "description": "the cursor of the next page"},
        },
        "required": ["items", "next"],
    }


def _struct(schema: Iterable[pa.Field]) -> Schema:
    fields = list(schema)
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in fields},
        "required": [field.name for field in fields],
    }


def _field(field: pa.Field) -> Schema:
    told = _type(field.type)
    if field.nullable:
        told = {**told, "type": [told["type"], "null"]}
    metadata = field.metadata or {}
    about = metadata.get(b"description", b"").decode()
    return {**told, "description": about} if about else told


def _type(kind: pa.DataType) -> Schema:
    if pa.types.is_timestamp(kind):
        return {"type": "string", "format": "date-time"}
    if pa.types.is_boolean(kind):
        return {"type": "boolean"}
    if pa.types.is_integer(kind):
        return {"type": "integer"}
    if pa.types.is_floating(kind):
        return {"type": "number"}
    if pa.types.is_map(kind):
        return {"type": "object", "additionalProperties": _type(kind.item_type)}
    if pa.types.is_list(kind):
        return {"type": "array", "items": _type(kind.value_type)}
    if pa.types.is_struct(kind):
        return _struct(kind)
    return {"type": "string"}
