"""docs/client.md: its examples run in order, and its tables name what there is."""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from pathlib import Path
from typing import Any

import pytest

import kwartier.eneco
import kwartier.fluvius
from kwartier.eneco import EnecoAPIError, EnecoClient
from kwartier.eneco import is_transient as is_transient_at_eneco
from kwartier.errors import KwartierError
from kwartier.fluvius import FluviusEnergyClient, is_transient
from support.emulators import FreshEmulator

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def test_its_examples_run_one_after_the_other(
    fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {}
    said = []
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block, "docs/client.md", "exec"), names)  # noqa: S102
        said.append(out.getvalue())
    told = "".join(said)
    assert f"{emulator.url}/verbruik/dienstverlener?id=" in told
    assert "until 2026-11-21 12:00:00+00:00" in told
    assert "541440110000000001 VH_dag from 2024-12-31 23:00:00+00:00" in told
    assert "2026-10-24 22:00:00+00:00 1 day, 1:00:00" in told
    assert "669 days" in told
    assert re.search(r"^2025 +\d+\.\d+\n2026 +\d+\.\d+$", told, re.MULTILINE)
    assert re.search(r"^\d+ bytes, 19[46]$", told, re.MULTILINE)
    assert re.search(r"^\d{4} values of October$", told, re.MULTILINE)
    assert "Suspended False True" in told
    assert "to_date: must be at most 185 days after from_date (304.0 days" in told
    assert "404 Mandates.NotFound" in told
    assert "True [True]" in told
    assert "Warmth Centigrade 24" in told
    assert f"{2 * (31 * 24 + 1)} values of ['heat', 'hot_water']" in told
    assert "48 rows" in told
    assert "403 Eneco answered 403 Forbidden" in told


def test_it_lists_every_method_with_all_its_parameters() -> None:
    rows = re.findall(r"^\| `(\w+)\((.*?)\)` \|", section("All methods"), re.MULTILINE)
    documented = {name: re.sub(r"\*, ", "", given).split(", ") for name, given in rows}
    methods = {
        name: list(inspect.signature(getattr(FluviusEnergyClient, name)).parameters)[1:]
        for name in dir(FluviusEnergyClient)
        if not name.startswith("_") and name != "close"
    }
    assert documented == methods


def test_it_lists_every_argument_of_the_client() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("Make one"), re.MULTILINE)
    assert rows == list(inspect.signature(FluviusEnergyClient).parameters)


def test_it_lists_every_error_and_whether_to_ask_again() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (yes|no) \|$", section("What can go wrong"), re.MULTILINE
    )
    exported = {
        name: kind
        for name in kwartier.fluvius.__all__
        if isinstance(kind := getattr(kwartier.fluvius, name), type)
        and issubclass(kind, KwartierError)
        and name != "FluviusAPIError"
    }
    assert {name for name, _ in rows} == set(exported)
    for name, again in rows:
        made = exported[name].__new__(exported[name])
        assert is_transient(made) == (again == "yes"), name


def test_it_lists_all_there_is_of_eneco() -> None:
    told = section("Eneco")
    rows = re.findall(r"^\| `(\w+)\((.*?)\)` \|", told, re.MULTILINE)
    documented = {name: re.sub(r"\*, ", "", given) for name, given in rows}
    assert documented == {
        name: ", ".join(list(inspect.signature(getattr(EnecoClient, name)).parameters)[1:])
        for name in dir(EnecoClient)
        if not name.startswith("_") and name != "close"
    }
    arguments = re.findall(r"^\| `([a-z_]+)` \|", told, re.MULTILINE)
    assert arguments == list(inspect.signature(EnecoClient).parameters)


def test_it_lists_every_refusal_of_eneco_and_whether_to_ask_again() -> None:
    rows = re.findall(r"^\| \d* ?\| `(\w+)` \|.*\| (yes|no) \|$", section("Eneco"), re.MULTILINE)
    refusals = {
        name
        for name in kwartier.eneco.__all__
        if isinstance(kind := getattr(kwartier.eneco, name), type)
        and issubclass(kind, EnecoAPIError)
        and kind is not EnecoAPIError
    }
    assert {name for name, _ in rows} == refusals
    for name, again in rows:
        kind = getattr(kwartier.eneco, name)
        assert is_transient_at_eneco(kind("told")) == (again == "yes"), name
