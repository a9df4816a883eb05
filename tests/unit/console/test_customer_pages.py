"""One customer's pages: what is the customer's own is shown, and nothing else is."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import struct
import zipfile
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from kwartier.console import create_app
from kwartier.console.customer.routes import ROUTES
from kwartier.console.routes import Method
from kwartier.ean_digests import without_eans
from kwartier.office.access_log import accesses
from kwartier.office.invitations import invite
from kwartier.office.users import Role
from kwartier.registry.customers import CustomerChange
from support.asgi import AppClient
from support.console import Console, form_token
from support.households import (
    ERASED_ONE,
    FINISHED_ONE,
    FORMER,
    GAS,
    GONE,
    HELD,
    HOME,
    LATER,
    LEAVING,
    LEFT,
    NOBODY,
    WORDS,
    fill_households,
)
from support.measured import NOW

CELL = re.compile(r'<td class="(\w+)" data-day="([\d-]+)"><span>([^<]*)</span>')


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    made = Console(tmp_path_factory.mktemp("console") / "store.duckdb")
    made.clock.at = NOW
    fill_households(made.store)
    return made


@pytest.fixture(scope="module")
def viewer(console: Console) -> AppClient:
    return console.signed_in(Role.VIEWER)


@pytest.fixture(scope="module")
def officer(console: Console) -> AppClient:
    return console.signed_in(Role.PRIVACY_OFFICER)


def at(customer: str, point: str, page: str = "") -> str:
    return f"/customers/{customer}/points/{point}{page}"


@dataclass
class Unpacked:
    head: dict[str, Any]
    starts: list[float]
    amounts: list[list[float]]
    states: list[list[int]]

    def day(self, begin: float, hours: int) -> list[float]:
        """The first curve's amounts of so many hours from an instant on."""
        return [
            amount
            for start, amount in zip(self.starts, self.amounts[0], strict=True)
            if begin <= start < begin + 3600 * hours
        ]


def curves(browser: AppClient, path: str) -> Unpacked:
    """What the chart is given, read as its script reads it."""
    content = browser.get(path).content
    (length,) = struct.unpack("<I", content[:4])
    assert (4 + length) % 8 == 0
    head = json.loads(content[4 : 4 + length])
    place, count = 4 + length, head["count"]
    starts = [head["begin"] + i * (head["step"] or 0) for i in range(count)]
    if head["step"] is None:
        starts = np.frombuffer(content, "<f8", count, place).tolist()
        place += 8 * count
    amounts, states = [], []
    for _ in head["curves"]:
        amounts.append(np.frombuffer(content, "<f4", count, place).tolist())
        place += 4 * count
    for _ in head["curves"]:
        states.append(np.frombuffer(content, "u1", count, place).tolist())
        place += count
    assert place == len(content)
    return Unpacked(head, starts, amounts, states)


def cells(browser: AppClient, path: str) -> dict[str, tuple[str, str]]:
    """The heat map's days: state and words."""
    return {day: (state, says) for state, day, says in CELL.findall(browser.get(path).text)}


def epoch(text: str) -> float:
    return float(np.datetime64(text, "s").astype(int))


def test_both_clock_change_days_have_the_slices_that_they_have(viewer: AppClient) -> None:
    short = curves(viewer, at(FORMER, HOME, "/curves"))
    assert short.day(epoch("2026-03-28T23:00"), 23) == [0.25] * 92
    assert math.isnan(short.day(epoch("2026-03-28T22:45"), 1)[0])
    long = curves(viewer, at(LATER, HOME, "/curves"))
    assert [one["label"] for one in long.head["curves"]] == ["offtake", "injection"]
    assert long.day(epoch("2026-10-24T22:00"), 25) == [0.25] * 100
    assert [offset for _, offset in long.head["clock"]] == [7200, 3600]
    assert long.head["clock"][-1][0] == epoch("2026-10-25T01:00")
    assert cells(viewer, at(FORMER, HOME))["2026-03-29"][1].startswith("92 of 92 quarter-hours")
    assert cells(viewer, at(LATER, HOME))["2026-10-25"][1].startswith("100 of 100 quarter-hours")


def test_gas_days_begin_at_six_and_a_provisional_factor_is_told(viewer: AppClient) -> None:
    found = curves(viewer, at(LATER, GAS, "/curves"))
    assert found.head["step"] == 3600
    assert found.day(epoch("2026-03-28T05:00"), 23) == [0.25] * 23
    assert found.day(epoch("2026-10-24T04:00"), 25) == [0.25] * 25
    assert sorted(set(found.states[0])) == [0, 1, 3]
    days = cells(viewer, at(LATER, GAS))
    assert days["2026-03-28"] == ("complete", "23 of 23 hours, complete")
    assert days["2026-10-24"][0] == "provisional"
    assert days["2026-11-18"][0] == "not_due"
    table = viewer.get(at(LATER, GAS, "/chart?month=2026-10")).text
    assert "begins at 06:00" in table
    assert "6.250" in table


def test_what_is_missing_is_nothing_and_never_zero(viewer: AppClient) -> None:
    found = curves(viewer, at(LATER, HOME, "/curves"))
    day = found.day(epoch("2026-11-02T23:00"), 24)
    assert [math.isnan(amount) for amount in day[:7]] == [False] * 4 + [True, True, False]
    first = found.starts.index(epoch("2026-11-02T23:00"))
    assert found.states[0][first : first + 7] == [1, 1, 1, 2, 0, 0, 1]
    assert not any(amount == 0 for amounts in found.amounts for amount in amounts)
    state, says = cells(viewer, at(LATER, HOME))["2026-11-03"]
    assert (state, says) == ("partial", "94 of 96 quarter-hours, 1 estimated, partial")
    assert cells(viewer, at(LATER, HOME))["2026-11-04"][0] == "missing"
    assert "≥" in viewer.get(at(LATER, HOME, "/chart?month=2026-11")).text


def test_after_a_move_neither_sees_anything_of_the_other(viewer: AppClient) -> None:
    former, later = (curves(viewer, at(one, HOME, "/curves")) for one in (FORMER, LATER))
    moved = epoch("2026-09-30T22:00")
    assert former.head["end"] == later.head["begin"] == moved
    assert [one["label"] for one in former.head["curves"]] == ["offtake"]
    assert cells(viewer, at(LATER, HOME))["2026-10-01"][0] == "missing"
    assert "2026-09-30" not in cells(viewer, at(LATER, HOME))
    for page in ("", "/chart", "/months", "/changes"):
        told = viewer.get(at(LATER, HOME, page)).text
        assert "another customer" in told
        assert FORMER not in told
    lines = read_csv(viewer, at(FORMER, HOME, "/values.csv"))
    assert len(lines) == 92
    assert {line["direction"] for line in lines} == {"offtake"}


def read_csv(browser: AppClient, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_values_and_days_can_be_taken_away(viewer: AppClient) -> None:
    values = read_csv(viewer, at(LATER, HOME, "/values.csv?month=2026-10"))
    assert len(values) == 200
    assert {value["metering_point"] for value in values} == {HOME}
    twice = [v["start"] for v in values if v["start"].startswith("2026-10-25T02:00")]
    assert sorted(set(twice)) == ["2026-10-25T02:00:00+01:00", "2026-10-25T02:00:00+02:00"]
    november = read_csv(viewer, at(LATER, HOME, "/values.csv?month=2026-11"))
    assert [one["value"] for one in november[3:6]] == ["1.0", "", "0.25"]
    days = read_csv(viewer, at(LATER, HOME, "/days.csv?month=2026-10"))
    total = {(one["period"], one["direction"]): one["value"] for one in days}
    assert float(total["2026-10-25", "offtake"]) == pytest.approx(25.0)
    assert total["2026-10-26", "offtake"] == ""


def test_what_is_on_hold_is_told_and_not_shown(viewer: AppClient, officer: AppClient) -> None:
    for browser in (viewer, officer):
        assert curves(browser, at(FINISHED_ONE, HELD, "/curves")).amounts == []
    assert read_csv(viewer, at(FINISHED_ONE, HELD, "/values.csv")) == []
    assert cells(viewer, at(FINISHED_ONE, HELD))["2026-10-25"][0] == "on_hold"
    page = viewer.get(at(FINISHED_ONE, HELD, "/chart?month=2026-10")).text
    assert "On hold" in page
    assert "25.000" not in page
    assert "on hold" in viewer.get(f"/customers/{FINISHED_ONE}").text


def test_what_was_erased_on_request_says_so(viewer: AppClient, officer: AppClient) -> None:
    assert curves(viewer, at(ERASED_ONE, GONE, "/curves")).amounts == []
    assert cells(viewer, at(ERASED_ONE, GONE))["2026-10-25"][0] == "erased"
    assert "Erased on request" in viewer.get(at(ERASED_ONE, GONE, "/months")).text
    assert "Receipts" not in viewer.get(f"/customers/{ERASED_ONE}").text
    page = officer.get(f"/customers/{ERASED_ONE}").text
    assert "requested" in page
    assert ERASED_ONE.upper() not in page, "what was noted of the customer is gone"


def test_without_a_mandate_there_is_a_page_and_no_point(viewer: AppClient) -> None:
    page = viewer.get(f"/customers/{NOBODY}")
    assert page.status_code == 200
    assert "No mandate told of a metering point yet." in page.text
    assert viewer.get(at(NOBODY, HOME)).status_code == 404
    assert viewer.get("/customers/c-unknown").status_code == 404
    assert viewer.get(at(LATER, HELD)).status_code == 404


def test_the_overview_tells_who_what_for_and_what_happened(viewer: AppClient) -> None:
    page = viewer.get(f"/customers/{LATER}").text
    for words in ("energieadvies", WORDS, HOME, GAS, "first seen", "VH_kwartier_uur", "2026-10-01"):
        assert words in page
    assert "<script>alert" not in page
    assert "Jo &lt;script&gt;" in page


def test_an_invitations_link_is_for_operators(console: Console, viewer: AppClient) -> None:
    made = invite(console.office, NOBODY, provider="fluvius", at=NOW).invitation
    operator = console.signed_in(Role.OPERATOR)
    link = f"https://console.example/connect/{made.token}"
    assert link in operator.get(f"/customers/{NOBODY}").text
    assert made.token not in viewer.get(f"/customers/{NOBODY}").text
    context = replace(console.context, connect_url="https://www.energy.example/share")
    elsewhere = AppClient(create_app(context), base_url="https://console.example")
    elsewhere.cookies = operator.cookies
    told = elsewhere.get(f"/customers/{NOBODY}").text
    assert f"https://www.energy.example/share/{made.token}" in told, "as [connect] address says"


def test_every_look_is_in_the_access_log(console: Console, officer: AppClient) -> None:
    browser = console.signed_in(Role.VIEWER, "Piet")
    for page in ("", "/chart", "/curves", "/values.csv", "/days.csv", "/months", "/changes"):
        assert browser.get(at(LATER, HOME, page)).status_code == 200
    assert browser.get(f"/customers/{LATER}").status_code == 200
    browser.get(at(LATER, HELD))
    found = accesses(console.office, customer_id=LATER, actor="Piet")
    assert [one.action for one in found].count("exported") == 2
    assert len(found) == 8
    assert browser.get(f"/customers/{LATER}/access").status_code == 403
    log = officer.get(f"/customers/{LATER}/access").text
    assert log.count("Piet") == 8
    assert f"{without_eans(HOME)} curves" in log
    assert HOME not in log
    assert "Earlier" not in log


def test_tables_are_captioned_and_their_heads_say_what_of(viewer: AppClient) -> None:
    for path in (
        f"/customers/{LATER}",
        at(LATER, HOME),
        at(LATER, HOME, "/chart?month=2026-10"),
        at(LATER, HOME, "/months"),
    ):
        page = viewer.get(path).text
        for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
            assert "<caption>" in table
            heads = re.findall(r"<th\b[^>]*>", table)
            assert heads
            assert all('scope="' in head for head in heads)
        assert "style=" not in page, "the policy lets no style stand in a page"
    assert not re.search(r"<td class=\"\w+\" data-day=\"[\d-]+\"></td>", page)


def test_a_customers_id_may_hold_odd_characters(console: Console, viewer: AppClient) -> None:
    change = CustomerChange(customer_id="a/b c?&#é")
    console.store.change_customers([change], provider="fluvius", now=NOW)
    page = viewer.get("/customers/a%2Fb%20c%3F%26%23%C3%A9")
    assert page.status_code == 200
    assert "a/b c?&amp;#é" in page.text


@pytest.mark.parametrize(
    "query", ["energy=heat", "slices=P1D", "slices=PT7M", "month=2026-13", "month=x"]
)
def test_what_cannot_be_asked_is_refused(viewer: AppClient, query: str) -> None:
    assert viewer.get(at(LATER, HOME, f"/chart?{query}")).status_code == 400


def test_peaks_carry_the_marks_of_how_far_to_trust_them(viewer: AppClient) -> None:
    page = viewer.get(at(LATER, HOME, "/months")).text
    assert "≥1.00" in page
    assert "incomplete" in page
    assert "2.5 kW" in page


def test_a_disclosure_is_downloaded_and_nothing_stays(console: Console, officer: AppClient) -> None:
    page = officer.get(f"/customers/{LATER}")
    sent = {"form_token": form_token(page)}
    answer = officer.post(f"/customers/{LATER}/disclosure", data=sent)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        assert {"index.html", "measurements.parquet", "manifest.json"} <= names
        assert FORMER not in packed.read(f"disclosure-{LATER}/disclosure.json").decode()
    assert accesses(console.office, customer_id=LATER)[0].action == "disclosed"
    assert list(console.context.store_path.parent.glob("disclosure*")) == []


def test_erasing_shows_what_goes_then_takes_a_reason_and_the_id(
    console: Console, officer: AppClient
) -> None:
    path = f"/customers/{LEAVING}/erase"
    page = officer.get(path)
    assert LEFT in page.text
    assert HOME not in page.text
    seen = re.search(r'name="seen" value="(\w+)"', page.text)
    assert seen is not None
    sent = {"form_token": form_token(page), "seen": seen[1], "why": "by letter", "typed": LEAVING}
    for wrong in ({"why": " "}, {"typed": "c-late"}, {"from": "soon"}):
        assert officer.post(path, data=sent | wrong).status_code == 400
    assert officer.post(path, data=sent | {"seen": "0"}).status_code == 409
    assert curves(officer, at(LEAVING, LEFT, "/curves")).amounts
    done = officer.post(path, data=sent)
    assert done.status_code == 200
    assert "were erased" in done.text
    assert curves(officer, at(LEAVING, LEFT, "/curves")).amounts == []
    assert console.store.decisions()[-1].decided_by == "a privacy_officer"
    [entry] = [
        one for one in accesses(console.office, customer_id=LEAVING) if one.action == "erased"
    ]
    assert entry.detail == "erased on request: by letter"


def test_only_a_privacy_officer_may_disclose_and_erase(console: Console) -> None:
    paths = [one for one in ROUTES if one.role is Role.PRIVACY_OFFICER]
    assert len(paths) == 4
    for role in (Role.VIEWER, Role.OPERATOR):
        browser = console.signed_in(role)
        for one in paths:
            path = one.path.replace("{customer_id:path}", LATER)
            method = "POST" if one.method is Method.POST else "GET"
            assert browser.request(method, path).status_code == 403
