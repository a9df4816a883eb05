"""Signing in with a password: cookies, sessions, pauses, and what is never said."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from argon2 import PasswordHasher

from kwartier.office import passwords
from kwartier.office.access_log import accesses
from kwartier.office.passwords import hashed
from kwartier.office.sign_ins import FREE_BY_BOTH
from kwartier.office.users import (
    Role,
    add_user,
    change_role,
    disable_user,
    enable_user,
    keep_password,
    password_of,
)
from kwartier.web.settings import WebSettings
from support.asgi import AppClient
from support.console import Console, form_token

PASSWORD = "a long enough one"
SESSION = "__Host-kwartier-session"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real ones, by parameters that cost a test nothing."""
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def kept() -> str:
    return hashed(PASSWORD)


@pytest.fixture
def console(tmp_path: Path, kept: str) -> Console:
    console = Console(tmp_path / "store.duckdb")
    add_user(console.office, name="An", role=Role.OPERATOR, at=console.clock(), password=kept)
    return console


def attempt(
    browser: AppClient, name: str = "An", password: str = PASSWORD, where: str = "/account"
) -> httpx.Response:
    sent = {"name": name, "password": password, "next": where}
    page = browser.get("/sign-in")
    return browser.post("/sign-in", data=sent | {"form_token": form_token(page)})


def test_the_right_password_leads_to_the_page_that_was_wanted(console: Console) -> None:
    browser = console.stranger()
    turned = browser.get("/account?a=1")
    assert (turned.status_code, turned.headers["location"]) == (
        303,
        "/sign-in?next=%2Faccount%3Fa%3D1",
    )
    answer = attempt(browser, where="/account?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?a=1")
    assert "An" in browser.get("/account").text
    assert browser.get("/sign-in").headers["location"] == "/"


def test_the_cookie_is_for_this_host_by_https_and_for_no_script(console: Console) -> None:
    [cookie] = [
        one
        for one in attempt(console.stranger()).headers.get_list("set-cookie")
        if one.startswith(SESSION)
    ]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert flags == {"httponly", "path=/", "samesite=lax", "secure"}


def test_without_https_the_cookie_says_so(tmp_path: Path, kept: str) -> None:
    console = Console(tmp_path / "plain.duckdb", settings=WebSettings())
    add_user(console.office, name="An", role=Role.VIEWER, at=console.clock(), password=kept)
    browser = console.stranger()
    cookies = attempt(browser).headers.get_list("set-cookie")
    assert cookies[0].startswith("kwartier-session=")
    assert "secure" not in cookies[0].lower()
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("An", "wrong"), ("Nobody", PASSWORD), ("", "")])
def test_what_is_wrong_is_not_told(console: Console, name: str, password: str) -> None:
    answer = attempt(console.stranger(), name, password)
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert SESSION not in answer.headers.get("set-cookie", "")


def test_an_unknown_name_takes_a_hash_as_well(console: Console) -> None:
    tried: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        tried.append(kept.rpartition("$")[0].rpartition("$")[0])
        return real(hasher, kept, password)

    with patch.object(PasswordHasher, "verify", verify):
        attempt(console.stranger(), "Nobody")
        attempt(console.stranger(), "An", "wrong")
    assert len(tried) == 2
    assert tried[0] == tried[1], "the same work, by the same parameters"


def test_a_session_planted_before_is_worth_nothing_after(console: Console) -> None:
    planted = console.signed_in(Role.VIEWER, "Mallory")
    victim = console.stranger()
    victim.cookies = httpx.Cookies(planted.cookies)
    page = victim.get("/account")
    out = victim.post("/sign-out", data={"form_token": form_token(page)})
    assert out.headers["location"] == "/sign-in"
    victim.cookies = httpx.Cookies(planted.cookies)
    attempt(victim)
    assert victim.cookies[SESSION] != planted.cookies[SESSION]
    assert planted.get("/account").status_code == 303


def test_a_session_ends_when_idle_and_after_a_day_in_any_case(console: Console) -> None:
    browser = console.stranger()
    attempt(browser)
    console.clock.at += timedelta(minutes=59)
    assert browser.get("/account").status_code == 200
    console.clock.at += timedelta(minutes=61)
    assert browser.get("/account").status_code == 303
    attempt(browser)
    for _ in range(12):
        assert browser.get("/account").status_code == 200
        console.clock.at += timedelta(minutes=59)
    console.clock.at += timedelta(minutes=12)
    assert browser.get("/account").status_code == 303


def test_who_is_disabled_or_given_another_role_is_signed_out(console: Console) -> None:
    browser = console.stranger()
    attempt(browser)
    disable_user(console.office, "An", at=console.clock())
    assert browser.get("/account").status_code == 303
    assert attempt(browser).status_code == 401
    enable_user(console.office, "An")
    attempt(browser)
    change_role(console.office, "An", Role.VIEWER)
    assert browser.get("/account").status_code == 303


def test_pauses_grow_and_end(console: Console) -> None:
    browser = console.stranger()
    for _ in range(FREE_BY_BOTH):
        assert attempt(browser, password="wrong").status_code == 401
    refused = attempt(browser)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    assert "Wait 15 seconds" in refused.text
    console.clock.at += timedelta(seconds=15)
    assert attempt(browser, password="wrong").status_code == 401
    assert attempt(browser).headers["retry-after"] == "30"
    console.clock.at += timedelta(seconds=30)
    assert attempt(browser).status_code == 303
    assert attempt(console.stranger(), password="wrong").status_code == 401


def test_other_names_from_the_same_address_are_paused_too(console: Console) -> None:
    browser = console.stranger(client="192.0.2.1")
    with patch("kwartier.console.sign_in.is_right", return_value=False):
        answers = [attempt(browser, f"Nobody {one}").status_code for one in range(21)]
    assert answers == [401] * 20 + [429]
    assert attempt(console.stranger(client="192.0.2.2")).status_code == 303


def test_a_password_hashed_in_an_old_way_is_hashed_anew(console: Console) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    keep_password(console.office, "An", old)
    assert attempt(console.stranger()).status_code == 303
    found = password_of(console.office, "An")
    assert found is not None
    assert found[1] != old
    assert not passwords.is_outdated(found[1])


def test_another_password_ends_all_other_sessions(console: Console) -> None:
    one, other = console.stranger(), console.stranger()
    attempt(one)
    attempt(other)
    token = form_token(one.get("/account"))
    fields = {"form_token": token, "now": PASSWORD, "new": "x" * 12, "again": "x" * 12}
    for wrong in ({"again": "y" * 12}, {"now": "wrong"}, {"new": "short", "again": "short"}):
        assert one.post("/account/password", data=fields | wrong).status_code == 400
    assert one.post("/account/password", data=fields).status_code == 303
    assert (one.get("/account").status_code, other.get("/account").status_code) == (200, 303)
    assert attempt(other).status_code == 401
    assert attempt(other, password="x" * 12).status_code == 303


def test_neither_log_nor_office_holds_what_was_typed(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = console.stranger()
    attempt(browser, password="wrong and secret")
    attempt(browser)
    secret = browser.cookies[SESSION]
    said = caplog.text + console.office.path.read_bytes().decode("latin-1")
    said += "".join(
        path.read_bytes().decode("latin-1")
        for path in console.office.path.parent.glob(console.office.path.name + "-*")
    )
    for word in (PASSWORD, "wrong and secret", secret):
        assert word not in said
    assert [entry.action for entry in accesses(console.office)] == ["signed in"]
