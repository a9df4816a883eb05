"""Fixtures for all tests: a running emulator, and what a client needs to find it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.cli import Cli
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco
from support.listener import Listener, listening
from support.prepared import Copied, Prepared


@pytest.fixture(scope="session")
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where commands keep what outlives a run, instead of in the home of whoever runs the tests."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(autouse=True)
def own_environment(state_home: Path) -> Iterator[None]:
    """Each test begins without our variables, and leaves the environment as it found it."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("FLUVIUS_", "ENECO_", "FIAM_", "KWARTIER_")):
            del os.environ[name]
    os.environ["XDG_STATE_HOME"] = str(state_home)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorThread]:
    """One emulator for the whole session, its clock frozen at 2026-11-20T12:00:00Z.

    Shared: give each test references and EANs of its own, and leave the clock alone.
    """
    with EmulatorThread(clock=FROZEN_AT) as running:
        yield running


@pytest.fixture
def emulator_env(emulator: EmulatorThread) -> dict[str, str]:
    """The environment variables that lead a client to ``emulator``."""
    return dict(emulator.env)


@pytest.fixture(scope="session")
def esco(emulator: EmulatorThread) -> Esco:
    """A session with the shared emulator over raw HTTP."""
    return Esco(emulator.env)


@pytest.fixture(scope="session")
def running_emulators() -> Iterator[list[EmulatorThread]]:
    """Emulators that several tests share; they stop with the session, all at once, for each takes
    a moment.
    """
    running: list[EmulatorThread] = []
    yield running
    with ThreadPoolExecutor(max(1, len(running))) as pool:
        list(pool.map(EmulatorThread.stop, running))


@pytest.fixture(scope="session")
def stopped_behind() -> Iterator[Executor]:
    """Stops what a test no longer needs while the next one runs; waits for all of it at the end."""
    with ThreadPoolExecutor(1) as stopping:
        yield stopping


@pytest.fixture
def fresh_emulator(stopped_behind: Executor) -> Iterator[FreshEmulator]:
    """Starts emulators that a test may do with as it likes; they stop after it.

    ``fresh_emulator(clock=..., ...)`` takes what EmulatorThread takes; frozen at the usual instant
    unless told otherwise.
    """

    def start(*, clock: datetime = FROZEN_AT, **options: Any) -> EmulatorThread:
        running = EmulatorThread(clock=clock, **options)
        started.append(running)
        return running

    started: list[EmulatorThread] = []
    yield start
    for running in started:
        stopped_behind.submit(running.stop)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A receiver of webhooks."""
    with listening() as running:
        yield running


@pytest.fixture
def cli(
    tmp_path: Path,
    fresh_emulator: FreshEmulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    """The command line with an empty store, the environment leading to a fresh emulator."""
    return _leading_to(fresh_emulator(), tmp_path, monkeypatch, capsys)


@pytest.fixture
def copied(
    tmp_path: Path,
    fresh_emulator: FreshEmulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Copied:
    """Makes of what was prepared a copy to work on: the command line with the store's, the
    environment leading to an emulator of the world's.
    """

    def copy(prepared: Prepared) -> Cli:
        emulator = fresh_emulator(state=prepared.copy_to(tmp_path).world)
        return _leading_to(emulator, tmp_path, monkeypatch, capsys)

    return copy


def _leading_to(
    emulator: EmulatorThread,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    return Cli(folder, emulator.env, capsys)
