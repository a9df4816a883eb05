"""The line to a sandbox: raw requests out, raw replies in, each written down."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import msgspec

from kwartier.fluvius import FluviusCredentials
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import Endpoints
from kwartier.transport import Call, Exchange, Pace, Reply, RetryPolicy, SyncDriver, trusted_roots
from kwartier.transport.protocol import Send, Sleep, Steps
from kwartier.verify.redact import Redactor
from kwartier.verify.seen import said

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask, as whom, and at most how many requests a second."""

    credentials: FluviusCredentials
    endpoints: Endpoints
    rate: int
    timeout: float = 60.0


class Line:
    """Sends what it is told and reads nothing into the replies.

    ``asked`` holds a redacted line for every request since it was last cleared. Errors:
    :class:`~kwartier.transport.TransportError` without a reply, and those of a refused token.
    """

    def __init__(self, target: Target, labels: Mapping[str, str]) -> None:
        self.base_url = target.endpoints.base_url
        self.token_url = target.endpoints.token_url
        self.credentials = target.credentials
        self.redact = Redactor(target.credentials, labels)
        self.flow = token_flow(target.credentials, target.endpoints.token_url)
        self.asked: list[str] = []
        self._pace = Pace(target.rate)
        self._driver = SyncDriver(timeout=target.timeout, roots=trusted_roots("FLUVIUS_CA_FILE"))
        self._exchange = Exchange(
            flow=self.flow, policy=RetryPolicy(), pace=self._pace, now=time.monotonic
        )

    def get(self, path: str, query: Mapping[str, str]) -> Reply:
        """``GET`` under the base address, with key and token."""
        call = Call(method="GET", url=self.base_url + path, query=query, headers=self.headers())
        return self._authorised(call)

    def post(self, path: str, body: Any, *, media_type: str = JSON) -> Reply:
        """``POST`` a JSON document, or bytes as they are, with key and token."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return self._authorised(
            Call(
                method="POST",
                url=self.base_url + path,
                headers={**self.headers(), "Content-Type": media_type},
                body=content,
                is_idempotent=False,
            )
        )

    def bare(self, call: Call, *, note: str) -> Reply:
        """The call as it stands: no token is added and nothing tried twice. ``note`` is what
        the record says of it besides method and address.
        """
        return self._recorded(call, self._paced(call), note)

    def token(self) -> str:
        """An access token of our own, for calls that go out bare."""
        return self.flow.read_token(self.bare(self.flow.token_call(), note="for a token")).value

    def headers(self) -> dict[str, str]:
        """What goes with every call of the API besides the token."""
        return {"Ocp-Apim-Subscription-Key": self.credentials.subscription_key, "Accept": JSON}

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _authorised(self, call: Call) -> Reply:
        return self._recorded(call, self._exchange.run(call, lambda reply: reply))

    def _paced(self, call: Call) -> Steps[Reply]:
        while wait := self._pace.take(time.monotonic()):
            yield Sleep(wait)
        reply: Reply = yield Send(call)
        return reply

    def _recorded(self, call: Call, steps: Steps[Reply], note: str = "") -> Reply:
        query = "&".join(f"{name}={value}" for name, value in call.parameters)
        is_ours = call.url.startswith(self.base_url)
        address = call.url.removeprefix(self.base_url) if is_ours else call.url
        sent = f"{call.method} {address}" + (f"?{query}" if query else "")
        if is_ours and call.body is not None:
            sent += f" {call.body.decode('utf-8', 'replace')}"
        self.asked.append(self.redact(sent + (f" ({note})" if note else "")))
        reply = self._driver.run(steps)
        self.asked[-1] += self.redact(f" → {reply.status}{said(reply)}")
        return reply
