"""A small OpenID provider over HTTP that signs one person in, and can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kwartier.serve import listen

CLIENT: Final = "console"
SECRET: Final = "the client's own secret"


@cache
def key(name: str) -> RSAKey:
    """A signing key; made once."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": name})


@dataclass
class OpenIdServer:
    """What it serves. ``claims`` and ``header`` go over what an ID token says; ``sign`` makes the
    token of them; ``metadata`` and ``back`` go over its description and its response.
    """

    url: str
    clock: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    signing: str = "one"
    published: Sequence[str] = ("one",)
    as_algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def begin_anew(self, clock: Callable[[], datetime]) -> None:
        """Be as it was when it started."""
        fresh = OpenIdServer(self.url, clock)
        for one in fields(self):
            setattr(self, one.name, getattr(fresh, one.name))

    def app(self) -> Starlette:
        """Its pages."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _describe(self, _: Request) -> Response:
        self.asked.append("description")
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(said | self.metadata)

    async def _keys(self, _: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [key(one).as_dict(private=False) for one in self.published]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        query = {"code": code, "state": asked["state"], "iss": self.url} | self.back
        told = {name: value for name, value in query.items() if value}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 303)

    async def _token(self, request: Request) -> Response:
        sent = {name: one[0] for name, one in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(sent["code"], None)
        why = self._wrong(sent, asked, request.headers.get("authorization", ""))
        if why is not None or asked is None:
            self.refused.append(why or "code")
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"token_type": "Bearer", "id_token": self._id_token(asked["nonce"])})

    def _wrong(
        self, sent: dict[str, str], asked: dict[str, str] | None, authorization: str
    ) -> str | None:
        """What is wrong with a request for a token."""
        if asked is None:
            return "code"
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return "verifier"
        pair = f"{CLIENT}:{SECRET.replace(' ', '%20').replace(chr(39), '%27')}"
        if authorization != f"Basic {base64.b64encode(pair.encode()).decode()}":
            return "secret"
        return None if sent["redirect_uri"] == asked["redirect_uri"] else "redirect_uri"

    def _id_token(self, nonce: str) -> str:
        now = self.clock()
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=5)).timestamp()),
            "nonce": nonce,
            "email": "an@energy.example",
        } | self.claims
        told = {name: value for name, value in said.items() if value is not None}
        header = {"alg": self.as_algorithm, "kid": self.signing}
        if self.as_algorithm != "RS256":
            return _weak(header, told)
        return jwt.encode(header, told, key(self.signing))


def _weak(header: dict[str, str], claims: dict[str, Any]) -> str:
    """A token without a signature, or with one by the public key, which everybody has."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (header, claims)
    ]
    public = key(header["kid"]).as_pem(private=False)
    signature = hmac.digest(public, b".".join(parts), "sha256") if header["alg"] != "none" else b""
    parts.append(base64.urlsafe_b64encode(signature).rstrip(b"="))
    return b".".join(parts).decode()


@contextmanager
def openid_server(clock: Callable[[], datetime]) -> Iterator[OpenIdServer]:
    """One that runs."""
    listener = listen("127.0.0.1", 0)
    served = OpenIdServer(f"http://127.0.0.1:{listener.getsockname()[1]}", clock)
    config = uvicorn.Config(served.app(), lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
