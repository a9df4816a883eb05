"""FIAM's token endpoint: OAuth 2.0 client credentials, by an assertion with its certificates."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kwartier.emulator.fiam.assertion import PartyAssertions
from kwartier.emulator.fiam.parties import ENECO, OURSELVES
from kwartier.emulator.fiam.tokens import LIFETIME, FiamTokens
from kwartier.emulator.problems import problem
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE
from kwartier.wire.fiam import SCOPE, TokenReply

_PATH: Final = "/api/v1/oauth/token"
_KPN: Final = "https://api-prd.kpn.com/fiam"
_PARAMETERS: Final = (
    "grant_type",
    "scope",
    "client_id",
    "client_assertion_type",
    "client_assertion",
)
_SIGN_IN: Final = {each.id for each in (OURSELVES, ENECO)}
_NO_STORE: Final = {"cache-control": "no-store", "pragma": "no-cache"}


class TokenEndpoint:
    """That of one environment, at ``prefix``."""

    def __init__(self, tokens: FiamTokens, prefix: str) -> None:
        self._tokens = tokens
        self._prefix = prefix
        self._assertions = PartyAssertions()

    async def answer(self, request: Request) -> Response:
        """The reply to a request for a token; raises the refusal it deserves."""
        form = _form(request, await request.body())
        _check_grant(form)
        party = form["client_id"]
        self._assertions.check(
            form["client_assertion"],
            party=party,
            audiences=self._audiences(request),
            now=time.time(),
        )
        reply = TokenReply(
            access_token=self._tokens.issue(party),
            token_type="Bearer",  # noqa: S106 - the scheme's name
            expires_in=LIFETIME,
        )
        content = msgspec.json.encode(reply)
        return Response(content, headers=_NO_STORE, media_type="application/json")

    def _audiences(self, request: Request) -> set[str]:
        """KPN's addresses, or the emulator's own: of FIAM, or of its token endpoint."""
        own = f"{request.url.scheme}://{request.url.netloc}{self._prefix}".lower()
        return {f"{base}{path}" for base in (own, _KPN) for path in ("", _PATH)}


def _form(request: Request, content: bytes) -> dict[str, str]:
    """Its parameters, each once; a media type other than that of forms is refused."""
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as != "application/x-www-form-urlencoded":
        raise problem(400, "The request must be application/x-www-form-urlencoded.")
    found = parse_qs(content.decode("latin-1"), keep_blank_values=True)
    for name in _PARAMETERS:
        values = found.get(name, [])
        if len(values) != 1 or not values[0].strip():
            raise problem(400, f"The parameter {name} is required, once.")
    return {name: found[name][0] for name in _PARAMETERS}


def _check_grant(form: dict[str, str]) -> None:
    if form["grant_type"] != "client_credentials":
        raise problem(400, "grant_type must be client_credentials.")
    if SCOPE not in form["scope"].split():
        raise problem(400, f"scope must contain {SCOPE}.")
    if form["client_assertion_type"] != CLIENT_ASSERTION_TYPE:
        raise problem(400, f"client_assertion_type must be {CLIENT_ASSERTION_TYPE}.")
    if form["client_id"] not in _SIGN_IN:
        raise problem(401, "client_id is no party that may sign in.")
