"""Postman's collection format, v2.1.0: folders, requests, parameters, scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
"""How a collection says which format it is in."""

Item = dict[str, Any]
"""A folder or a request."""

NO_SIGN_IN: Final[dict[str, Any]] = {"type": "noauth"}
BEARER: Final[dict[str, Any]] = {
    "type": "bearer",
    "bearer": [{"key": "token", "value": "{{accessToken}}", "type": "string"}],
}

_KEY_HEADER: Final = {
    "key": "Ocp-Apim-Subscription-Key",
    "value": "{{subscriptionKey}}",
    "type": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter; ``example`` is what it holds where it is listed but not sent."""

    name: str
    description: str
    example: str


def folder(name: str, description: str, *items: Item) -> Item:
    """Requests that belong together, in the order in which they are run."""
    return {"name": name, "description": description, "item": list(items)}


def get(
    name: str,
    description: str,
    path: str,
    parameters: Sequence[Parameter],
    *,
    asked: dict[str, str],
    events: Sequence[Item],
) -> Item:
    """A GET of the API that lists all ``parameters``, and sends those that are ``asked``."""
    query = [
        {
            "key": each.name,
            "value": asked.get(each.name, each.example),
            "description": each.description,
            **({} if each.name in asked else {"disabled": True}),
        }
        for each in parameters
    ]
    sent = "&".join(f"{name}={value}" for name, value in asked.items())
    url = _url(path)
    url |= {"raw": url["raw"] + (f"?{sent}" if sent else ""), "query": query}
    request = {"method": "GET", "header": [_KEY_HEADER], "url": url, "description": description}
    return {"name": name, "event": list(events), "request": request, "response": []}


def post(
    name: str, description: str, path: str, body: dict[str, Any], *, events: Sequence[Item]
) -> Item:
    """A POST of JSON to the API."""
    request = {
        "method": "POST",
        "header": [_KEY_HEADER],
        "body": {
            "mode": "raw",
            "raw": json.dumps(body, indent=2),
            "options": {"raw": {"language": "json"}},
        },
        "url": _url(path),
        "description": description,
    }
    return {"name": name, "event": list(events), "request": request, "response": []}


def post_form(
    name: str, description: str, url: str, form: dict[str, str], *, events: Sequence[Item]
) -> Item:
    """A POST of a form to ``url``, without a token."""
    fields = [{"key": key, "value": value, "type": "text"} for key, value in form.items()]
    request = {
        "auth": NO_SIGN_IN,
        "method": "POST",
        "header": [],
        "body": {"mode": "urlencoded", "urlencoded": fields},
        "url": {"raw": url, "host": [url]},
        "description": description,
    }
    return {"name": name, "event": list(events), "request": request, "response": []}


def before(name: str, **constants: str) -> Item:
    """A script that runs before a request; ``constants`` are defined at its top."""
    return _event("prerequest", [*_definitions(constants), *_lines(name)])


def after(*names: str) -> Item:
    """Scripts that look at a reply, one below the other."""
    return _event("test", [line for name in names for line in [*_lines(name), ""]][:-1])


def _event(listen: str, lines: Sequence[str]) -> Item:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": list(lines)}}


def _definitions(constants: dict[str, str]) -> list[str]:
    return [f"const {name} = {json.dumps(value)};" for name, value in constants.items()]


def _lines(name: str) -> list[str]:
    script = files("kwartier.postman").joinpath("scripts", f"{name}.js")
    return script.read_text(encoding="utf-8").splitlines()


def _url(path: str) -> dict[str, Any]:
    return {"raw": f"{{{{baseUrl}}}}{path}", "host": ["{{baseUrl}}"], "path": path[1:].split("/")}
