"""Microsoft Entra ID's token endpoint: OAuth 2.0 client credentials, by secret or certificate."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.entra.certificates import RegisteredCertificates
from kwartier.emulator.entra.client_assertion import ClientAssertions
from kwartier.emulator.entra.refusals import TokenRefused, missing_parameter
from kwartier.emulator.entra.tokens import ISSUER, LIFETIME, Tokens
from kwartier.emulator.registrations import AUDIENCE, CLIENT_ID, CLIENT_SECRET, TENANT_ID
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE, TokenReply

_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
_MICROSOFT = "https://login.microsoftonline.com"


def routes(tokens: Tokens, certificates: RegisteredCertificates) -> list[Route]:
    """The token endpoint, and the documents by which clients find it and its keys."""
    assertions = ClientAssertions(certificates)

    async def token(request: Request) -> Response:
        try:
            client_id = _authenticated(request, await request.body(), assertions)
        except TokenRefused as refused:
            return _json(refused.status, refused.body(datetime.now(UTC)))
        reply = TokenReply(
            token_type="Bearer",  # noqa: S106 - the scheme's name
            expires_in=LIFETIME,
            ext_expires_in=LIFETIME,
            access_token=tokens.issue(client_id),
        )
        return _json(200, reply)

    async def configuration(request: Request) -> Response:
        base = f"{_origin(request)}/{request.path_params['tenant']}"
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
                    "private_key_jwt",
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


def _authenticated(request: Request, content: bytes, assertions: ClientAssertions) -> str:
    """The client that proves itself; raises what Entra would refuse it with."""
    if request.path_params["tenant"].lower() != TENANT_ID:
        raise TokenRefused("invalid_request", 90002, "Tenant not found.")
    form = dict(parse_qsl(content.decode("latin-1"), keep_blank_values=True))
    basic_id, basic_secret = _basic(request.headers.get("authorization", ""))
    client_id = form.get("client_id") or basic_id
    _check_grant(form, client_id)
    if form.get("client_assertion"):
        _check_assertion_type(form)
        assertions.check(
            form["client_assertion"],
            client_id=client_id,
            audiences=_audiences(request),
            now=time.time(),
        )
    else:
        _check_secret(form.get("client_secret") or basic_secret)
    return client_id


def _check_grant(form: dict[str, str], client_id: str) -> None:
    """That a known client asks for a token for the ESCO API, by the one grant there is."""
    for name, value in (
        ("grant_type", form.get("grant_type")),
        ("client_id", client_id),
        ("scope", form.get("scope")),
    ):
        if not value:
            raise missing_parameter(name)
    if form["grant_type"] != "client_credentials":
        text = "The grant type is not supported; use client_credentials."
        raise TokenRefused("unsupported_grant_type", 70003, text)
    if client_id.lower() != CLIENT_ID:
        text = "No application with this identifier was found in the directory."
        raise TokenRefused("unauthorized_client", 700016, text)
    if form["scope"].lower() != f"{AUDIENCE}/.default":
        text = "The scope is not valid; it is the API's identifier followed by /.default."
        raise TokenRefused("invalid_scope", 70011, text)


def _check_assertion_type(form: dict[str, str]) -> None:
    """That the assertion is said to be a JWT. Our reading: the code for another type."""
    kind = form.get("client_assertion_type")
    if not kind:
        raise missing_parameter("client_assertion_type")
    if kind != CLIENT_ASSERTION_TYPE:
        text = f"The client_assertion_type must be '{CLIENT_ASSERTION_TYPE}'."
        raise TokenRefused("invalid_request", 900144, text)


def _check_secret(secret: str) -> None:
    if not secret:
        text = (
            "The request body must contain the following parameter: "
            "'client_assertion' or 'client_secret'."
        )
        raise TokenRefused("invalid_client", 7000218, text)
    if not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise TokenRefused("invalid_client", 7000215, "Invalid client secret provided.")


def _audiences(request: Request) -> set[str]:
    """Where an assertion may say that it goes: Microsoft's addresses, or the emulator's own."""
    tenants = [f"{origin}/{TENANT_ID}" for origin in (_MICROSOFT, _origin(request).lower())]
    return {f"{each}/{path}" for each in tenants for path in ("v2.0", "oauth2/v2.0/token")}


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


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


def _json(status: int, body: object) -> Response:
    return Response(
        msgspec.json.encode(body), status, headers=_NO_STORE, media_type="application/json"
    )
