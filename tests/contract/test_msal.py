"""Microsoft's own client library signs in at the emulator, over https, by every method it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msal
import pytest
import requests

from kwartier.certificates import load_certificate
from kwartier.emulator.thread import EmulatorThread

METHODS = ("secret", "thumbprint", "public certificate", "both")


@pytest.fixture(scope="module")
def https(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    running = EmulatorThread(tls=True, host="localhost")
    running_emulators.append(running)
    return running


@pytest.fixture
def session(https: EmulatorThread) -> Iterator[requests.Session]:
    """HTTP that trusts the emulator's authority and heeds no proxy of the machine."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = https.env["FLUVIUS_CA_FILE"]
        yield session


def credential(env: dict[str, str], method: str) -> str | dict[str, str]:
    """What MSAL is given to sign in with."""
    if method == "secret":
        return env["FLUVIUS_SANDBOX_CLIENT_SECRET"]
    path = Path(env["FLUVIUS_CERTIFICATE_PATH"])
    given = {"private_key": Path(env["FLUVIUS_PRIVATE_KEY_PATH"]).read_text()}
    if method != "public certificate":
        given["thumbprint"] = load_certificate(path).sha1
    if method != "thumbprint":
        given["public_certificate"] = path.read_text()
    return given


def application(
    env: dict[str, str], session: requests.Session, given: Any, **authority: str
) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        env["FLUVIUS_CLIENT_ID"],
        client_credential=given,
        http_client=session,
        instance_discovery=False,
        **authority,
    )


@pytest.mark.parametrize("method", METHODS)
def test_msal_gets_a_token_that_opens_the_api(
    https: EmulatorThread, session: requests.Session, method: str
) -> None:
    env = https.env
    authority = f"{https.url}/{env['FLUVIUS_TENANT_ID']}"
    app = application(env, session, credential(env, method), authority=authority)
    granted = app.acquire_token_for_client([env["FLUVIUS_SCOPE"]])
    assert granted.get("token_type") == "Bearer", granted.get("error_description")
    reply = session.get(
        f"{env['FLUVIUS_BASE_URL']}/api/mandate",
        headers={
            "Authorization": f"Bearer {granted['access_token']}",
            "Ocp-Apim-Subscription-Key": env["FLUVIUS_SUBSCRIPTION_KEY"],
        },
    )
    assert reply.status_code == 404
    assert reply.json()["Code"] == "Mandates.NotFound"


def test_msal_finds_the_endpoint_by_discovery_alone(
    https: EmulatorThread, session: requests.Session
) -> None:
    env = https.env
    authority = f"{https.url}/{env['FLUVIUS_TENANT_ID']}/v2.0"
    app = application(env, session, credential(env, "secret"), oidc_authority=authority)
    granted = app.acquire_token_for_client([env["FLUVIUS_SCOPE"]])
    assert granted.get("token_type") == "Bearer", granted.get("error_description")


def test_msal_is_told_why_it_is_refused(https: EmulatorThread, session: requests.Session) -> None:
    env = https.env
    authority = f"{https.url}/{env['FLUVIUS_TENANT_ID']}"
    refused = application(env, session, "wrong", authority=authority).acquire_token_for_client(
        [env["FLUVIUS_SCOPE"]]
    )
    assert (refused["error"], refused["error_codes"]) == ("invalid_client", [7000215])


def test_without_its_authority_nobody_trusts_the_emulator(https: EmulatorThread) -> None:
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"{https.url}/_emulator/health")
