"""A dry run of an erasure: it changes nothing, and what it shows is what then happens."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kwartier.events import tell
from kwartier.export import publish
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import open_store
from kwartier.vocabulary.fetch import WindowKind
from support.cli import Cli
from support.mandates import known_mandate
from support.measured import EAN, NOW, answer, quarters
from support.stores import HOUR, T0, held, later

FORMER, LATER, NOBODY = "c-former", "c-later", "c-no-mandate"
MOVED = T0 + 2 * HOUR
WHY = ("--why", "asked by letter")


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A store in which one metering point has had two customers; of each a value was revised."""
    cli = Cli(tmp_path, {}, capsys)
    store = open_store(cli.store, create=True)
    changes = [
        CustomerChange(customer_id=one, contact="an@example.org") for one in (FORMER, LATER, NOBODY)
    ]
    made = store.change_customers(changes, provider="fluvius", now=NOW).made
    numbers = {one.customer_id: one.reference_number for one in made}
    periods: dict[str, dict[str, Any]] = {
        FORMER: {"period_start": T0, "period_end": MOVED},
        LATER: {"period_start": MOVED},
    }
    mandates = [
        known_mandate(metering_point=EAN, reference_number=numbers[one], **period).mandate
        for one, period in periods.items()
    ]
    store.record_mandates(Listing(mandates, NOW), provider="fluvius")
    store.commit([answer(quarters(T0, map(float, range(12))))])
    for number, start in enumerate((T0, MOVED), 1):
        revised = quarters(start, [9.5])
        at, kind = later(number), WindowKind.INSERT_TIME
        store.commit([answer(revised, fetched_at=at, kind=kind)])
    return cli


def files(folder: Path) -> dict[str, str]:
    """What lies in every file, by a digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".turn", ".deciding", ".writer")
    }


def stored(cli: Cli) -> Counter[tuple[str, str]]:
    """How many values there are of each metering point and granularity."""
    found = held(open_store(cli.store))
    return Counter((row["metering_point"], row["granularity"]) for row in found)


@pytest.mark.parametrize(
    ("customer", "period"),
    [
        (LATER, ()),
        (FORMER, ("--to", f"{T0 + HOUR:%Y-%m-%dT%H:%M:%SZ}")),
    ],
    ids=["all of who moved in", "a part of who moved out"],
)
def test_the_real_run_does_what_the_dry_run_showed(
    cli: Cli, customer: str, period: tuple[str, ...]
) -> None:
    store, events = open_store(cli.store), cli.folder / "events.jsonl"
    asyncio.run(tell(store, file=str(events), webhook=None))
    known = len(events.read_text().splitlines())
    asked = ("erase", "--customer", customer, *period)
    before, untouched = stored(cli), files(cli.folder)
    shown = cli.json(*asked, "--dry-run")
    assert "Nothing was changed." in cli(*asked, "--dry-run")
    assert files(cli.folder) == untouched
    assert shown["would_erase"]

    done = cli.json(*asked, *WHY, "--yes")
    assert done["suppressed"] == len(shown["would_suppress"])
    assert done["retracted_values"] == amount(shown["would_erase"])
    assert done["details"] == [one["what"] for one in shown["would_forget"]]
    receipts = [one for one in cli.json("receipts") if one["number"] in done["receipts"]]
    told = [one for one in receipts if one["granularity"]]
    assert spans(told) == spans(shown["would_erase"])
    gone = before - stored(cli)
    would_go: Counter[tuple[str, str]] = Counter()
    for one in shown["would_erase"]:
        would_go[one["metering_point"], one["granularity"]] += one["values"]
    assert gone == would_go
    points = {point for point, _ in would_go}
    stays = sum(count for (point, _), count in stored(cli).items() if point in points)
    assert sum(one["values"] for one in shown["would_stay"]) == stays

    (receiver,) = shown["receivers_told"]
    assert receiver.startswith("file:")
    asyncio.run(tell(store, file=str(events), webhook=None))
    retracted = Counter(
        (one["data"]["metering_point"], part["granularity"])
        for one in map(json.loads, events.read_text().splitlines()[known:])
        for part in one["data"].get("retracted", [])
    )
    assert set(retracted) == set(would_go)


def amount(rows: list[dict[str, Any]]) -> int:
    return sum(row["values"] + row["revisions"] for row in rows)


def spans(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Of each: which slices, from when to when, how many."""
    names = ("granularity", "from", "to", "values", "revisions", "days", "reason")
    return Counter(tuple(row[name] for name in names) for row in rows)


def test_it_says_what_stays_and_why(cli: Cli) -> None:
    shown = cli.json("erase", "--customer", FORMER, "--dry-run")
    (stays,) = shown["would_stay"]
    assert (stays["why"], stays["customer_id"]) == ("permitted", LATER)
    part = ("--to", f"{T0 + HOUR:%Y-%m-%dT%H:%M:%SZ}")
    of_part = cli.json("erase", "--customer", FORMER, *part, "--dry-run")["would_stay"]
    assert {(one["why"], one["customer_id"]) for one in of_part} == {
        ("permitted", LATER),
        ("not_asked", FORMER),
    }
    said = " ".join(cli("erase", "--customer", FORMER, *part, "--dry-run").split())
    assert f"a mandate of {LATER} permits it" in said
    assert "only a part of the time was asked for" in said
    assert "the access log" in said


def test_a_dry_run_takes_no_reason_and_lifts_nothing(cli: Cli) -> None:
    assert "--why: must say the reason" in cli("erase", "--customer", LATER, "--yes", code=2)
    asked = ("erase", "--customer", LATER, "--dry-run", "--lift")
    assert "--lift erases nothing" in cli(*asked, code=2)
    assert "is not known" in cli("erase", "--customer", "c-x", "--dry-run", code=2)
    of_nobody = cli.json("erase", "--customer", NOBODY, "--dry-run")
    assert (of_nobody["would_erase"], of_nobody["would_suppress"]) == ([], [])
    assert [one["what"] for one in of_nobody["would_forget"]] == ["customer"]


def test_published_files_that_hold_what_would_go_are_named_and_written_anew(cli: Cli) -> None:
    published = cli.folder / "published"
    publish(open_store(cli.store), published, wall=NOW)
    shown = cli.json("erase", "--customer", LATER, "--dry-run")
    listed = {Path(path) for path in shown["published_files"]}
    tables = {path.parent.name for path in listed}
    assert "measurements" in tables
    assert f"{T0:%Y-%m}" in {path.stem for path in listed}
    assert all(path.exists() for path in listed)
    cli("erase", "--customer", LATER, *WHY, "--yes")
    assert not any(path.exists() for path in listed), "the former generation went"
    written = {path.parent.name for path in published.rglob(f"{T0:%Y-%m}.parquet")}
    assert tables <= written
