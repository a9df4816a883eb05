"""docs/analysis.md, and the commands that it tells of, on a synced store."""

from __future__ import annotations

import csv
import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from kwartier.cli.app import run
from support.cli import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text("utf-8")
QUARTERS, GAS = "541440110000000101", "541441010000000101"
FROM = "2026-10-20"


@pytest.fixture
def synced(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(cli.folder)
    cli("customers", "add", "c-1")
    for ean in (QUARTERS, GAS):
        cli("mock-mandate", "c-1", ean, "--from", FROM)
    cli("sync", "--publish", "published")
    return cli


def published(synced: Cli, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(
        (synced.folder / "published" / "current").resolve() / table
    ).to_pylist()
    return rows


def test_the_page_holds(synced: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            program, *arguments = shlex.split(line)
            assert program == "kwartier"
            synced(*arguments)
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        capsys.readouterr()
        exec(compile(block, "docs/analysis.md", "exec"), {})  # noqa: S102
        assert re.search(r"\d\.\d", capsys.readouterr().out), block

    told = synced.json("totals")
    assert {(row["metering_point"], row["unit"]) for row in told} == {
        (QUARTERS, "kWh"),
        (GAS, "m3"),
        (GAS, "kWh"),
    }
    assert {row["period"] for row in told} == {"2026-10", "2026-11"}
    _figures_are_published_as_they_are_shown(synced, told)
    _spreadsheets_hold_text_numbers_and_local_times(synced, told)
    _charts_are_drawn(synced)
    assert "folder" in synced("publish", "--to", str(synced.folder), code=2)
    synced("publish", "--forget", "published")
    assert not (synced.folder / "published").exists()
    assert "--to: must name" in synced("publish", code=2)


def _figures_are_published_as_they_are_shown(synced: Cli, told: list[dict[str, Any]]) -> None:
    ours = {
        (r["metering_point"], r["period"], r["direction"], r["register"], r["unit"]): r
        for r in told
    }
    for row in published(synced, "totals"):
        key = tuple(row[n] for n in ("metering_point", "period", "direction", "register", "unit"))
        assert row["value"] == pytest.approx(ours[key]["value"])
        assert (row["expected"], row["present"]) == (ours[key]["expected"], ours[key]["present"])
    shown = {(p["metering_point"], p["month"]): p for p in synced.json("peaks")["months"]}
    peaks = published(synced, "peaks")
    assert len(peaks) == len(shown) == 2
    for row in peaks:
        one = shown[row["metering_point"], row["month"]]
        assert [row[n] for n in ("kw", "status", "expected", "present")] == [
            one[n] for n in ("kw", "status", "expected", "present")
        ]
    coverage = {
        (r["metering_point"], r["granularity"], r["month"]): (r["expected"], r["present"])
        for r in synced.json("coverage")
    }
    assert coverage == {
        (r["metering_point"], r["granularity"], r["month"]): (r["expected"], r["present"])
        for r in published(synced, "coverage")
    }
    assert len(published(synced, "gas_days")) > 25
    mandates = published(synced, "mandates.parquet")
    assert {(one["customer_id"], one["metering_point"]) for one in mandates} == {
        ("c-1", QUARTERS),
        ("c-1", GAS),
    }


def _spreadsheets_hold_text_numbers_and_local_times(
    synced: Cli, told: list[dict[str, Any]]
) -> None:
    synced("totals", "--csv", "a.csv", "--xlsx", "a.xlsx")
    raw = (synced.folder / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (synced.folder / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["metering_point"] for row in rows] == [row["metering_point"] for row in told]
    assert [float(row["value"]) for row in rows] == [row["value"] for row in told]
    assert rows[0]["start"] in ("2026-10-01T00:00:00+02:00", "2026-10-01T06:00:00+02:00")
    assert rows[0]["sub_headpoint"] == ""

    synced("totals", "--csv", "excel.csv", "--for-excel")
    with (synced.folder / "excel.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert rows[0]["metering_point"] == f'="{told[0]["metering_point"]}"'
    assert float(rows[0]["value"].replace(",", ".")) == told[0]["value"]

    sheet = openpyxl.load_workbook(synced.folder / "a.xlsx")["totals"]
    heading, *cells = sheet.iter_rows(values_only=True)
    first = dict(zip(heading, cells[0], strict=True))
    assert len(cells) == len(told)
    assert first["metering_point"] == told[0]["metering_point"]
    assert first["value"] == pytest.approx(told[0]["value"])
    assert first["start"] in (datetime(2026, 10, 1), datetime(2026, 10, 1, 6))  # noqa: DTZ001
    assert first["time_zone"] == "Europe/Brussels"

    synced("peaks", "--xlsx", "peaks.xlsx", "--csv", "peaks.csv")
    book = openpyxl.load_workbook(synced.folder / "peaks.xlsx")
    assert book.sheetnames == ["month peaks", "twelve months"]
    assert "must end in .csv" in synced("totals", "--csv", "a.txt", code=2)
    assert "says how to write --csv" in synced("totals", "--for-excel", code=2)


def _charts_are_drawn(synced: Cli) -> None:
    assert "must choose one metering point" in synced("plot", code=2)
    assert "cannot stand beside" in synced("plot", "--day", FROM, "--month", "2026-10", code=2)
    shown = synced("plot", "--point", QUARTERS, "--day", "2026-10-25")
    assert "offtake, kW" in shown
    assert "03:00" in shown
    chart = synced.json("plot", "--point", QUARTERS, "--day", "2026-10-25")[0]
    assert {len(curve["steps"]) for curve in chart["curves"]} == {100}
    months = synced("plot", "--point", GAS, "--months", "2", "--png", "g.png", "--html", "g.html")
    assert "Drawn in g.png" in months
    assert (synced.folder / "g.png").read_bytes().startswith(b"\x89PNG")
    page = (synced.folder / "g.html").read_text("utf-8")
    assert "<svg" in page
    assert not re.search(r"(src|href)=|url\(|<script|https?://", page)


def test_coverage_tells_of_an_exchanged_meter(cli: Cli) -> None:
    cli("customers", "add", "c-1")
    cli("mock-mandate", "c-1", QUARTERS, "--from", "2026-11-01")
    event = ["emulator", "event", "meter-exchange", "--ean", QUARTERS]
    assert run([*event, "--effective", "2026-11-10T09:30"]) == 0
    cli("sync")
    exchanges = {
        (row["granularity"], row["month"]): row["exchanges"] for row in cli.json("coverage")
    }
    [one] = exchanges["PT15M", "2026-11"]
    assert (one["day"], one["old_meter"] != one["new_meter"]) == ("2026-11-10", True)
    told = cli("coverage", "--month", "2026-11")
    said = f"2026-11-10: meter {one['old_meter']} gave way to {one['new_meter']} at {QUARTERS}."
    assert told.count(said) == 1
    [november] = [
        row
        for row in cli.json("totals", "--by", "day", "--from", "2026-11-10", "--to", "2026-11-11")
        if row["register"] == "total" and row["direction"] == "offtake"
    ]
    assert (november["granularity"], november["expected"], november["complete"]) == ("P1D", 1, True)
