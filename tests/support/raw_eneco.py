"""Eneco DataShare and KPN FIAM over raw HTTP, without the client of this project."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from kwartier.emulator.eneco.data_owners import DataOwner, data_owners
from kwartier.emulator.entra.authority import seal
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import ENECO
from support.esco import Answer, send

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def x5c_of(pem: bytes) -> list[str]:
    """The certificates of a PEM file, as a JWT's header has them."""
    return [
        base64.b64encode(each.public_bytes(Encoding.DER)).decode()
        for each in x509.load_pem_x509_certificates(pem)
    ]


class RawEneco:
    """One environment of the emulator that ``env`` leads to."""

    def __init__(
        self, env: Mapping[str, str], environment: Environment = Environment.ACCEPTANCE
    ) -> None:
        infix = "ACCEPTANCE_" if environment is Environment.ACCEPTANCE else ""
        self.environment = environment
        self.url = f"{env[f'ENECO_{infix}BASE_URL']}/datashare/v1"
        self.fiam = f"{env[f'FIAM_{infix}BASE_URL']}/api/v1"
        self.control = f"{env['FIAM_BASE_URL'].removesuffix('/fiam')}/_emulator"
        self.key = env[f"ENECO_{infix}API_KEY"]
        self.client_id = env["FIAM_CLIENT_ID"]
        self.chain = x5c_of(Path(env["FIAM_CERTIFICATE_PATH"]).read_bytes())
        key = load_pem_private_key(Path(env["FIAM_PRIVATE_KEY_PATH"]).read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)
        self.private_key = key
        self.owners: list[DataOwner] = data_owners(environment)
        self.token = self.granted_token()

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{self.fiam}/oauth/token",
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 30,
        }
        changed = {**claims, **changes}
        return {name: value for name, value in changed.items() if value is not None}

    def assertion(
        self,
        *,
        header: Mapping[str, Any] | None = None,
        key: RSAPrivateKey | None = None,
        **changes: Any,
    ) -> str:
        """Signed with RS256, whatever the header says."""
        whole = {"alg": "RS256", "typ": "JWT", "x5c": self.chain, **(header or {})}
        kept = {name: value for name, value in whole.items() if value is not None}
        parts = [json.dumps(each).encode() for each in (kept, self.claims(**changes))]
        signed = ".".join(_base64url(each) for each in parts)
        signature = (key or self.private_key).sign(signed.encode(), PKCS1v15(), SHA256())
        return f"{signed}.{_base64url(signature)}"

    def form(self, **changes: str | None) -> dict[str, str]:
        form: dict[str, str | None] = {
            "grant_type": "client_credentials",
            "scope": "iSHARE DSH_FIAM",
            "client_id": self.client_id,
            "client_assertion_type": BEARER,
            "client_assertion": self.assertion(),
            **changes,
        }
        return {name: value for name, value in form.items() if value is not None}

    def ask_token(self, form: Mapping[str, str]) -> Answer:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        url = f"{self.fiam}/oauth/token"
        return send(url, "POST", headers=headers, content=urlencode(form).encode())

    def granted_token(self) -> str:
        answer = self.ask_token(self.form())
        assert answer.status == 200, answer.content
        token: str = answer.json["access_token"]
        return token

    def provider_token(self) -> str:
        """Eneco's own, by its own certificate."""
        certificate, key = seal(ENECO.id, ENECO.name)
        chain = [base64.b64encode(certificate.der).decode(), self.chain[-1]]
        assertion = self.assertion(header={"x5c": chain}, key=key, iss=ENECO.id, sub=ENECO.id)
        answer = self.ask_token(self.form(client_id=ENECO.id, client_assertion=assertion))
        assert answer.status == 200, answer.content
        token: str = answer.json["access_token"]
        return token

    def headers(self, **changes: str | None) -> dict[str, str]:
        headers: dict[str, str | None] = {
            "apiKey": self.key,
            "Authorization": f"Bearer {self.token}",
            **changes,
        }
        return {name: value for name, value in headers.items() if value is not None}

    def get(self, path: str, **changes: str | None) -> Answer:
        """Of ``dataconsumer``; the headers may be changed."""
        url = f"{self.url}/nl/eneco/dataconsumer/{path}"
        return send(url, headers=self.headers(**changes))

    def usages(self, owner: str, end: str | None = None) -> Answer:
        query = "" if end is None else f"?{urlencode({'endDate': end})}"
        return self.get(f"{owner}/heat/usages{query}")

    def set_consent(self, owner: str, is_consent: Any, **members: Any) -> Answer:
        body = {"consumerId": self.client_id, "isConsent": is_consent, **members}
        return self.post_consent(owner, json.dumps(body).encode())

    def post_consent(
        self,
        owner: str,
        body: bytes,
        media_type: str | None = "application/json",
        **changes: str | None,
    ) -> Answer:
        url = f"{self.url}/nl/eneco/dataconsumer/demo/{owner}/heat/setConsent"
        headers = self.headers(**{"content-type": media_type, **changes})
        return send(url, "POST", headers=headers, content=body)

    def contracts(self, path: str = "", token: str | None = None) -> Answer:
        return self.ask_fiam("GET", f"service-consumers/contracts{path}", token=token)

    def ask_fiam(
        self, method: str, path: str, body: Any = None, token: str | None = None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body).encode()
        return send(f"{self.fiam}/{path}", method, headers=headers, content=content)

    def grant(self, owner: str, **members: str) -> Any:
        """By the emulator's own endpoint, from any day on."""
        body = {"environment": self.environment, "dataOwnerId": owner, **members}
        answer = send(f"{self.control}/eneco/contracts", "POST", content=json.dumps(body).encode())
        assert answer.status == 200, answer.content
        return answer.json

    def happen(self, kind: str, owner: str, **members: Any) -> Answer:
        body = {"kind": kind, "data_owner": owner, **members}
        return send(f"{self.control}/events", "POST", content=json.dumps(body).encode())

    def set_clock(self, now: str) -> None:
        answer = send(f"{self.control}/clock", "PUT", content=json.dumps({"now": now}).encode())
        assert answer.status == 200, answer.content

    def truth(self, *owners: str) -> pa.Table:
        query = urlencode(
            [("environment", self.environment), *(("dataOwner", each) for each in owners)]
        )
        answer = send(f"{self.control}/eneco/truth?{query}")
        assert answer.status == 200, answer.content
        return pa.ipc.open_stream(answer.content).read_all()


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
