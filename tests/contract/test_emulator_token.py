"""Microsoft Entra ID's token endpoint, over raw HTTP."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlencode

import pytest
from joserfc import jws

from kwartier.emulator.thread import EmulatorThread
from support.esco import Esco, ask_token, send


def test_a_secret_in_the_body_gets_a_token(emulator: EmulatorThread) -> None:
    answer = ask_token(emulator.env)
    assert answer.status == 200
    assert list(answer.json) == ["token_type", "expires_in", "ext_expires_in", "access_token"]
    assert answer.json["token_type"] == "Bearer"
    token = jws.extract_compact(answer.json["access_token"].encode())
    assert token.headers()["alg"] == "RS256"
    assert b'"exp":' in token.payload


def test_a_secret_as_http_basic_gets_a_token(emulator: EmulatorThread) -> None:
    env = emulator.env
    pair = f"{env['FLUVIUS_CLIENT_ID']}:{env['FLUVIUS_SANDBOX_CLIENT_SECRET']}"
    form = {"grant_type": "client_credentials", "scope": env["FLUVIUS_SCOPE"]}
    headers = {
        "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
        "content-type": "application/x-www-form-urlencoded",
    }
    content = urlencode(form).encode()
    answer = send(env["FLUVIUS_TOKEN_URL"], "POST", content=content, headers=headers)
    assert answer.status == 200


def test_the_path_is_read_in_any_casing(emulator: EmulatorThread) -> None:
    env = dict(emulator.env)
    env["FLUVIUS_TOKEN_URL"] = env["FLUVIUS_TOKEN_URL"].replace("v2.0", "V2.0")
    assert ask_token(env).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "another"}, 400, "unauthorized_client", 700016),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"scope": "api://another/.default"}, 400, "invalid_scope", 70011),
    ],
)
def test_refusals(
    emulator: EmulatorThread, changes: dict[str, str | None], status: int, error: str, code: int
) -> None:
    answer = ask_token(emulator.env, **changes)
    assert answer.status == status
    body = answer.json
    assert list(body) == [
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
    ]
    assert (body["error"], body["error_codes"]) == (error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert emulator.env["FLUVIUS_SANDBOX_CLIENT_SECRET"] not in answer.content.decode()


def test_another_tenant_is_refused(emulator: EmulatorThread) -> None:
    env = dict(emulator.env)
    env["FLUVIUS_TOKEN_URL"] = f"{emulator.url}/another/oauth2/v2.0/token"
    assert ask_token(env).json["error_codes"] == [90002]


def test_clients_find_the_endpoint_and_its_keys(emulator: EmulatorThread) -> None:
    tenant = emulator.env["FLUVIUS_TENANT_ID"]
    found = send(f"{emulator.url}/{tenant}/v2.0/.well-known/openid-configuration").json
    assert found["token_endpoint"] == emulator.env["FLUVIUS_TOKEN_URL"]
    assert len(send(found["jwks_uri"]).json["keys"]) == 1


def test_without_a_key_or_token_nothing_is_shown(esco: Esco) -> None:
    url = f"{esco.base}/api/mandate"
    key, bearer = "ocp-apim-subscription-key", "authorization"
    for dropped in (key, bearer):
        headers = {name: value for name, value in esco.headers.items() if name != dropped}
        answer = send(url, headers=headers)
        assert answer.status == 401
        assert list(answer.json) == ["statusCode", "message"]
    for wrong in ({key: "wrong"}, {bearer: "Bearer x.y.z"}, {bearer: "Basic eDp5"}):
        assert send(url, headers={**esco.headers, **wrong}).status == 401


def test_a_token_lives_on_the_real_clock(emulator: EmulatorThread) -> None:
    payload = jws.extract_compact(ask_token(emulator.env).json["access_token"].encode()).payload
    assert f'"iat":{int(time.time()) // 1000}'.encode() in payload
