"""Deciding on what is held back: a reason, a second look, and then what was shown or nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kwartier.cli.app import run
from kwartier.console.context import ConsolePolicies
from kwartier.office.access_log import accesses
from kwartier.office.users import Role
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.retention import DecisionKind, RetentionPolicy
from kwartier.store.duckdb.store import DuckDBStore
from support.asgi import AppClient
from support.console import Console, form_token
from support.mandates import known_mandate
from support.measured import NOW, answer, quarters

STARTS = datetime(2026, 11, 1, 23, tzinfo=UTC)
POINTS = ["541440110000000000", "541440110000000017"]
KEEPING = """
import sys
from datetime import datetime
from kwartier.retention import RetentionPolicy
from kwartier.store import open_store
from kwartier.sync.deciding import Deciding, hold_of, keep_held

store, now = open_store(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
with store.deciding():
    hold = hold_of(store, 1, now=now, policy=RetentionPolicy())
    print("looked", flush=True)
    sys.stdin.readline()
    keep_held(store, hold, Deciding(who="An", why="a dispute", now=now))
"""
"""A colleague in another process, who looks at a hold and is told by us when to keep it."""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def console(tmp_path: Path) -> Console:
    policy = RetentionPolicy(fuse_points=1)
    policies = ConsolePolicies(retention=policy)
    console = Console(tmp_path / "store.duckdb", policies=policies)
    changes = [CustomerChange(customer_id=f"c-{n}", label=f"<i>Peeters {n}</i>") for n in range(2)]
    console.store.change_customers(changes, provider="fluvius", now=NOW)
    listed(console, at=NOW)
    console.store.commit(
        [
            answer(quarters(STARTS, range(96), metering_point=one), metering_point=one)
            for one in POINTS
        ]
    )
    return console


def listed(console: Console, *, at: datetime, **fields: Any) -> None:
    """Both customers' mandates, as the provider lists them."""
    references = {one.customer_id: one.reference_number for one in console.store.references()}
    mandates = [
        known_mandate(
            1, reference_number=references[f"c-{n}"], metering_point=point, **fields
        ).mandate
        for n, point in enumerate(POINTS)
    ]
    console.store.record_mandates(Listing(mandates, at), provider="fluvius")


def values(console: Console) -> int:
    return sum(batch.num_rows for batch in console.store.scan())


def send(browser: AppClient, page: httpx.Response, path: str, **fields: str) -> httpx.Response:
    """The form of ``page``, with what it holds and what is typed."""
    return browser.post(path, data={**dict(HIDDEN.findall(page.text)), **fields})


@pytest.fixture
def ended(console: Console) -> AppClient:
    """Both mandates are finished; a privacy officer looks."""
    listed(console, at=NOW + timedelta(hours=1), status="Finished")
    console.clock.at = NOW + timedelta(days=1)
    return console.signed_in(Role.PRIVACY_OFFICER, "Olga")


def test_what_waits_is_listed_for_all_and_decided_by_few(
    console: Console, ended: AppClient
) -> None:
    page = ended.get("/holds").text
    assert "What waits for a decision: 2" in page
    assert "&lt;i&gt;Peeters 0&lt;/i&gt;" in page
    assert "2026-11-02" in page
    assert "was ended waits for a decision" in page
    assert "5 % of the metering points, and more than 1" in page
    assert POINTS[0] in page
    others = console.signed_in(Role.VIEWER).get("/holds").text
    assert POINTS[0] in others
    assert "Decide" not in others


def test_nothing_goes_without_a_reason_and_a_second_look(
    console: Console, ended: AppClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ended.get("/holds/1")
    for fields in ({"decision": "erase"}, {"why": "moved"}, {"decision": "burn", "why": "moved"}):
        answer = ended.post(
            "/holds/1/weigh", data={"form_token": form_token(first), "why": "", **fields}
        )
        assert answer.status_code == 400
    shown = send(ended, first, "/holds/1/weigh", decision="erase", why="moved & gone")
    assert '<td class="num">96</td>' in shown.text
    assert "moved &amp; gone" in shown.text
    assert values(console) == 192
    done = send(ended, shown, "/holds/1/decide", why="moved & gone")
    assert "Erased: 96 values of 1 metering point" in done.text
    assert values(console) == 96
    [decision] = console.store.decisions()
    assert (decision.decided_by, decision.why) == ("Olga", "moved & gone")
    entry, *looks = accesses(console.office, customer_id="c-0")
    assert (entry.actor, entry.action) == ("Olga", "decided to erase")
    assert {(one.action, one.detail) for one in looks} == {("looked", "hold 1")}
    assert ended.get("/holds/1").status_code == 404
    receipts = ended.get("/receipts").text
    assert "1 receipt: none is missing" in receipts
    assert POINTS[0] not in receipts
    altered = [replace(one, values=1) for one in console.store.receipts()]
    monkeypatch.setattr(type(console.store), "receipts_beside", lambda _: altered)
    assert "do not hang together" in ended.get("/receipts").text


def test_what_is_kept_stays_and_may_be_decided_anew(console: Console, ended: AppClient) -> None:
    shown = send(ended, ended.get("/holds/2"), "/holds/2/weigh", decision="keep", why="a dispute")
    assert "Nothing goes." in shown.text
    assert "Kept." in send(ended, shown, "/holds/2/decide").text
    assert values(console) == 192
    page = ended.get("/holds").text
    assert "What was decided to be kept: 1" in page
    assert "a dispute (Olga)" in page


def test_what_changed_since_it_was_shown_is_not_done(console: Console, ended: AppClient) -> None:
    shown = send(ended, ended.get("/holds/1"), "/holds/1/weigh", decision="erase", why="moved")
    more = quarters(STARTS + timedelta(days=1), range(4), metering_point=POINTS[0])
    console.store.commit([answer(more, metering_point=POINTS[0])])
    assert send(ended, shown, "/holds/1/decide").status_code == 409
    forged = send(ended, shown, "/holds/1/decide", decision="keep")
    assert forged.status_code == 409
    assert console.store.decisions() == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever store is opened next waits for nobody."""
    defaults = {"wait_seconds": 0.05, "snapshot": None}
    monkeypatch.setattr(DuckDBStore.__init__, "__kwdefaults__", defaults)


def test_one_decides_at_a_time_whatever_process_they_decide_in(
    impatient: None, console: Console, ended: AppClient, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = send(ended, ended.get("/holds/1"), "/holds/1/weigh", decision="erase", why="moved")
    path = str(console.context.store_path)
    command = [sys.executable, "-c", KEEPING, path, console.clock.at.isoformat()]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as colleague:
        assert colleague.stdout is not None
        assert colleague.stdout.readline() == "looked\n"
        assert send(ended, shown, "/holds/1/decide").status_code == 503
        for asked in (
            ["holds", "erase", "1", "--why", "moved"],
            ["holds", "confirm", "F-00000000", "--why", "moved"],
            ["erase", "--customer", "c-0", "--why", "asked", "--yes"],
        ):
            assert run([*asked, "--store", path]) == 1
            assert f"process {colleague.pid}" in capfd.readouterr().err
        assert (console.store.decisions(), values(console)) == ([], 192)
        assert ended.get("/holds/1").status_code == 200, "who only looks does not wait"
        colleague.communicate("now\n")
    assert send(ended, shown, "/holds/1/decide").status_code == 409
    assert [one.kind for one in console.store.decisions()] == [DecisionKind.KEEP]


def test_what_is_erased_by_command_is_what_was_shown(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["erase", "--customer", "c-0", "--why", "asked"]
    command += ["--store", str(console.context.store_path)]
    more = quarters(STARTS + timedelta(days=1), range(4), metering_point=POINTS[0])

    def change_and_agree(*_: Any) -> str:
        console.store.commit([answer(more, metering_point=POINTS[0])])
        return "yes"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for typed, code, left in (
        (lambda *_: "no", 1, 192),
        (change_and_agree, 1, 196),
        (lambda *_: "yes", 0, 96),
    ):
        monkeypatch.setattr("rich.console.Console.input", typed)
        assert (run(command), values(console)) == (code, left)
        assert bool(console.store.decisions()) is (code == 0)


@pytest.fixture
def blown(console: Console) -> tuple[AppClient, str]:
    """The periods of both mandates ended before what is held: more points than may go at once."""
    listed(console, at=NOW + timedelta(hours=1), period_end=STARTS + timedelta(hours=6))
    console.clock.at = NOW + timedelta(days=1)
    browser = console.signed_in(Role.PRIVACY_OFFICER, "Olga")
    name = re.search(r'href="(/holds/fuse/F-[0-9a-f]{8})"', browser.get("/holds").text)
    assert name is not None
    return browser, name[1]


def test_what_the_fuse_stopped_goes_when_it_is_confirmed_twice(
    console: Console, blown: tuple[AppClient, str]
) -> None:
    browser, address = blown
    assert "The fuse holds back 2 retractions" in browser.get("/work").text
    page = browser.get(address)
    assert page.text.count('<td class="num">72</td>') == 2
    assert "2026-01-01 to 2026-11-02" in page.text
    empty = send(browser, page, f"{address}/weigh", why="")
    assert (empty.status_code, "Say why." in empty.text) == (400, True)
    shown = send(browser, page, f"{address}/weigh", why="all moved")
    assert values(console) == 192
    assert send(browser, shown, "/holds/fuse/F-00000000/confirm").status_code == 404
    assert "Erased: 144 values of 2" in send(browser, shown, f"{address}/confirm").text
    assert values(console) == 48
    assert "no alert is open" in browser.get("/work").text
    [entry] = [one for one in accesses(console.office) if one.action.startswith("confirmed")]
    assert entry.detail == f"{address.rpartition('/')[2]}: all moved"
