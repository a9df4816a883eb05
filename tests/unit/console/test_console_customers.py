"""The list of customers and the work list, as colleagues ask for them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from kwartier.console.app import ROUTES
from kwartier.console.routes import Method
from kwartier.funnel.causes import Cause
from kwartier.office.access_log import accesses
from kwartier.office.alerts import Alert, AlertKind, note_alerts
from kwartier.office.users import Role
from kwartier.registry.customers import CustomerChange
from support.asgi import AppClient
from support.certificates import Request, ec_key
from support.console import Console
from support.funnel import point_of, prepare_causes
from support.measured import NOW

HTMX = {"hx-request": "true"}
EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    prepared = prepare_causes(tmp_path_factory.mktemp("console"))
    change = [CustomerChange(customer_id="=1+1", label=EVIL, contact="a&b@example.org")]
    prepared.store.change_customers(change, provider="fluvius", now=NOW)
    made = Console(prepared.path)
    made.clock.at = NOW
    made.board.refresh()
    return made


@pytest.fixture
def browser(console: Console) -> AppClient:
    return console.signed_in(Role.VIEWER)


def names(page: httpx.Response) -> list[str]:
    """The ids of the customers in the table, by the links to their pages."""
    return re.findall(r'<th scope="row"><a href="/customers/([^"]+)"', page.text)


def caption(page: httpx.Response) -> str:
    found = re.search(r"<caption[^>]*>(.*?)</caption>", page.text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_all_customers_are_listed_with_their_stages(browser: AppClient) -> None:
    page = browser.get("/customers")
    assert page.status_code == 200
    total = len(Cause) + 1
    assert caption(page).startswith(f"1 to {total} of {total} customers, by name")
    assert len(names(page)) == total
    assert "waiting for the grid user" in page.text


def test_what_customers_are_called_is_text_and_nothing_else(browser: AppClient) -> None:
    page = browser.get("/customers")
    assert EVIL not in page.text
    assert "&lt;script&gt;" in page.text
    assert '<a href="/customers/%3D1%2B1"' in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": point_of(Cause.GAP)}, ["gap"]),
        ({"q": "JO late"}, ["late"]),
        ({"q": "a&b"}, ["%3D1%2B1"]),
        ({"stage": "waiting"}, ["waiting"]),
        ({"need": "renewal", "order": "days_left"}, ["expired", "to_be_renewed"]),
        ({"need": "hold"}, ["on_hold"]),
        ({"provider": "eneco"}, []),
        ({"flow": "B2B"}, []),
        ({"q": "nobody at all"}, []),
    ],
)
def test_filters_leave_who_is_asked_for(
    browser: AppClient, query: dict[str, str], expected: list[str]
) -> None:
    page = browser.get("/customers", params=query)
    assert names(page) == expected
    assert ("Nobody fits." in page.text) is (expected == [])


def test_words_that_are_no_filter_count_as_not_said(browser: AppClient) -> None:
    query = {"stage": "nowhere", "provider": "x", "need": "y", "order": "z", "page": "-4"}
    page = browser.get("/customers", params=query)
    assert names(page) == names(browser.get("/customers"))


def test_a_page_past_the_end_is_the_last(browser: AppClient) -> None:
    assert "Page 1 of 1" in browser.get("/customers", params={"page": "99"}).text


def test_a_script_gets_the_part_that_changes_and_the_tidy_address(browser: AppClient) -> None:
    query = {"q": "gap", "stage": "", "provider": "", "flow": "", "need": "", "order": "label"}
    part = browser.get("/customers", params=query, headers=HTMX)
    assert part.headers["hx-push-url"] == "/customers?q=gap"
    assert part.text.lstrip().startswith('<section id="found"')
    assert names(part) == ["gap"]


def test_a_stage_that_is_chosen_leads_back_to_all(browser: AppClient) -> None:
    page = browser.get("/customers", params={"stage": "waiting", "q": "jo"})
    assert '<a href="/customers?q=jo" aria-current="true" class="waiting">' in page.text
    assert '<a href="/customers?q=jo&amp;stage=invited" class="invited">' in page.text


def test_the_filtered_list_goes_to_a_spreadsheet_without_formulas_and_is_logged(
    console: Console, browser: AppClient
) -> None:
    answer = browser.get("/customers.csv", params={"q": "example"})
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["customer_id"], row["label"], row["stage"]) == ("'=1+1", EVIL, "not_invited")
    newest = accesses(console.office, limit=1)[0]
    assert newest.action == "exported the list of customers"
    assert newest.detail == "customers: 1 found, by a search"


def looks(console: Console) -> list[str | None]:
    """What the access log tells of lists, the oldest first."""
    kept = accesses(console.office, limit=1000)[::-1]
    return [one.detail for one in kept if one.action == "looked at a list"]


def test_each_page_of_a_list_that_shows_somebody_leaves_an_entry_without_what_was_searched(
    console: Console, browser: AppClient
) -> None:
    before = len(looks(console))
    browser.get("/customers", params={"q": point_of(Cause.GAP), "stage": "waiting"})
    assert len(looks(console)) == before, "nobody was shown"
    browser.get("/customers", params={"q": point_of(Cause.GAP)}, headers=HTMX)
    browser.get("/customers", params={"stage": "waiting", "order": "since"})
    browser.get("/customers", params={"q": "jo late", "page": "7"})
    assert looks(console)[before:] == [
        "customers: 1 found, by a search, 1 shown",
        "customers: 1 found, stage=waiting, order=since, 1 shown",
        "customers: 1 found, by a search, 1 shown",
    ]


def test_whatever_page_names_customers_tells_the_access_log(console: Console) -> None:
    officer = console.signed_in(Role.PRIVACY_OFFICER)
    told = set()
    for one in ROUTES:
        # The log names those whom it tells of: who looked at the log itself is not in it.
        if one.method is Method.POST or "{" in one.path or one.path == "/access":
            continue
        before = len(accesses(console.office, limit=10_000))
        page = officer.get(one.path)
        if 'href="/customers/' in page.text or "example.org" in page.text:
            assert len(accesses(console.office, limit=10_000)) == before + 1, one.path
            told.add(one.path)
    assert told >= {"/customers", "/customers.csv", "/work", "/holds"}


def test_who_is_not_signed_in_sees_neither_list(console: Console) -> None:
    for path in ("/customers", "/customers.csv", "/work"):
        answer = console.stranger().get(path)
        assert answer.status_code == 303
        assert "jo@" not in answer.text


def test_before_the_list_is_made_the_page_comes_back_by_itself(tmp_path: Path) -> None:
    console = Console(tmp_path / "kwartier.duckdb")
    page = console.signed_in(Role.VIEWER).get("/customers")
    assert "The list is being made." in page.text
    assert page.headers["refresh"] == "2"


def test_the_work_list_shows_alerts_and_who_needs_somebody(
    console: Console, browser: AppClient
) -> None:
    alert = Alert(
        kind=AlertKind.CERTIFICATE,
        key="certificate:fluvius:current",
        says="The current certificate expires in 5 days.",
        next_step="Replace it.",
        is_urgent=True,
    )
    note_alerts(console.office, [alert], topics={"certificate"}, at=NOW)
    page = browser.get("/work")
    assert "The current certificate expires in 5 days." in page.text
    assert {"on_hold", "expired", "gap", "not_opened"} <= set(names(page))
    assert 'href="/customers?need=stuck&amp;order=since"' in page.text
    note_alerts(console.office, [], topics={"certificate"}, at=NOW)
    assert "no alert is open" in browser.get("/work").text


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (timedelta(days=40), "no alert is open"),
        (timedelta(days=3), "The current certificate for Fluvius expires on"),
        (timedelta(), "The current certificate for Fluvius expired on"),
    ],
)
def test_the_work_list_judges_certificates_itself_where_nobody_sends_alerts(
    tmp_path: Path, left: timedelta, says: str
) -> None:
    issued = Request(key=ec_key()).issue(None)
    file = tmp_path / "current.pem"
    file.write_bytes(issued.pem)
    console = Console(tmp_path / "kwartier.duckdb", certificates={"fluvius": {"current": file}})
    console.clock.at = issued.valid_until - left
    page = console.signed_in(Role.VIEWER).get("/work").text
    assert says in page
    assert "Since" not in page
    told = Alert(
        kind=AlertKind.CERTIFICATE, key="certificate:fluvius:current", says="?", next_step=""
    )
    note_alerts(console.office, [told], topics=set(), at=console.clock.at - timedelta(days=1))
    page = console.signed_in(Role.VIEWER).get("/work").text
    assert says in page, "what was told goes by what is so now"
    assert ("Since" in page) is (left < timedelta(days=40))


def test_what_ran_out_has_no_days_left(console: Console) -> None:
    operator = console.signed_in(Role.OPERATOR)
    told = unescape(operator.get("/work").text)
    row = told[told.index("Jo expired") :]
    assert row.index("ran out") < row.index("Send the link again") < row.index("</tr>")
    assert "ran out 5 days ago" in operator.get("/customers/expired").text
    assert "The consent ran out 5 days ago." in operator.get("/customers/expired/invite").text
    assert "50 days left" in operator.get("/customers/to_be_renewed").text
