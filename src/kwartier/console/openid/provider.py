"""The OpenID provider: its own description, its keys, and codes in exchange for ID tokens."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kwartier.console.openid.claims import Expected, UnknownKeyError, checked_claims
from kwartier.console.openid.errors import OpenIdError
from kwartier.errors import ConfigurationError, KwartierError
from kwartier.transport.call import Call, Reply
from kwartier.transport.drivers import SyncDriver, is_loopback
from kwartier.transport.protocol import Send, Steps
from kwartier.web.settings import WebSettings

_TIMEOUT: Final = 10.0
_KEPT: Final = timedelta(hours=1)
_LARGEST: Final = 512 * 1024


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    sends_issuer: bool
    by_basic: bool


class OpenIdProvider:
    """The one at ``issuer``, where the console is called ``client_id``. May be used from several
    threads. Its description and keys are kept for an hour, by the time that callers tell.
    """

    def __init__(self, *, issuer: str, client_id: str, client_secret: str | None) -> None:
        self.issuer, self.client_id = issuer, client_id
        self._secret = client_secret
        self._driver = SyncDriver(timeout=_TIMEOUT)
        self._lock = Lock()
        self._metadata: tuple[_Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    def __repr__(self) -> str:
        return f"OpenIdProvider({self.issuer!r})"

    def sign_in_address(
        self, *, redirect_uri: str, state: str, nonce: str, challenge: str, at: datetime
    ) -> str:
        """Where the browser is sent."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._described(at).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def check_sender(self, issuer: str, *, at: datetime) -> None:
        """Refuse a response that another provider sent (RFC 9207); ``issuer`` is what it says."""
        if issuer != self.issuer and (issuer or self._described(at).sends_issuer):
            raise OpenIdError("the response is not of the issuer that was asked")

    def claims(
        self, code: str, *, redirect_uri: str, verifier: str, nonce: str, at: datetime
    ) -> Mapping[str, Any]:
        """Who somebody is, for the code that their browser brought."""
        token = self._exchange(code, redirect_uri, verifier, at)
        expected = Expected(issuer=self.issuer, client_id=self.client_id, nonce=nonce)
        try:
            return checked_claims(token, self._key_set(at), expected, at=at)
        except UnknownKeyError:
            self._keys = None  # Keys change; the new one is fetched, once.
            return checked_claims(token, self._key_set(at), expected, at=at)

    def _exchange(self, code: str, redirect_uri: str, verifier: str, at: datetime) -> str:
        described = self._described(at)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        if self._secret is not None and described.by_basic:
            pair = f"{quote(self.client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif self._secret is not None:
            fields["client_secret"] = self._secret
        body = urlencode(fields).encode()
        call = Call(method="POST", url=described.token_endpoint, headers=headers, body=body)
        token = self._json(call).get("id_token")
        if not isinstance(token, str):
            raise OpenIdError("the answer to the code holds no ID token")
        return token

    def _described(self, at: datetime) -> _Metadata:
        with self._lock:
            if self._metadata is None or at - self._metadata[1] >= _KEPT:
                self._metadata = self._describe(), at
            return self._metadata[0]

    def _describe(self) -> _Metadata:
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = self._json(Call(method="GET", url=url))
        if said.get("issuer") != self.issuer:
            raise OpenIdError("the description is of another issuer than web.oidc_issuer names")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return _Metadata(
            authorization_endpoint=_endpoint(said, "authorization_endpoint"),
            token_endpoint=_endpoint(said, "token_endpoint"),
            jwks_uri=_endpoint(said, "jwks_uri"),
            sends_issuer=said.get("authorization_response_iss_parameter_supported") is True,
            by_basic="client_secret_basic" in methods,
        )

    def _key_set(self, at: datetime) -> KeySet:
        described = self._described(at)
        with self._lock:
            if self._keys is None or at - self._keys[1] >= _KEPT:
                said: Any = self._json(Call(method="GET", url=described.jwks_uri))
                try:
                    self._keys = KeySet.import_key_set(said), at
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise OpenIdError("the provider's keys cannot be read") from error
            return self._keys[0]

    def _json(self, call: Call) -> dict[str, Any]:
        try:
            reply = self._driver.run(_once(call))
        except KwartierError as error:
            raise OpenIdError(f"the OpenID provider did not answer: {error}") from error
        if not reply.is_success or len(reply.body) > _LARGEST:
            raise OpenIdError(f"{call.address} answered {reply.status} {reply.phrase}")
        try:
            return msgspec.json.decode(reply.body, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise OpenIdError(f"{call.address} answered with what is no JSON object") from error


def provider_of(settings: WebSettings, client_secret: str | None) -> OpenIdProvider | None:
    """The one that the settings name, if they do. ConfigurationError for half of what it takes."""
    if settings.oidc_issuer is None and settings.oidc_client_id is None:
        return None
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        raise ConfigurationError("web.oidc_issuer and web.oidc_client_id go together: set both")
    if not settings.oidc_issuer.startswith("https://") and not is_loopback(settings.oidc_issuer):
        raise ConfigurationError("web.oidc_issuer must begin with https")
    return OpenIdProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=client_secret,
    )


def _once(call: Call) -> Steps[Reply]:
    reply: Reply = yield Send(call)
    return reply


def _endpoint(said: Mapping[str, Any], name: str) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not (url.startswith("https://") or is_loopback(url)):
        raise OpenIdError(f"the provider's {name} is missing, or is not https")
    return url
