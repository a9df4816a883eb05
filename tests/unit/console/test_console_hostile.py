"""What a hostile or hasty visitor sends: answered as what it is, never as an error of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from kwartier.office.access_log import accesses
from kwartier.office.passwords import hashed
from kwartier.office.users import Role, add_user
from kwartier.retention import DecisionKind
from support.asgi import AppClient
from support.console import Console, form_token
from support.households import FINISHED_ONE, LATER, LEAVING, fill_households
from support.measured import NOW

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
HOLD = re.compile(r'href="(/holds/\d+)"')


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of households, to be copied."""
    path = tmp_path_factory.mktemp("households") / "store.duckdb"
    fill_households(Console(path).store)
    return path


@pytest.fixture
def console(filled: Path, tmp_path: Path) -> Console:
    path = tmp_path / "store.duckdb"
    path.write_bytes(filled.read_bytes())
    made = Console(path)
    made.clock.at = NOW
    return made


def at_once(*requests: Callable[[], httpx.Response]) -> list[int]:
    """Their statuses, all sent at the same time."""
    with ThreadPoolExecutor(len(requests)) as pool:
        return sorted(one.result().status_code for one in [pool.submit(ask) for ask in requests])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/users/{'9' * 19}", 404),
        (f"/users/{'9' * 5000}", 404),
        (f"/holds/{'9' * 5000}", 404),
        (f"/customers/{LATER}/erase?from=0001-01-01", 400),
    ],
)
def test_numbers_and_days_beyond_all_bounds_are_refused(
    console: Console, path: str, status: int
) -> None:
    assert console.signed_in(Role.PRIVACY_OFFICER).get(path).status_code == status


def test_nobody_is_sent_to_the_host_that_they_said(console: Console) -> None:
    answer = console.stranger().get("/users/", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


def test_who_comes_from_a_long_address_can_sign_in(console: Console) -> None:
    password = "correct horse battery"
    add_user(console.office, name="An", role=Role.VIEWER, at=NOW, password=hashed(password))
    browser, long = console.stranger(), f"/customers?q={'x' * 150}&need=stuck&order=since"
    page = browser.get(browser.get(long).headers["location"])
    sent = {**dict(HIDDEN.findall(page.text)), "name": "An", "password": password}
    answer = browser.post("/sign-in", data={**sent, "next": long})
    assert (answer.status_code, answer.headers["location"]) == (303, long)


def test_an_address_that_no_form_can_hold_is_not_gone_on_to(console: Console) -> None:
    browser = console.stranger()
    page = browser.get(browser.get(f"/customers?q={'x' * 3000}").headers["location"])
    assert dict(HIDDEN.findall(page.text))["next"] == "/"


def test_of_two_who_decide_at_once_one_is_told_that_it_has_changed(console: Console) -> None:
    browsers = [console.signed_in(Role.PRIVACY_OFFICER, name) for name in ("An", "Bo")]
    [path] = HOLD.findall(browsers[0].get("/holds").text)

    def weighed(browser: AppClient, what: str) -> Callable[[], httpx.Response]:
        told = {"decision": what, "why": f"to {what}"}
        token = {"form_token": form_token(browser.get(path))}
        page = browser.post(f"{path}/weigh", data={**told, **token})
        sent = dict(HIDDEN.findall(page.text))
        return lambda: browser.post(f"{path}/decide", data=sent)

    ready = [weighed(*pair) for pair in zip(browsers, ("keep", "erase"), strict=True)]
    before = len(console.store.decisions())
    assert at_once(*ready) in ([200, 404], [200, 409])
    assert len(console.store.decisions()) == before + 1
    decided = [one for one in accesses(console.office) if one.action.startswith("decided")]
    assert len(decided) == 1


def test_a_form_that_is_sent_twice_erases_once(console: Console) -> None:
    browser = console.signed_in(Role.PRIVACY_OFFICER)
    page = browser.get(f"/customers/{LEAVING}/erase")
    sent = {**dict(HIDDEN.findall(page.text)), "typed": LEAVING, "why": "by letter"}
    before = [one for one in console.store.decisions() if one.kind is DecisionKind.SUPPRESS]
    statuses = at_once(
        *[lambda: browser.post(f"/customers/{LEAVING}/erase", data=sent) for _ in range(2)]
    )
    assert statuses == [200, 409]
    after = [one for one in console.store.decisions() if one.kind is DecisionKind.SUPPRESS]
    orders = [(one.mandate_id, one.start, one.end) for one in after[len(before) :]]
    assert len(orders) == len(set(orders)) > 0


def test_a_look_at_what_is_on_hold_is_in_the_access_log(console: Console) -> None:
    browser = console.signed_in(Role.PRIVACY_OFFICER, "An")
    [path] = HOLD.findall(browser.get("/holds").text)
    assert FINISHED_ONE in browser.get(path).text
    entry, listed = [one for one in accesses(console.office) if one.actor == "An"]
    assert (listed.action, listed.customer_id) == ("looked at a list", None)
    told = f"hold {path.rpartition('/')[2]}"
    assert (entry.action, entry.customer_id, entry.detail) == ("looked", FINISHED_ONE, told)
