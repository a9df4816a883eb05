"""``kwartier emulator scenarios``: the stories that come with the emulator."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.output import Column, day, number, print_rows, prose
from kwartier.emulator.scenario import load_scenario, shipped_scenarios

_COLUMNS = [
    Column("name", "scenario"),
    Column("begins", "begins", show=day),
    Column("ends", "ends", show=day),
    number("steps", "steps"),
    prose("title", "what happens"),
]


def scenarios(*, json: Annotated[bool, Parameter(negative="", help="print JSON")] = False) -> None:
    """List the stories that --scenario can follow, each with its days and what happens.

    Example: kwartier emulator scenarios
    """
    rows = [_told(name) for name in shipped_scenarios()]
    note = "kwartier emulator --scenario NAME follows one, from its first day on"
    print_rows(_COLUMNS, rows, json=json, empty="none", note=note)


def _told(name: str) -> dict[str, Any]:
    scenario = load_scenario(name)
    return {
        "name": name,
        "begins": scenario.begins(),
        "ends": max(scenario.due(step) for step in scenario.steps),
        "steps": len(scenario.steps),
        "title": scenario.title,
    }
