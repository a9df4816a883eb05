"""Every route of the console, as its table declares it: nobody gets where they may not."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest

from kwartier.console.app import ROUTES
from kwartier.console.routes import Declared, Method
from kwartier.office import Office, OfficeError
from kwartier.office.access_log import accesses
from kwartier.office.users import Role
from kwartier.registry.customers import CustomerChange
from kwartier.store import StoreBusyError
from kwartier.web.headers import HEADERS, HTTPS_ONLY
from support.asgi import AppClient
from support.console import Console, form_token

SCRIPT: Final = "<script>alert(1)</script><img src=x onerror=alert(1)>"
INNER: Final = [one for one in ROUTES if one.role is not None]
OPEN: Final = [one for one in ROUTES if one.role is None]
FORMS: Final = [one for one in ROUTES if one.method is Method.POST]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A store of one customer, 999, of whom scripts are told."""
    console = Console(tmp_path_factory.mktemp("routes") / "store.duckdb")
    customer = CustomerChange(customer_id="999", label=f"{SCRIPT} BV", contact=SCRIPT)
    console.store.change_customers([customer], provider="fluvius", now=console.clock())
    console.context.board.refresh()
    return console


@pytest.fixture(scope="module")
def colleagues(console: Console) -> dict[Role, AppClient]:
    return {role: console.signed_in(role) for role in Role}


def address(one: Declared) -> str:
    """One that leads to the route: what is asked for is not there."""
    return re.sub(r"\{[^}]+\}", "999", one.path)


def named(one: Declared) -> str:
    return f"{one.method} {one.path}"


def ask(browser: AppClient, one: Declared, **headers: str) -> httpx.Response:
    if one.method is Method.GET:
        return browser.get(address(one), headers=headers)
    return browser.post(address(one), data={"form_token": "wrong"}, headers=headers)


def test_who_may_do_what_is_a_decision() -> None:
    """A change of this table is a change of who may do what."""
    table = {named(one): one.role.value for one in INNER if one.role not in (None, Role.VIEWER)}
    officers = {path for path, role in table.items() if role == "privacy_officer"}
    assert {path for path in officers if path.startswith(("GET /users", "GET /access"))}
    assert all(
        role == "privacy_officer"
        for path, role in table.items()
        if re.search(r" /(users|access|receipts|holds)", path)
    )
    assert {one.path for one in OPEN} == {"/sign-in", "/sign-in/openid", "/sign-in/openid/back"}
    forms = {named(one) for one in FORMS if one.role is Role.VIEWER}
    assert forms == {"POST /sign-out", "POST /account/password"}, "viewers change nothing else"


@pytest.mark.parametrize("one", INNER, ids=named)
def test_nobody_gets_in_without_signing_in(console: Console, one: Declared) -> None:
    stranger = console.stranger()
    turned = ask(stranger, one)
    assert turned.status_code == 303
    assert urlsplit(turned.headers["location"]).path == "/sign-in"
    assert ask(stranger, one, accept="application/json").status_code == 401
    part = ask(stranger, one, **{"hx-request": "true"})
    assert part.status_code == 401
    assert urlsplit(part.headers["hx-redirect"]).path == "/sign-in"
    stranger.cookies.set("__Host-kwartier-session", "made-up", domain="console.example")
    assert ask(stranger, one).status_code == 303


@pytest.mark.parametrize("one", INNER, ids=named)
def test_each_role_gets_what_is_declared_and_no_more(
    colleagues: dict[Role, AppClient], one: Declared
) -> None:
    assert one.role is not None
    for role, browser in colleagues.items():
        answer = ask(browser, one)
        told = "Your role does not allow this" in answer.text
        assert told is (not role.may(one.role)), f"{role} at {named(one)}: {answer.status_code}"
        if told:
            assert answer.status_code == 403


@pytest.mark.parametrize("one", FORMS, ids=named)
def test_no_form_is_taken_without_its_token(
    console: Console, colleagues: dict[Role, AppClient], one: Declared
) -> None:
    browser = colleagues[one.role] if one.role else console.stranger()
    other = form_token(colleagues[Role.VIEWER].get("/account"))
    if one.role is Role.VIEWER:
        other = form_token(colleagues[Role.OPERATOR].get("/account"))
    for fields in ({}, {"form_token": ""}, {"form_token": "wrong"}, {"form_token": other}):
        answer = browser.post(address(one), data=fields or {"other": "1"})
        assert answer.status_code == 403, named(one)
        assert "not of this session" in answer.text


@pytest.mark.parametrize("one", FORMS, ids=named)
def test_no_form_is_taken_from_another_site(
    console: Console, colleagues: dict[Role, AppClient], one: Declared
) -> None:
    browser = colleagues[one.role] if one.role else console.stranger()
    page = browser.get("/account" if one.role else "/sign-in")
    fields = {"form_token": form_token(page)}
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://console.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example", "host": "evil.example"},
    ):
        answer = browser.post(address(one), data=fields, headers=headers)
        assert (answer.status_code, "another website" in answer.text) == (403, True), headers


def test_headers_stand_on_every_answer(console: Console, colleagues: dict[Role, AppClient]) -> None:
    strangers = console.stranger()
    answers = [ask(colleagues[one.role or Role.VIEWER], one) for one in ROUTES]
    answers += [strangers.get(path) for path in ("/", "/nowhere", "/sign-in", "/static/x/y.js")]
    answers += [strangers.request(method, "/sign-in") for method in ("PUT", "OPTIONS", "HEAD")]
    for answer in answers:
        assert {**HEADERS, **HTTPS_ONLY}.items() <= dict(answer.headers).items(), answer.url
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert "style=" not in answer.text.lower()
        assert "<script>" not in answer.text
        assert not re.search(r"<[^>]+\son\w+=", answer.text)


def test_addresses_do_not_follow_the_host_that_is_told(colleagues: dict[Role, AppClient]) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil"}
    for path in ("/", "/account", "/users"):
        answer = colleagues[Role.PRIVACY_OFFICER].get(path, headers=headers)
        assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil", "%2F%2Fevil"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(
    colleagues: dict[Role, AppClient], where: str
) -> None:
    answer = colleagues[Role.VIEWER].get("/sign-in", params={"next": where})
    sent = urlsplit(answer.headers["location"])
    assert (sent.scheme, sent.netloc) == ("", "")
    assert answer.headers["location"][:2] not in ("//", "/\\")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"a=" + b"1" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"name=" + b"1" * 2_001, "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_is_refused_before_it_is_looked_at(
    console: Console, body: bytes, kind: str, status: int
) -> None:
    answer = console.stranger().post("/sign-in", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_a_busy_store_or_office_is_told_and_asked_again(
    console: Console, colleagues: dict[Role, AppClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreBusyError("process 1 commits")

    monkeypatch.setattr(type(console.store), "receipts", busy)
    answer = colleagues[Role.PRIVACY_OFFICER].get("/receipts")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "in use" in answer.text
    as_json = colleagues[Role.PRIVACY_OFFICER].get(
        "/receipts", headers={"accept": "application/json"}
    )
    assert as_json.json()["error"].startswith("The store is in use")

    def broken(*_: object) -> None:
        raise OfficeError("database is locked")

    monkeypatch.setattr(Office, "reading", broken)
    assert colleagues[Role.VIEWER].get("/account").status_code == 503


def test_a_defect_tells_visitors_nothing(
    colleagues: dict[Role, AppClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("kwartier.console.runs.latest_runs", broken)
    answer = colleagues[Role.VIEWER].get("/runs")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert HEADERS.items() <= dict(answer.headers).items()


def test_what_looks_at_a_customer_is_logged_when_it_showed_something(
    console: Console, colleagues: dict[Role, AppClient]
) -> None:
    looking = [one for one in ROUTES if one.action is not None and one.method is Method.GET]
    assert looking
    for one in looking:
        before = len(accesses(console.office, customer_id="999", limit=1000))
        answer = ask(colleagues[one.role or Role.VIEWER], one)
        after = len(accesses(console.office, customer_id="999", limit=1000))
        assert after - before == (1 if answer.status_code < 400 else 0), named(one)
    assert accesses(console.office, customer_id="999")
