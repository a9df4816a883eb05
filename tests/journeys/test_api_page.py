"""docs/api.md: its commands and its Python run against the API that it tells of."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from kwartier.api.app import OPERATIONS
from kwartier.api.scopes import ABOUT
from support.api import FORMER, Api, running_api

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(tmp_path_factory.mktemp("api")) as running:
        yield running


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_its_commands_and_its_python_run(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = api.key()
    script = tmp_path / "page.sh"
    script.write_text("\n".join(["set -eu", *blocks("bash")]))
    ran = subprocess.run(
        ["bash", str(script)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "API": api.url, "KEY": key},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = "".join(ran.stdout.split("\n"))
    assert '"stage":"invited"' in told
    assert '"cause":"not_opened"' in told
    assert '"contact":"info@peeters.example"' in told
    csv, parquet = (
        pd.read_csv(tmp_path / "values.csv"),
        pd.read_parquet(tmp_path / "values.parquet"),
    )
    assert len(csv) == len(parquet) > 250
    for block in blocks("python"):
        exec(compile(block, "docs/api.md", "exec"), {"API": api.url, "KEY": key})  # noqa: S102
    shown = capsys.readouterr().out
    assert shown.strip().endswith("\n126")
    assert "offtake" in shown


def test_its_scopes_and_addresses_are_those_of_the_api() -> None:
    told = dict(re.findall(r"^\| `([a-z]+:[a-z]+)` \| (.*) \|$", PAGE, re.MULTILINE))
    assert told == {str(scope): about for scope, about in ABOUT.items()}
    known = {one.path.replace("{customer_id}", "X") for one in OPERATIONS}
    asked = re.findall(r"\$API(/[a-z/0-9-]+)|\{API\}(/[a-z/-]+)", PAGE)
    for path in {one or other for one, other in asked}:
        assert re.sub(rf"c-1001|{FORMER}", "X", path) in known, path
