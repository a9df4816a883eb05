"""Tokens from Microsoft Entra ID (OAuth 2.0 client credentials)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import msgspec

from kwartier.errors import ConfigurationError
from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.errors import AuthenticationError
from kwartier.fluvius.refusals import refusal
from kwartier.transport import BrokenReplyError, Call, Reply, Token, TokenFlow
from kwartier.wire.entra import TokenRefusal, TokenReply
from kwartier.wire.unreadable import UNREADABLE

_WHAT_TO_DO: Final = {
    7000215: "check the client secret: its value is wanted, not its ID",
    7000222: "the client secret has expired: ask for a new one",
    7000218: "the request carried no credential: set the client secret or the certificate",
    700016: "the application is unknown there: check the client ID and the tenant ID",
    700027: "the certificate does not match: check thumbprint and private key",
    90002: "the tenant is unknown: check the tenant ID",
    70011: "the scope is invalid: it looks like api://<id>/.default",
    500011: "the scope names an unknown resource: check it against what Fluvius gave you",
    1002012: "the scope is invalid: it looks like api://<id>/.default",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecretFlow:
    """A token for a client secret (the sandbox's way)."""

    token_url: str
    client_id: str
    scope: str
    client_secret: str = field(repr=False)

    def token_call(self) -> Call:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }
        return Call(
            method="POST",
            url=self.token_url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            is_idempotent=True,  # a second token harms nobody
        )

    def read_token(self, reply: Reply) -> Token:
        return read_token(reply)


def token_flow(credentials: FluviusCredentials, token_url: str) -> TokenFlow:
    """The way in that the credentials allow."""
    if credentials.client_secret is None:
        raise ConfigurationError(
            "credentials: signing in with a certificate is not supported by this version yet; "
            "use the sandbox with its client secret"
        )
    return ClientSecretFlow(
        token_url=token_url,
        client_id=credentials.client_id,
        scope=credentials.scope,
        client_secret=credentials.client_secret,
    )


def read_token(reply: Reply) -> Token:
    """The token granted; AuthenticationError, with what to do, if it was refused."""
    if not reply.is_success:
        raise _refused(reply)
    try:
        granted = msgspec.json.decode(reply.body, type=TokenReply, strict=False)
    except UNREADABLE as error:
        raise BrokenReplyError("the token endpoint's reply is no token") from error
    if granted.expires_in <= 0:
        raise BrokenReplyError("the token endpoint handed out a token that has already expired")
    return Token(granted.access_token, float(granted.expires_in))


def _refused(reply: Reply) -> Exception:
    try:
        told = msgspec.json.decode(reply.body, type=TokenRefusal)
    except UNREADABLE:
        return refusal(reply, who="Microsoft Entra ID")
    if reply.status not in (400, 401, 403):
        return refusal(reply, who="Microsoft Entra ID")
    known = [code for code in told.error_codes if code in _WHAT_TO_DO]
    said = told.error_description.partition("\n")[0].strip() or told.error
    advice = _WHAT_TO_DO[known[0]] if known else "check client ID, tenant ID, scope and secret"
    return AuthenticationError(
        f"Microsoft Entra ID refused a token: {said} ({advice})",
        status=reply.status,
        code=f"AADSTS{told.error_codes[0]}" if told.error_codes else told.error,
        type=told.error,
    )
