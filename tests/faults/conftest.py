"""Fixtures that files of faults share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.backups import T0
from support.damaged_sync import NOW, Home
from support.measured import answer, quarters
from support.proxy import proxy_to
from support.stores import empty_store


@pytest.fixture
def home(
    tmp_path: Path,
    fresh_emulator: Callable[..., EmulatorThread],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Home]:
    emulator = fresh_emulator(clock=NOW)
    with proxy_to(emulator.url) as proxy:
        monkeypatch.setenv("FLUVIUS_SANDBOX_BASE_URL", f"{proxy.url}/esco-sbx/v3")
        monkeypatch.setenv("FLUVIUS_TOKEN_URL", emulator.env["FLUVIUS_TOKEN_URL"])
        yield Home(emulator, proxy, tmp_path / "kwartier.duckdb")


@pytest.fixture(scope="module")
def three_values(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a store of three values."""
    path = tmp_path_factory.mktemp("three") / "kwartier.duckdb"
    empty_store(path).commit([answer(quarters(T0, [1.0, None, 3.0]))])
    return path.read_bytes()


@pytest.fixture
def path(three_values: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "kwartier.duckdb"
    path.write_bytes(three_values)
    path.chmod(0o600)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder
