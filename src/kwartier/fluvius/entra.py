"""Tokens from Microsoft Entra ID (OAuth 2.0 client credentials)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec

from kwartier.fluvius.credentials import FluviusCredentials
from kwartier.fluvius.errors import AuthenticationError
from kwartier.fluvius.refusals import refusal
from kwartier.transport import Call, Reply, Token, TokenFlow
from kwartier.transport.granting import granted_token, token_form_call
from kwartier.wire.entra import TokenRefusal, TokenReply
from kwartier.wire.unreadable import UNREADABLE

_WHAT_TO_DO: Final = {
    7000215: "check the client secret: its value is wanted, not its ID",
    7000222: "the client secret has expired: ask for a new one",
    7000218: "the request carried no credential: set the client secret or the certificate",
    700021: "the assertion is about another application: check the client ID",
    700023: "the assertion is meant for another tenant: check the tenant ID and FLUVIUS_TOKEN_URL",
    700024: "the assertion has expired or is not valid yet: check this machine's clock",
    1000502: "the certificate has expired or is not valid yet: use one that Fluvius has",
    7000214: "the certificate was revoked: request a new one and hand it to Fluvius",
    7000274: "the certificate has expired or is not valid yet: use one that Fluvius has",
    7000277: "the certificate was revoked: request a new one and hand it to Fluvius",
    700016: "the application is unknown there: check the client ID and the tenant ID",
    700027: "the certificate is unknown or expired there: check that Fluvius has this very one",
    90002: "the tenant is unknown: check the tenant ID",
    70011: "the scope is invalid: it looks like api://<id>/.default",
    500011: "the scope names an unknown resource: check it against what Fluvius gave you",
    1002012: "the scope is invalid: it looks like api://<id>/.default",
}
_CHECK_ALL: Final = "check client ID, tenant ID, scope, and secret or certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecretFlow:
    """A token for a client secret (the sandbox's way)."""

    token_url: str
    client_id: str
    scope: str
    client_secret: str = field(repr=False)

    def token_call(self) -> Call:
        return token_form_call(
            self.token_url,
            client_id=self.client_id,
            scope=self.scope,
            client_secret=self.client_secret,
        )

    def read_token(self, reply: Reply) -> Token:
        return read_token(reply)


def token_flow(credentials: FluviusCredentials, token_url: str) -> TokenFlow:
    """The way in that the credentials allow.

    Raises :class:`ConfigurationError` when the certificate cannot be used.
    """
    if credentials.client_secret:
        return ClientSecretFlow(
            token_url=token_url,
            client_id=credentials.client_id,
            scope=credentials.scope,
            client_secret=credentials.client_secret,
        )
    # Whoever signs in with a secret need not wait for the cryptography.
    from kwartier.fluvius.certificate_flow import CertificateFlow

    return CertificateFlow(
        token_url=token_url,
        client_id=credentials.client_id,
        scope=credentials.scope,
        keys=credentials.signing_keys(),
    )


def read_token(reply: Reply) -> Token:
    """The token granted; AuthenticationError, with what to do, if it was refused."""
    if not reply.is_success:
        raise _refused(reply)
    return granted_token(reply, TokenReply)


def _refused(reply: Reply) -> Exception:
    try:
        told = msgspec.json.decode(reply.body, type=TokenRefusal)
    except UNREADABLE:
        return refusal(reply, who="Microsoft Entra ID")
    if reply.status not in (400, 401, 403):
        return refusal(reply, who="Microsoft Entra ID")
    known = [code for code in told.error_codes if code in _WHAT_TO_DO]
    said = told.error_description.partition("\n")[0].strip() or told.error
    advice = (
        _WHAT_TO_DO[known[0]]
        if known
        else "check client ID, tenant ID, scope, and secret or certificate"
    )
    return AuthenticationError(
        f"Microsoft Entra ID refused a token: {said} ({advice})",
        status=reply.status,
        code=f"AADSTS{told.error_codes[0]}" if told.error_codes else told.error,
        type=told.error,
    )
