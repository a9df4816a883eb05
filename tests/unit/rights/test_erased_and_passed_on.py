"""Receipts, revisions and receivers are told to whose they are, and to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.retention import Decision, DecisionKind
from kwartier.rights import disclose, explain_at
from kwartier.rights.languages import LANGUAGES
from kwartier.store import Attempt, Store, open_store
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.interval import Interval
from support.data_owners import OTHER, add_owner
from support.mandates import known_mandate
from support.measured import EAN, NOW, answer, quarters
from support.retention import order, until
from support.stores import HOUR, T0, later

MOVED = T0 + 2 * HOUR
MARKED = [123.4567, 765.4321]
"""The later customer's values, which must be in no file of the former's."""

Share = Callable[..., None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Quarter-hours of two customers, one after the other; one of each was revised."""
    store = open_store(tmp_path / "kwartier.duckdb", create=True)
    changes = [CustomerChange(customer_id=name) for name in ("c-1", "c-2")]
    store.change_customers(changes, provider="fluvius", now=NOW)
    share(store, MOVED)
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    store.commit([answer(quarters(T0, [*values, *MARKED]))])
    insert = WindowKind.INSERT_TIME
    store.commit([answer(quarters(T0, [1.5]), fetched_at=later(1), kind=insert)])
    store.commit([answer(quarters(MOVED, [9.5]), fetched_at=later(2), kind=insert)])
    return store


def share(store: Store, moved: datetime, begin: datetime = T0, stated_at: datetime = NOW) -> None:
    """List the mandates of both: the first until ``moved``, the second from then on."""
    first, second = (one.reference_number for one in sorted(store.references(), key=_customer))
    mandates = [
        known_mandate(1, metering_point=EAN, reference_number=first, period_start=begin,
                      period_end=moved),
        known_mandate(2, metering_point=EAN, reference_number=second, period_start=moved),
    ]  # fmt: skip
    listing = Listing([one.mandate for one in mandates], stated_at)
    store.record_mandates(listing, provider="fluvius")


def _customer(reference: Any) -> str:
    return str(reference.customer_id)


def told(store: Store, customer: str, folder: Path) -> Any:
    done = disclose(store, customer, folder, made=NOW, force=True)
    return json.loads((done.folder / "disclosure.json").read_bytes())


def lines(folder: Path, table: str) -> list[Any]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_bytes().splitlines()]


def test_values_and_revisions_of_who_came_after_are_in_no_file(
    store: Store, tmp_path: Path
) -> None:
    folders = {name: tmp_path / name for name in ("c-1", "c-2")}
    for name, folder in folders.items():
        told(store, name, folder)
    values = {n: [r["value"] for r in lines(f, "measurements")] for n, f in folders.items()}
    assert values == {"c-1": [1.5, 2, 3, 4, 5, 6, 7, 8], "c-2": [9.5, MARKED[1]]}
    before = {n: [r["value"] for r in lines(f, "revisions")] for n, f in folders.items()}
    assert before == {"c-1": [1.0], "c-2": [MARKED[0]]}
    for path in folders["c-1"].iterdir():
        assert not any(str(mark).encode() in path.read_bytes() for mark in MARKED), path.name


def test_requests_are_those_for_ones_own_time_and_those_that_brought_ones_own_values(
    store: Store, tmp_path: Path
) -> None:
    for name, window, fetched_at in (
        ("c-1", (T0, MOVED), later(1)),
        ("c-2", (MOVED, MOVED + HOUR / 2), later(2)),
    ):
        told(store, name, tmp_path / name)
        read, delta = lines(tmp_path / name, "requests")
        assert (read["kind"], delta["kind"]) == ("readTime", "insertTime")
        found = [datetime.fromisoformat(read[n]) for n in ("window_start", "window_end")]
        assert tuple(found) == window
        assert datetime.fromisoformat(delta["fetched_at"]) == fetched_at
        assert delta["values"] == 1


def test_a_series_is_not_described_by_what_another_has_there_now(
    store: Store, tmp_path: Path
) -> None:
    told(store, "c-1", tmp_path / "out")
    assert {row["metering_type"] for row in lines(tmp_path / "out", "measurements")} == {None}


def test_what_was_erased_is_told_to_whose_it_was_with_the_receipt(
    store: Store, tmp_path: Path
) -> None:
    capped = T0 + HOUR
    share(store, MOVED, stated_at=later(3))
    kept = Interval(MOVED, MOVED + HOUR)
    store.retract([order(until(capped), kept)], at=later(3))
    (erased,) = told(store, "c-1", tmp_path / "c-1")["erased"]
    assert (erased["values"], erased["revisions"]) == (4, 0)
    assert [datetime.fromisoformat(t) for t in erased["bounds"][0].values()] == [capped, MOVED]
    assert erased["hash"] == store.receipts()[0].hash
    assert told(store, "c-2", tmp_path / "c-2")["erased"] == []
    explained = explain_at(store, EAN, capped, customer_id="c-1")["slices"][0]["absent"]
    assert [one["receipt"] for one in explained["receipts"]] == [1]
    other = explain_at(store, EAN, capped, customer_id="c-2")["slices"][0]["absent"]
    assert (other["why"], other["receipts"]) == ("not_permitted", [])


def test_a_receipt_that_is_about_both_tells_each_its_own_part_without_counts(
    store: Store, tmp_path: Path
) -> None:
    store.retract([order(until(T0 + HOUR))], at=later(3))
    parts = {name: told(store, name, tmp_path / name)["erased"][0] for name in ("c-1", "c-2")}
    ends = {name: part["bounds"][-1] for name, part in parts.items()}
    assert datetime.fromisoformat(ends["c-1"]["end"]) == MOVED
    assert datetime.fromisoformat(ends["c-2"]["start"]) == MOVED
    assert {part["values"] for part in parts.values()} == {None}


def test_who_was_told_is_told_without_an_address(store: Store, tmp_path: Path) -> None:
    ledger = {entry.change.mandate_id: entry.entry_id for entry in store.ledger()}
    taken = Attempt(entry_id=ledger[1], attempts=1, tried_at=NOW)
    tried = Attempt(entry_id=ledger[2], attempts=3, tried_at=NOW, due_at=later(1), error="503")
    store.note_attempts("webhook:12ab", [taken, tried])
    store.note_publication(tmp_path / "published")
    passed = told(store, "c-1", tmp_path / "c-1")["passed_on"]
    (receiver,) = passed["receivers_of_changes"]
    assert (receiver["receiver"], receiver["messages"]) == ("webhook:12ab", 1)
    assert passed["published_datasets"] == 1
    assert told(store, "c-2", tmp_path / "c-2")["passed_on"]["receivers_of_changes"] == []


@pytest.mark.parametrize(
    ("outcome", "why"), [(Outcome.OK, "gap"), (Outcome.FAILED, "not_answered"), (None, "not_asked")]
)
def test_a_gap_says_when_it_was_asked_for_and_what_was_answered(
    store: Store, outcome: Outcome | None, why: str
) -> None:
    share(store, MOVED, begin=T0 - HOUR, stated_at=later(1))
    asked = Interval(T0 - HOUR, T0)
    if outcome is not None:
        error = None if outcome is Outcome.OK else "503"
        store.commit([answer(scope=asked, outcome=outcome, error=error, fetched_at=later(3))])
    at = T0 - timedelta(minutes=20)
    absent = explain_at(store, EAN, at, customer_id="c-1")["slices"][0]["absent"]
    assert absent["why"] == why
    answered = [(one["outcome"], one["fetched_at"]) for one in absent["asked"]]
    assert answered == ([] if outcome is None else [(outcome, later(3))])


def test_what_was_erased_on_request_says_so(store: Store) -> None:
    (mandate,) = [m for m in store.mandates() if m.mandate.period_end == MOVED]
    suppress = Decision(
        kind=DecisionKind.SUPPRESS,
        decided_at=later(3),
        decided_by="privacy",
        why="asked by letter",
        mandate_id=mandate.mandate_id,
    )
    store.decide([suppress])
    store.retract([order(Interval(MOVED, MOVED + HOUR))], at=later(3))
    absent = explain_at(store, EAN, T0, customer_id="c-1")["slices"][0]["absent"]
    assert absent["why"] == "suppressed"
    assert absent["receipts"]


def test_the_page_names_the_authority_of_each_country_that_the_data_is_from(
    store: Store, tmp_path: Path
) -> None:
    add_owner(store, customer_id="c-2", language="nl")
    add_owner(store, OTHER, customer_id="c-3", language="fr")
    pages = {}
    for name in ("c-1", "c-2", "c-3"):
        told(store, name, tmp_path / name)
        pages[name] = (tmp_path / name / "index.html").read_text()
    countries = {"c-1": "Gegevensbeschermingsautoriteit", "c-3": "Autoriteit Persoonsgegevens"}
    for name, authority in countries.items():
        assert authority in pages["c-2"], "of both"
        others = [other for other in countries.values() if other != authority]
        assert authority in pages[name]
        assert not any(other in pages[name] for other in others)


def test_every_language_says_all_that_the_others_say() -> None:
    english = LANGUAGES["en"]
    for words in LANGUAGES.values():
        assert words.texts.keys() == english.texts.keys()
        assert words.terms.keys() == english.terms.keys()
        for name, text in words.texts.items():
            holes = {part.split("}")[0] for part in text.split("{")[1:]}
            assert holes == {p.split("}")[0] for p in english.texts[name].split("{")[1:]}
