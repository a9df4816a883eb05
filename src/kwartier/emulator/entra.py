"""Microsoft Entra ID's token endpoint: OAuth 2.0 client credentials with a secret."""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.registrations import AUDIENCE, CLIENT_ID, CLIENT_SECRET, TENANT_ID
from kwartier.emulator.tokens import ISSUER, LIFETIME, Tokens
from kwartier.wire.entra import TokenRefusal, TokenReply

_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


class _TokenRefused(Exception):  # noqa: N818 - an answer, not an error of the emulator's
    def __init__(self, status: int, error: str, code: int, text: str) -> None:
        super().__init__(code)
        self.status, self.error, self.code, self.text = status, error, code, text


def routes(tokens: Tokens) -> list[Route]:
    """The token endpoint, and the documents by which clients find it and its keys."""

    async def token(request: Request) -> Response:
        try:
            client_id = _authenticated(request, await request.body())
        except _TokenRefused as refused:
            return _refusal(refused)
        reply = TokenReply(
            token_type="Bearer",  # noqa: S106 - the scheme's name
            expires_in=LIFETIME,
            ext_expires_in=LIFETIME,
            access_token=tokens.issue(client_id),
        )
        return _json(200, reply)

    async def configuration(request: Request) -> Response:
        base = f"{request.url.scheme}://{request.url.netloc}/{request.path_params['tenant']}"
        return _json(
            200,
            {
                "issuer": ISSUER,
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "client_secret_basic",
                ],
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
        )

    async def keys(_request: Request) -> Response:
        return _json(200, tokens.public_keys())

    return [
        Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", configuration),
        Route("/{tenant}/discovery/v2.0/keys", keys),
    ]


def _authenticated(request: Request, content: bytes) -> str:
    """The client that proves itself; raises what Entra would refuse it with."""
    if request.path_params["tenant"].lower() != TENANT_ID:
        raise _TokenRefused(400, "invalid_request", 90002, "Tenant not found.")
    form = dict(parse_qsl(content.decode("latin-1"), keep_blank_values=True))
    basic_id, basic_secret = _basic(request.headers.get("authorization", ""))
    client_id = form.get("client_id") or basic_id
    secret = form.get("client_secret") or basic_secret
    for name, value in (
        ("grant_type", form.get("grant_type")),
        ("client_id", client_id),
        ("scope", form.get("scope")),
    ):
        if not value:
            text = f"The request body must contain the parameter '{name}'."
            raise _TokenRefused(400, "invalid_request", 900144, text)
    if form["grant_type"] != "client_credentials":
        text = "The grant type is not supported; use client_credentials."
        raise _TokenRefused(400, "unsupported_grant_type", 70003, text)
    if client_id.lower() != CLIENT_ID:
        text = "No application with this identifier was found in the directory."
        raise _TokenRefused(400, "unauthorized_client", 700016, text)
    if form["scope"].lower() != f"{AUDIENCE}/.default":
        text = "The scope is not valid; it is the API's identifier followed by /.default."
        raise _TokenRefused(400, "invalid_scope", 70011, text)
    if not secret:
        text = "The request must contain a client secret."
        raise _TokenRefused(401, "invalid_client", 7000218, text)
    if not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise _TokenRefused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    return client_id


def _basic(header: str) -> tuple[str, str]:
    """Identifier and secret of an HTTP Basic header, both form-decoded (RFC 6749, 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _refusal(refused: _TokenRefused) -> Response:
    now = datetime.now(UTC)
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    body = TokenRefusal(
        error=refused.error,
        error_description=f"AADSTS{refused.code}: {refused.text} Trace ID: {trace} "
        f"Correlation ID: {correlation} Timestamp: {now:%Y-%m-%d %H:%M:%SZ}",
        error_codes=[refused.code],
        timestamp=f"{now:%Y-%m-%d %H:%M:%SZ}",
        trace_id=trace,
        correlation_id=correlation,
    )
    return _json(refused.status, body)


def _json(status: int, body: object) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=_NO_STORE, media_type="application/json"
    )
