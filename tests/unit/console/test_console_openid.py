"""Signing in by OpenID Connect at a provider over HTTP: each check, broken once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt

from kwartier.console.openid.provider import provider_of
from kwartier.errors import ConfigurationError
from kwartier.office.users import Role, add_user, disable_user, user_called, users
from kwartier.web.settings import WebSettings
from support.asgi import AppClient
from support.console import Clock, Console
from support.openid_provider import CLIENT, SECRET, OpenIdServer, key, openid_server

SESSION = "__Host-kwartier-session"


@dataclass
class Setting:
    """The console, and who signs its people in."""

    console: Console
    server: OpenIdServer

    def come_back(self, browser: AppClient, **changed: str) -> httpx.Response:
        """Go to the provider and back; what it sends along may be changed on the way."""
        out = browser.get("/sign-in/openid?next=/account")
        assert out.status_code == 303
        back = urlsplit(httpx.get(out.headers["location"]).headers["location"])
        assert back.netloc == "console.example"
        query = {name: one[0] for name, one in parse_qs(back.query).items()} | changed
        return browser.get(back.path, params=query)


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    with openid_server(Clock()) as running:
        yield running


@pytest.fixture
def setting(tmp_path: Path, server: OpenIdServer) -> Setting:
    return Setting(made(tmp_path, server), server)


def made(folder: Path, server: OpenIdServer, **given: Any) -> Console:
    settings = WebSettings(
        public_url="https://console.example",
        oidc_issuer=server.url,
        oidc_client_id=CLIENT,
        **given,
    )
    openid = provider_of(settings, SECRET)
    console = Console(folder / "store.duckdb", settings=settings, openid=openid)
    server.begin_anew(console.clock)
    add_user(
        console.office,
        name="An",
        role=Role.OPERATOR,
        at=console.clock(),
        issuer=server.url,
        subject="subject-1",
    )
    return console


def test_who_was_added_by_subject_comes_in(setting: Setting) -> None:
    browser = setting.console.stranger()
    assert 'href="/sign-in/openid?next=/"' in browser.get("/sign-in").text
    answer = setting.come_back(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "An" in browser.get("/account").text
    assert "by OpenID Connect" in browser.get("/account").text


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://other.example"}, "iss is not the issuer"),
        ({"aud": "another"}, "aud does not name"),
        ({"aud": None}, "aud does not name"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "azp is another"),
        ({"nonce": "planted"}, "nonce is not"),
        ({"nonce": None}, "nonce is not"),
        ({"exp": 1}, "exp has passed"),
        ({"exp": None}, "exp has passed"),
        ({"iat": 4_000_000_000}, "iat lies in the future"),
        ({"nbf": 4_000_000_000}, "nbf lies in the future"),
        ({"sub": None}, "sub is missing"),
    ],
)
def test_a_token_that_says_anything_else_is_refused(
    setting: Setting, caplog: pytest.LogCaptureFixture, claims: dict[str, Any], why: str
) -> None:
    setting.server.claims = claims
    refused(setting, caplog, why)


def refused(setting: Setting, caplog: pytest.LogCaptureFixture, why: str, **changed: str) -> None:
    caplog.set_level(logging.WARNING)
    browser = setting.console.stranger()
    answer = setting.come_back(browser, **changed)
    assert answer.status_code == 403
    assert SESSION not in browser.cookies
    assert why in caplog.text
    assert why not in answer.text, "visitors are not told what to mend"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"as_algorithm": "none"}, "cannot be verified"),
        ({"as_algorithm": "HS256"}, "cannot be verified"),
        ({"signing": "two"}, "key that is not known"),
        ({"metadata": {"jwks_uri": "http://evil.example/keys"}}, "is not https"),
    ],
)
def test_a_token_that_is_not_signed_by_the_provider_is_refused(
    setting: Setting, caplog: pytest.LogCaptureFixture, change: dict[str, Any], why: str
) -> None:
    if "metadata" in change:
        setting.server.metadata = change["metadata"]
        assert setting.console.stranger().get("/sign-in/openid").status_code == 403
        assert why in caplog.text
        return
    for name, value in change.items():
        setattr(setting.server, name, value)
    refused(setting, caplog, why)


def test_a_token_whose_signature_is_another_keys_is_refused(
    setting: Setting, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenIdServer, "_id_token", forged(key("two")))
    refused(setting, caplog, "cannot be verified")


def forged(other: Any) -> Any:
    def token(server: OpenIdServer, nonce: str) -> str:
        now = int(server.clock().timestamp())
        claims = {"iss": server.url, "aud": CLIENT, "sub": "subject-1", "nonce": nonce}
        times = {"iat": now, "exp": now + 60}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims | times, other)

    return token


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "planted"}, "another state"),
        ({"iss": "https://other.example"}, "not of the issuer"),
        ({"iss": ""}, "not of the issuer"),
        ({"code": ""}, "sent no code"),
        ({"code": "made-up"}, "answered 400"),
    ],
)
def test_a_response_that_was_changed_on_the_way_is_refused(
    setting: Setting, caplog: pytest.LogCaptureFixture, changed: dict[str, str], why: str
) -> None:
    refused(setting, caplog, why, **changed)


def test_another_browser_cannot_finish_what_one_began(setting: Setting) -> None:
    out = setting.console.stranger().get("/sign-in/openid")
    back = httpx.get(out.headers["location"]).headers["location"]
    other = setting.console.stranger()
    assert other.get(back.partition("console.example")[2]).status_code == 403
    other.get("/sign-in/openid")
    assert other.get(back.partition("console.example")[2]).status_code == 403
    assert SESSION not in other.cookies


def test_a_code_of_another_sign_in_fails_for_its_verifier(setting: Setting) -> None:
    codes = []
    for browser in (setting.console.stranger(), setting.console.stranger()):
        out = browser.get("/sign-in/openid")
        back = httpx.get(out.headers["location"]).headers["location"]
        codes.append(parse_qs(urlsplit(back).query)["code"][0])
    victim = setting.console.stranger()
    assert setting.come_back(victim, code=codes[0]).status_code == 403
    assert setting.server.refused == ["verifier"]


def test_a_description_of_another_issuer_is_refused(setting: Setting) -> None:
    setting.server.metadata = {"issuer": "https://other.example"}
    assert setting.console.stranger().get("/sign-in/openid").status_code == 403


def test_keys_are_fetched_again_when_they_change_and_not_for_each_token(setting: Setting) -> None:
    for _ in range(2):
        assert setting.come_back(setting.console.stranger()).status_code == 303
    assert setting.server.asked == ["description", "keys"]
    setting.server.signing, setting.server.published = "two", ("one", "two")
    assert setting.come_back(setting.console.stranger()).status_code == 303
    assert setting.server.asked == ["description", "keys", "keys"]


def test_who_is_unknown_or_disabled_does_not_come_in(setting: Setting) -> None:
    disable_user(setting.console.office, "An", at=setting.console.clock())
    assert "Ask a privacy officer" in setting.come_back(setting.console.stranger()).text
    setting.server.claims = {"sub": "subject-2"}
    assert setting.come_back(setting.console.stranger()).status_code == 403
    assert len(users(setting.console.office)) == 1


def test_a_claim_says_what_colleagues_may_do_each_time(
    tmp_path: Path, server: OpenIdServer
) -> None:
    console = made(tmp_path, server, oidc_viewer="energy", oidc_privacy_officer="privacy")
    setting, browser = Setting(console, server), console.stranger()
    server.claims = {"groups": ["energy", "privacy"]}
    assert setting.come_back(browser).status_code == 303
    assert browser.get("/users").status_code == 200
    server.claims = {"groups": "energy"}
    assert setting.come_back(console.stranger()).status_code == 303
    assert browser.get("/users").status_code == 303, "another role ends what was open"
    for nothing in (["others"], 5, {"energy": True}, [["energy"], None], None):
        server.claims = {"groups": nothing}
        assert setting.come_back(console.stranger()).status_code == 403
    server.claims = {"groups": ["energy"], "sub": "subject-2", "email": "An"}
    assert setting.come_back(console.stranger()).status_code == 303
    [added] = [one for one in users(console.office) if one.subject == "subject-2"]
    assert added.name.startswith("An ")
    an = user_called(console.office, "An")
    assert an is not None
    assert an.role is Role.VIEWER


def test_neither_code_nor_secret_is_logged(
    setting: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "kwartier")
    setting.server.claims = {"nonce": "planted"}
    setting.come_back(setting.console.stranger(), code="a-code-that-shows")
    assert "a-code-that-shows" not in caplog.text
    assert SECRET not in caplog.text
    assert SECRET not in repr(setting.console.context)


def test_what_is_half_configured_is_said(setting: Setting) -> None:
    for issuer, client in (("https://people.example", None), ("http://people.example", CLIENT)):
        with pytest.raises(ConfigurationError, match=r"web\.oidc_issuer"):
            provider_of(WebSettings(oidc_issuer=issuer, oidc_client_id=client), None)
    without = Console(setting.console.context.store_path.with_name("other.duckdb"))
    assert without.stranger().get("/sign-in/openid").status_code == 404


def test_a_sign_in_that_took_too_long_has_no_cookie_left(setting: Setting) -> None:
    out = setting.console.stranger().get("/sign-in/openid")
    assert "Max-Age=600" in out.headers["set-cookie"]
    assert "__Host-kwartier-openid=" in out.headers["set-cookie"]
    setting.server.clock = lambda: setting.console.clock() - timedelta(hours=1)
    assert setting.come_back(setting.console.stranger()).status_code == 403
