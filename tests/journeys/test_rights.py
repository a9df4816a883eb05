"""Disclosing and explaining, after a change of grid user: nobody is told what is the other's."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import InputError
from kwartier.rights import disclose, explain_at, explain_peak
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_interval
from support.cli import Cli
from support.stores import held
from support.two_customers import (
    BEGIN,
    FORMER,
    GAS,
    LATER,
    MOVED,
    OTHER,
    POWER,
    TODAY,
    WORDS,
    TwoCustomers,
    two_customers,
)

MADE = datetime(2026, 11, 21, 9, tzinfo=UTC)
TABLES = ("measurements", "revisions", "totals", "peaks", "requests")


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, running_emulators: list[EmulatorThread]
) -> TwoCustomers:
    emulator = EmulatorThread(clock=BEGIN)
    running_emulators.append(emulator)
    return two_customers(tmp_path_factory.mktemp("rights"), emulator)


@pytest.fixture(scope="module")
def stored(world: TwoCustomers) -> list[dict[str, Any]]:
    """All current values."""
    return held(world.store)


@pytest.fixture(scope="module")
def folders(world: TwoCustomers) -> dict[str, Path]:
    """A disclosure of each customer."""
    return {
        customer: disclose(world.store, customer, world.path.with_name(customer), made=MADE).folder
        for customer in (FORMER, LATER)
    }


@pytest.fixture
def shown(world: TwoCustomers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """The command line over that store."""
    cli = Cli(tmp_path, {}, capsys)
    cli.store = world.path
    yield cli


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def told(folder: Path) -> Any:
    return json.loads((folder / "disclosure.json").read_bytes())


def test_each_is_told_all_of_its_own_period_and_nothing_of_the_others(
    stored: list[dict[str, Any]], folders: dict[str, Path]
) -> None:
    here = [row for row in stored if row["metering_point"] == POWER]
    own = {
        FORMER: [row for row in here if row["end"] <= MOVED],
        LATER: [row for row in here if row["start"] >= MOVED],
    }
    assert sum(map(len, own.values())) == len(here)
    for customer, folder in folders.items():
        disclosed = rows(folder, "measurements")
        of_point = [row for row in disclosed if row["metering_point"] == POWER]
        assert {_key(row) for row in of_point} == {_key(row) for row in own[customer]}
    assert {row["metering_point"] for row in rows(folders[FORMER], "measurements")} == {POWER, GAS}
    gas = [row for row in stored if row["metering_point"] == GAS]
    assert len([r for r in rows(folders[FORMER], "measurements") if _is_gas(r)]) == len(gas)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    names = ("start", "granularity", "direction", "register", "unit", "value", "validation_state")
    return tuple(row[name] for name in names)


def _is_gas(row: dict[str, Any]) -> bool:
    return bool(row["metering_point"] == GAS)


def test_nothing_in_a_folder_tells_of_the_other_customer(
    world: TwoCustomers, folders: dict[str, Path]
) -> None:
    marks = {
        FORMER: [FORMER, "Els Peeters", "els@example.org", world.references[FORMER], GAS],
        LATER: [LATER, "Janssens", "jo@example.org", world.references[LATER], OTHER],
    }
    for customer, folder in folders.items():
        (other,) = marks.keys() - {customer}
        for path in folder.iterdir():
            content = path.read_bytes()
            assert [mark for mark in marks[other] if mark.encode() in content] == [], path.name


def test_what_happened_after_one_left_is_not_told_to_it(folders: dict[str, Path]) -> None:
    former = folders[FORMER]
    for row in rows(former, "requests"):
        if row["metering_point"] == POWER and row["kind"] == "readTime":
            assert BEGIN <= row["window_start"] < row["window_end"] <= MOVED
    totals = [row for row in rows(former, "totals") if row["metering_point"] == POWER]
    assert max(row["period"] for row in totals if len(row["period"]) == 10) == "2026-11-04"
    assert {row["month"] for row in rows(former, "peaks")} == {"2026-10", "2026-11"}
    (november,) = [row for row in rows(folders[LATER], "peaks") if row["metering_point"] == POWER]
    assert (november["month"], november["status"]) == ("2026-11", "incomplete")
    (mandate,) = {
        (m["period_start"], m["period_end"])
        for m in told(former)["mandates"]
        if m["metering_point"] == POWER
    }
    assert mandate == ("2026-10-14T22:00:00Z", "2026-11-04T23:00:00Z")


def test_json_and_parquet_say_the_same_and_the_manifest_lists_every_file(
    folders: dict[str, Path],
) -> None:
    folder = folders[FORMER]
    for table in TABLES:
        lines = (folder / f"{table}.jsonl").read_text().splitlines()
        stored = rows(folder, table)
        assert len(lines) == len(stored)
        for number in (0, len(lines) // 2, len(lines) - 1) if lines else ():
            assert _read(json.loads(lines[number])) == stored[number]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    names = {path.name for path in folder.iterdir()}
    assert {one["name"] for one in manifest["files"]} == names - {"manifest.json"}
    for one in manifest["files"]:
        content = (folder / one["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (one["bytes"], one["sha256"])


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """A line with its instants as such."""
    return {
        name: datetime.fromisoformat(value)
        if isinstance(value, str) and value.endswith("Z")
        else value
        for name, value in row.items()
    }


def test_only_the_owner_reads_the_folder_and_readme_explains_every_column(
    folders: dict[str, Path],
) -> None:
    folder = folders[FORMER]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    explained = (folder / "README.txt").read_text()
    columns = {
        name for table in TABLES for name in pq.read_schema(folder / f"{table}.parquet").names
    }
    words = set(explained.split())
    assert columns - words == set()
    members = set(told(folder)) - {"format", "format_version"}
    assert members - {word.strip(",") for word in words} == set()


def test_the_page_speaks_the_customers_language_and_asks_nothing_of_elsewhere(
    folders: dict[str, Path],
) -> None:
    dutch = (folders[FORMER] / "index.html").read_text()
    english = (folders[LATER] / "index.html").read_text()
    assert "Wat we over u bijhouden" in dutch
    assert "What we hold about you" in english
    assert WORDS.splitlines()[0] in dutch
    assert "energieadvies" in dutch
    assert "tot en met 04/11/2026" in dutch
    assert "Jo &lt;b&gt;Janssens&lt;/b&gt;" in english
    for page in (dutch, english):
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")


def test_a_part_can_be_chosen(world: TwoCustomers, tmp_path: Path) -> None:
    day = Interval(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    done = disclose(world.store, FORMER, tmp_path / "part", made=MADE, chosen=day)
    found = rows(done.folder, "measurements")
    quarters = {r["start"] for r in found if r["granularity"] == "PT15M"}
    assert len(quarters) == 100
    assert {row["granularity"] for row in found if row["metering_point"] == POWER} == {
        "PT15M",
        "P1D",
    }
    assert all(day.start <= row["start"] and row["end"] <= day.end for row in found)
    assert "25/10/2026" in (done.folder / "index.html").read_text()


def test_a_folder_is_never_overwritten_unasked_and_what_is_no_disclosure_never(
    world: TwoCustomers, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    disclose(world.store, LATER, folder, made=MADE)
    with pytest.raises(InputError, match="--force"):
        disclose(world.store, LATER, folder, made=MADE)
    (folder / "extra").write_text("x")
    disclose(world.store, LATER, folder, made=MADE + timedelta(days=1), force=True)
    assert told(folder)["made_at"] == "2026-11-22T09:00:00Z"
    assert not (folder / "extra").exists()
    own = tmp_path / "own"
    own.mkdir()
    (own / "letters.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        disclose(world.store, LATER, own, made=MADE, force=True)
    assert [path.name for path in own.iterdir()] == ["letters.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "own"]


def test_a_customer_who_is_not_known_is_named(world: TwoCustomers, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'nobody' is not known"):
        disclose(world.store, "nobody", tmp_path / "out", made=MADE)
    assert list(tmp_path.iterdir()) == []


def test_a_value_is_walked_back_to_request_mandate_consent_and_customer(
    world: TwoCustomers, stored: list[dict[str, Any]]
) -> None:
    at = datetime(2026, 10, 20, 17, 7, tzinfo=UTC)
    found = explain_at(world.store, POWER, at)
    quarter, day = found["slices"]
    assert (quarter["granularity"], day["granularity"]) == ("PT15M", "P1D")
    assert quarter["start"] == at.replace(minute=0)
    offtake = next(v for v in quarter["values"] if v["direction"] == "offtake")
    (current,) = [
        row
        for row in stored
        if row["metering_point"] == POWER
        and row["start"] == quarter["start"]
        and row["granularity"] == "PT15M"
        and row["direction"] == "offtake"
    ]
    assert offtake["value"] == current["value"]
    assert offtake["fetch"]["reason"] == "backfill"
    assert offtake["fetch"]["fetched_at"] == current["fetched_at"]
    (mandate,) = quarter["permitted_by"]
    assert (mandate["customer_id"], mandate["data_service_type"]) == (FORMER, "VH_kwartier_uur")
    assert mandate["consents"][0]["wording"] == "2026-1"
    assert quarter["absent"] is None


def test_who_came_after_is_told_nothing_of_before_but_why(world: TwoCustomers) -> None:
    before = MOVED - timedelta(days=3)
    found = explain_at(world.store, POWER, before, customer_id=LATER)
    for one in found["slices"]:
        assert (one["values"], one["permitted_by"]) == ([], [])
        assert one["absent"]["why"] == "not_permitted"
        assert one["absent"]["asked"] == []
        assert [p["start"] for p in one["absent"]["periods"]] == [MOVED]
    everybody = explain_at(world.store, POWER, before)
    assert everybody["slices"][0]["permitted_by"][0]["customer_id"] == FORMER


def test_both_showings_of_the_hour_that_happens_twice_are_told_apart(world: TwoCustomers) -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    starts = [explain_at(world.store, POWER, at)["slices"][0]["start"] for at in (first, second)]
    assert starts == [first, second]


@pytest.mark.parametrize(
    ("point", "day", "slices", "hours"),
    [(POWER, "2026-10-25", 100, 25), (GAS, "2026-10-24", 25, 25), (GAS, "2026-10-25", 24, 24)],
)
def test_a_day_is_the_local_one_and_for_gas_the_gas_day(
    world: TwoCustomers, point: str, day: str, slices: int, hours: int
) -> None:
    local = datetime.fromisoformat(day).date()
    found = explain_at(world.store, point, local)
    (whole,) = found["slices"]
    kind = "gas" if point == GAS else "electricity"
    assert Interval(whole["start"], whole["end"]) == day_interval(local, kind)
    assert whole["end"] - whole["start"] == timedelta(hours=hours)
    assert (found["parts"]["slices"], found["parts"]["present"]) == (slices, slices)
    assert {value["register"] for value in whole["values"]} >= {"total"} or kind != "gas"


def test_a_definitive_factor_is_shown_beside_the_provisional_one_before(
    world: TwoCustomers,
) -> None:
    found = explain_at(world.store, GAS, date(2026, 10, 20))
    (kwh,) = [v for v in found["slices"][0]["values"] if v["unit"] == "kWh"]
    assert kwh["gas_conversion_factor"] == "D"
    assert kwh["fetch"]["reason"] == "provisional"
    (before,) = kwh["revisions"]
    assert (before["gas_conversion_factor"], before["change"]) == ("P", "revised")
    assert before["superseded_by"] == kwh["fetch"]


@pytest.mark.parametrize(
    ("point", "at", "why"),
    [
        ("541440110000000999", "2026-11-01T12:00:00Z", "not_shared"),
        (POWER, "2026-10-01T12:00:00Z", "not_permitted"),
        (POWER, "2026-11-20T13:00:00Z", "not_over"),
        (POWER, "2026-11-20T08:00:00Z", "not_due"),
    ],
)
def test_where_there_is_nothing_it_says_why(
    world: TwoCustomers, point: str, at: str, why: str
) -> None:
    one = explain_at(world.store, point, datetime.fromisoformat(at))["slices"][0]
    assert one["absent"]["why"] == why


def test_a_month_peak_is_walked_back_to_its_quarter_hour(world: TwoCustomers, shown: Cli) -> None:
    found = explain_peak(world.store, POWER, Month(2026, 11), customer_id=FORMER)
    peak = found["peak"]
    (listed,) = [
        row for row in shown.json("peaks", "--point", POWER)["months"] if row["month"] == "2026-11"
    ]
    assert listed["kw"] >= peak["kw"]
    assert peak["at"] < MOVED
    assert found["slice"]["start"] == peak["at"]
    (offtake,) = [v for v in found["slice"]["values"] if v["direction"] == "offtake"]
    assert offtake["value"] * 4 == pytest.approx(peak["kw"])
    assert found["near"][0] == {"at": peak["at"], "kw": pytest.approx(peak["kw"])}
    assert [one["kw"] for one in found["near"]] == sorted(
        (one["kw"] for one in found["near"]), reverse=True
    )
    whole = explain_peak(world.store, POWER, Month(2026, 11))
    assert whole["peak"]["kw"] == listed["kw"]


@pytest.mark.parametrize(
    ("point", "month", "why"),
    [(GAS, Month(2026, 11), "electricity"), (POWER, Month(2026, 9), "no mandate's period")],
)
def test_where_there_is_no_peak_it_says_why(
    world: TwoCustomers, point: str, month: Month, why: str
) -> None:
    found = explain_peak(world.store, point, month)
    assert found["peak"] is None
    assert why in found["why"]


def test_the_commands_tell_people_and_programs_the_same(shown: Cli, tmp_path: Path) -> None:
    out = tmp_path / "given"
    said = shown.json("disclose", "--customer", LATER, "--out", str(out))
    assert said["values"] == len(rows(out, "measurements"))
    assert "index.html" in shown("disclose", "--customer", LATER, "--out", str(out), "--force")
    assert "--force" in shown("disclose", "--customer", LATER, "--out", str(out), code=2)
    tree = shown("explain", "--customer", FORMER, "--at", "2026-10-20T19:07")
    assert "agreed to: energieadvies (wording 2026-1" in tree
    assert "customer: Els Peeters" in tree
    assert "2026-10-20 19:00+02:00 (17:00 UTC)" in tree
    peak = shown("explain", "--customer", FORMER, "--month", "2026-10", "--peak")
    assert "peak of 2026-10: " in peak
    assert GAS not in peak
    assert "100 of that day" in shown("explain", "--point", POWER, "--at", "2026-10-25").replace(
        "quarter-hours ", ""
    )
    for wrong in (
        ["--point", POWER],
        ["--at", "2026-10-25"],
        ["--point", POWER, "--month", "2026-10"],
        ["--point", POWER, "--at", "2026-10-25", "--peak"],
        ["--customer", "nobody", "--at", "2026-10-25"],
        ["--point", "12", "--at", "2026-10-25"],
        ["--point", POWER, "--at", "2026-10-25T02:30"],
    ):
        assert "kwartier: " in shown("explain", *wrong, code=2)
    assert TODAY.isoformat()[:10] in shown("explain", "--point", POWER, "--at", "2026-10-25")
