"""The ESCO API over raw HTTP: what goes out and comes back, nothing interpreted."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """A reply as it came."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def send(
    url: str,
    method: str = "GET",
    *,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """One request on a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, content, headers or {})
        reply = connection.getresponse()
        names = {name.lower(): value for name, value in reply.getheaders()}
        return Answer(reply.status, names, reply.read())
    finally:
        connection.close()


def ask_token(env: dict[str, str], **changes: str | None) -> Answer:
    """Ask for a token with the secret in the body; ``changes`` replace or (None) drop members."""
    form: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_id": env["FLUVIUS_CLIENT_ID"],
        "client_secret": env["FLUVIUS_SANDBOX_CLIENT_SECRET"],
        "scope": env["FLUVIUS_SCOPE"],
        **changes,
    }
    content = urlencode({name: value for name, value in form.items() if value is not None})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return send(env["FLUVIUS_TOKEN_URL"], "POST", content=content.encode(), headers=kind)


class Esco:
    """A provider's session with the sandbox that ``env`` leads to, or with the live API."""

    def __init__(self, env: dict[str, str], *, live: bool = False) -> None:
        self.base = env["FLUVIUS_BASE_URL" if live else "FLUVIUS_SANDBOX_BASE_URL"]
        self.env = env
        self.headers = {
            "authorization": f"Bearer {ask_token(env).json['access_token']}",
            "ocp-apim-subscription-key": env["FLUVIUS_SUBSCRIPTION_KEY"],
        }

    def get(self, path: str, **query: str) -> Answer:
        names = {name.rstrip("_"): value for name, value in query.items()}
        text = f"?{urlencode(names)}" if names else ""
        return send(f"{self.base}{path}{text}", headers=self.headers)

    def post(self, path: str, body: object, content_type: str = "application/json") -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**self.headers, "content-type": content_type}
        return send(f"{self.base}{path}", "POST", content=content, headers=headers)

    def mandates(self, **query: str) -> Answer:
        return self.get("/api/mandate", **query)

    def energy(self, ean: str, start: str, end: str, **query: str) -> Answer:
        """``from`` and ``to`` are ``start`` and ``end``; by reading unless ``periodType`` says."""
        window = {"ean": ean, "periodType": "readTime", "from": start, "to": end}
        return self.get("/api/mandate/energy", **{**window, **query})

    def mock(self, reference: str, ean: str, service: str = "VH_onbepaald", **more: Any) -> Answer:
        """An approved mandate from 2024 on, unless ``more`` says otherwise."""
        body = {
            "referenceNumber": reference,
            "ean": ean,
            "dataServiceType": service,
            "dataPeriodFrom": "2023-12-31T23:00:00Z",
            "status": "Approved",
            **more,
        }
        return self.post("/api/mandate/mock", body)


def only_meter(answer: Answer) -> dict[str, Any]:
    """The one physical meter of an energy reply."""
    (meter,) = answer.json["data"]["headpoint"]["physicalMeters"]
    found: dict[str, Any] = meter
    return found
