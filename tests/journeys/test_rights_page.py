"""docs/rights.md: its commands can be given, its Python runs, its reasons are all there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kwartier.cli.app import app
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.rights.absence import SAYS, Why
from kwartier.store import open_store
from support.mandates import known_mandate
from support.measured import NOW, answer, quarters
from support.stores import T0

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text("utf-8")
COMMANDS = re.findall(r"^    kwartier (.*)$", PAGE, re.MULTILINE)
(PYTHON,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
POINT = "541440110000000001"


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 12


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_given(command: str) -> None:
    app.parse_args(shlex.split(command), print_error=False, exit_on_error=False)


def test_every_reason_for_nothing_is_named() -> None:
    told = PAGE.split("Where nothing is held it says why")[1]
    assert {why.value for why in Why if f"`{why}`" not in told} == set()
    assert SAYS.keys() == set(Why)


def test_the_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("kwartier.duckdb", create=True)
    changes = [CustomerChange(customer_id="c-1001")]
    (reference,) = store.change_customers(changes, provider="fluvius", now=NOW).made
    number = reference.reference_number
    mandate = known_mandate(1, metering_point=POINT, reference_number=number).mandate
    store.record_mandates(Listing([mandate], NOW), provider="fluvius")
    rows = quarters(T0, [1.0, 2.0], metering_point=POINT)
    store.commit([answer(rows, metering_point=POINT)])
    exec(compile(PYTHON, "rights.md", "exec"), {})  # noqa: S102 - the page's own code
    assert capsys.readouterr().out == "2 ()\n"
