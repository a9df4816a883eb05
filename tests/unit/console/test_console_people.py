"""The pages of a privacy officer on people: users, and the access log."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from kwartier.console import access
from kwartier.office import passwords
from kwartier.office.access_log import accesses, note_access
from kwartier.office.users import Role, add_user, user_called
from kwartier.web.settings import WebSettings
from support.asgi import AppClient
from support.console import Console, form_token

ISSUER = "https://people.example"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def console(tmp_path: Path) -> Console:
    settings = WebSettings(public_url="https://console.example", oidc_issuer=ISSUER)
    return Console(tmp_path / "store.duckdb", settings=settings)


@pytest.fixture
def officer(console: Console) -> AppClient:
    return console.signed_in(Role.PRIVACY_OFFICER, "Olga")


def send(browser: AppClient, path: str, **fields: str) -> httpx.Response:
    token = form_token(browser.get("/users"))
    return browser.post(path, data=fields | {"form_token": token})


def added(console: Console, name: str = "Bert") -> str:
    user = add_user(console.office, name=name, role=Role.VIEWER, at=console.clock(), password="x")
    return f"/users/{user.user_id}"


def test_a_new_colleague_signs_in_with_the_password_that_was_shown(
    console: Console, officer: AppClient
) -> None:
    shown = send(officer, "/users", name="Bert", role="operator")
    password = re.search(r"<code>([a-z0-9-]{29})</code>", shown.text)
    assert password is not None
    assert password[1] not in officer.get("/users").text
    browser = console.stranger()
    token = form_token(browser.get("/sign-in"))
    fields = {"name": "Bert", "password": password[1], "form_token": token}
    assert browser.post("/sign-in", data=fields).status_code == 303
    assert "Operator" in browser.get("/account").text


def test_who_signs_in_elsewhere_is_added_by_subject(console: Console, officer: AppClient) -> None:
    shown = send(officer, "/users", name="Bert", role="viewer", subject="b-1")
    assert "by OpenID Connect" in shown.text
    assert "<code>" not in shown.text
    bert = user_called(console.office, "Bert")
    assert bert is not None
    assert (bert.issuer, bert.subject, bert.has_password) == (ISSUER, "b-1", False)
    assert send(officer, f"/users/{bert.user_id}/password").status_code == 400


def test_what_is_wrong_with_a_name_is_said(console: Console, officer: AppClient) -> None:
    added(console)
    again = send(officer, "/users", name="Bert", role="viewer")
    assert again.status_code == 400
    assert "called &#39;Bert&#39; already" in again.text
    assert send(officer, "/users", name="", role="viewer").status_code == 400
    assert send(officer, "/users", name="Bea", role="king").status_code == 400
    assert officer.get("/users/99").status_code == 404


def test_role_password_and_leave_are_changed_and_end_sessions(
    console: Console, officer: AppClient
) -> None:
    bert = added(console)
    for path, fields in (
        ("/role", {"role": "operator"}),
        ("/password", {}),
        ("/disable", {}),
    ):
        browser = console.signed_in(Role.VIEWER, "Bert")
        assert browser.get("/account").status_code == 200
        assert send(officer, bert + path, **fields).status_code in (200, 303)
        assert browser.get("/account").status_code == 303
    assert send(officer, bert + "/enable").status_code == 303
    assert send(officer, bert + "/remove").status_code == 409
    send(officer, bert + "/disable")
    assert send(officer, bert + "/remove").status_code == 303
    assert user_called(console.office, "Bert") is None
    told = [entry.action for entry in accesses(console.office) if entry.actor == "Olga"]
    assert told[::-1] == [
        "changed a role",
        "gave another password",
        "disabled a user",
        "enabled a user",
        "disabled a user",
        "removed a user",
    ]


@pytest.mark.parametrize("what", ["role", "password", "disable", "enable", "remove"])
def test_nobody_takes_away_what_they_need_to_undo_it(
    console: Console, officer: AppClient, what: str
) -> None:
    olga = user_called(console.office, "Olga")
    assert olga is not None
    assert send(officer, f"/users/{olga.user_id}/{what}", role="viewer").status_code == 409
    assert officer.get("/users").status_code == 200


@pytest.fixture
def logged(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks a minute, from six minutes before midnight in Brussels; twenty fill a page."""
    monkeypatch.setattr(access, "_PER_PAGE", 20)
    monkeypatch.setattr(access, "_PER_READ", 5)
    began = datetime(2026, 10, 24, 21, 54, tzinfo=UTC)
    for number in range(24):
        note_access(
            console.office,
            at=began + timedelta(minutes=number // 2),
            actor="An" if number % 2 else "Bert",
            action="looked",
            customer_id="=c-1" if number < 4 else "c-2",
            detail="a page",
        )


def rows(page: httpx.Response) -> int:
    return page.text.count("<td>a page</td>")


def test_the_log_is_paged_and_filtered(console: Console, officer: AppClient, logged: None) -> None:
    first = officer.get("/access")
    assert rows(first) == 20
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older is not None
    assert rows(officer.get(older[1].replace("&amp;", "&"))) == 4
    assert rows(officer.get("/access?customer=%3Dc-1")) == 4
    assert rows(officer.get("/access?user=An")) == 12
    assert rows(officer.get("/access?user=Nobody&customer=c-2")) == 0
    # The day of Brussels on which the clock goes back begins at 22:00 UTC.
    assert rows(officer.get("/access?to=2026-10-24")) == 12
    assert rows(officer.get("/access?from=2026-10-25&to=2026-10-25")) == 12
    for wrong in ("from=soon", "to=9999-12-31"):
        assert officer.get(f"/access?{wrong}").status_code == 400
        assert officer.get(f"/access.csv?{wrong}").status_code == 400


def test_the_log_goes_to_a_spreadsheet_and_says_so(
    console: Console, officer: AppClient, logged: None
) -> None:
    sent = officer.get("/access.csv?user=An")
    found = list(csv.reader(io.StringIO(sent.text)))
    assert len(found) == 13
    assert found[-1] == ["2026-10-24T23:54:00+02:00", "An", "looked", "'=c-1", "a page"]
    [entry] = [one for one in accesses(console.office) if one.actor == "Olga"]
    assert (entry.action, entry.detail) == ("exported the access log", "user An")
