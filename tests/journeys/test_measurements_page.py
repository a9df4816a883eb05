"""docs/measurements.md names the table's columns, and its examples run on an export."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import duckdb
import pytest

from kwartier.measurements import MEASUREMENTS_SCHEMA
from support.cli import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "measurements.md").read_text("utf-8")


def test_it_names_every_column_in_order() -> None:
    columns = PAGE.partition("| column |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", columns, re.MULTILINE) == MEASUREMENTS_SCHEMA.names


def test_its_examples_run_on_an_export(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(cli.folder)
    cli("customers", "add", "c-1")
    for ean in ("541440110000000101", "541441010000000101"):
        cli("mock-mandate", "c-1", ean, "--from", "2026-11-01")
    cli("sync")
    cli("export", "measurements.parquet")
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        capsys.readouterr()
        exec(compile(block, "docs/measurements.md", "exec"), {})  # noqa: S102
        assert re.search(r"\d\.\d", capsys.readouterr().out), block
    in_sql = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert in_sql
    for sql in in_sql:
        with duckdb.connect(cli.store, read_only=True) as connection:
            ((point, power),) = connection.execute(sql).fetchall()
        assert point == "541440110000000101"
        assert 1 < power < 20
    for line in re.findall(r"^kwartier (.*)$", PAGE, re.MULTILINE):
        cli(*shlex.split(line))
