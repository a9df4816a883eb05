"""The commands, against a running emulator, as a developer would use them one after another."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from support.cli import Cli
from support.prepared import Copied, Prepared, prepare

QUARTERS = "541440110000000207"
GAS = "541441010000000207"
START = "2026-09-01"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Bakkerij shares electricity and gas, and both were fetched."""
    commands = [
        "customers add c-1 --label Bakkerij",
        f"mock-mandate c-1 {QUARTERS} --from {START}",
        f"mock-mandate c-1 {GAS} --from {START} --service quarter",
        "sync",
    ]
    return prepare(tmp_path_factory.mktemp("shared"), map(str.split, commands))


@pytest.fixture
def synced(shared: Prepared, copied: Copied) -> Cli:
    return copied(shared)


def test_customers_are_added_listed_and_keep_their_reference_number(cli: Cli) -> None:
    cli("customers", "add", "c-1", "--label", "Peeters")
    (before,) = cli.json("customers", "list")
    cli("customers", "add", "c-1", "--label", "Peeters-Claes", "--flow", "B2B")
    (after,) = cli.json("customers", "list")
    assert (after["label"], after["flow"]) == ("Peeters-Claes", "B2B")
    assert after["reference_number"] == before["reference_number"]
    assert after["reference_number"] in cli("customers", "list")


def test_a_csv_of_customers_is_imported_whole_or_not_at_all(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["customer_id", "label"], ["a", "A"], ["b", "B"]])
    made = cli.json("customers", "import", str(path))
    assert made["customers"] == 2
    assert len({reference["reference_number"] for reference in made["references"]}) == 2
    assert "0 new" in cli("customers", "import", str(path))
    path.write_text("customer_id,flow\nc,B2C\nd,B2X\n")
    assert "line 3, flow" in cli("customers", "import", str(path), code=2)
    assert len(cli.json("customers", "list")) == 2


def test_a_link_is_made_for_a_known_customer_and_refused_for_another(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    made = cli.json("link", "c-1", "--service", "quarter", "--from", START)
    assert made["url"].startswith(cli.env["FLUVIUS_PORTAL_URL"])
    assert len(made["url"].partition("id=")[2]) == 64
    assert made["valid_to"] == "2026-11-21T12:00:00Z"
    assert "kwartier customers add c-2" in cli("link", "c-2", code=2)


def test_mandates_show_whose_they_are_and_what_became_of_them(cli: Cli) -> None:
    cli("customers", "add", "c-1", "--label", "Peeters")
    cli("customers", "add", "c-2", "--label", "Maes")
    cli("mock-mandate", "c-1", QUARTERS, "--from", START, "--service", "quarter")
    cli("mock-mandate", "c-2", GAS, "--from", START, "--service", "day", "--status", "Requested")
    by_customer = {row["customer"]: row for row in cli.json("mandates")}
    assert by_customer["Peeters"]["metering_point"] == QUARTERS
    assert by_customer["Maes"]["metering_point"] is None
    assert "waiting for the grid user, 30 days left" in by_customer["Maes"]["remark"]
    assert cli.json("mandates", "--known") == cli.json("mandates")


def test_a_sync_fetches_once_and_then_asks_one_delta_a_point(synced: Cli) -> None:
    again = synced.json("sync")
    assert (again["points"], again["requests"], again["commits"]) == (2, 2, 1)
    assert (again["inserted"], again["revised"]) == (0, 0)
    assert again["outcomes"] == {"ok": 2}


def test_peaks_say_how_far_they_can_be_trusted(synced: Cli) -> None:
    found = synced.json("peaks")
    months = {row["month"]: row for row in found["months"]}
    assert set(months) == {"2026-09", "2026-10", "2026-11"}
    assert months["2026-10"]["expected"] == 2980
    assert months["2026-11"]["status"] in {"provisional", "incomplete"}
    (figure,) = found["billing"]
    assert figure["months"] == 2
    assert "Bakkerij" in synced("peaks")
    assert (
        found
        == synced.json("peaks", "--customer", "c-1")
        == synced.json("peaks", "--point", QUARTERS)
    )


def test_coverage_counts_every_expected_slice(synced: Cli) -> None:
    rows = synced.json("coverage")
    kinds = {(row["metering_point"], row["granularity"]) for row in rows}
    assert kinds == {(QUARTERS, "PT15M"), (QUARTERS, "P1D"), (GAS, "PT1H")}
    assert all(row["present"] + row["missing"] == row["expected"] for row in rows)
    october = synced.json("coverage", "--month", "2026-10", "--point", QUARTERS)
    assert {row["granularity"]: row["expected"] for row in october} == {"PT15M": 2980, "P1D": 31}


def test_an_export_is_read_by_pandas_polars_and_duckdb_with_eans_as_text(synced: Cli) -> None:
    path = synced.folder / "measurements.parquet"
    written = synced.json("export", str(path))
    frame = pd.read_parquet(path)
    assert len(frame) == written["rows"] == pl.read_parquet(path).height
    assert set(frame["metering_point"].astype(str)) == {QUARTERS, GAS}
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT DISTINCT metering_point FROM '{path}'").fetchall()
    assert sorted(found) == [(QUARTERS,), (GAS,)]
    some = synced.json("export", str(path), "--granularity", "day", "--from", "2026-10-01")
    assert 0 < some["rows"] < written["rows"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["peaks"], 1, "customers add"),
        (["customers", "list"], 1, "customers add"),
        (["export", "x.parquet", "--point", "123"], 2, "18 digits"),
        (["export", "x.parquet", "--from", "soon"], 2, "--from"),
        (["sync", "--env-file", "absent.env"], 1, "absent.env"),
        (["peaks", "--nonsense"], 2, "--nonsense"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_a_users_mistake_gets_one_clear_line_and_no_traceback(
    cli: Cli, arguments: list[str], code: int, says: str
) -> None:
    said = cli(*arguments, code=code)
    assert says in said
    assert "Traceback" not in said


def test_missing_credentials_are_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLUVIUS_SANDBOX_CLIENT_SECRET")
    said = cli("sync", code=1)
    assert "FLUVIUS_SANDBOX_CLIENT_SECRET" in said


def test_a_wrong_secret_ends_the_sync_without_showing_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", "not-the-right-one-9137")
    said = cli("sync", code=1)
    assert "7000215" in said
    assert "9137" not in said


def test_an_environment_file_is_enough(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "emulator.env"
    path.write_text("".join(f"{name}={value}\n" for name, value in cli.env.items()))
    for name in cli.env:
        monkeypatch.delenv(name)
        monkeypatch.setenv(name, "")
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", QUARTERS, "--from", "2026-11-01", "--env-file", str(path))
    assert cli.json("sync", "--env-file", str(path))["inserted"] > 0


def test_json_is_all_that_json_prints(synced: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["mandates"], ["peaks"], ["coverage"], ["customers", "list"], ["sync"]):
        out = synced.json(*arguments)
        assert json.dumps(out)
