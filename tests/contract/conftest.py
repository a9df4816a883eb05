"""Fixtures of the contract suites."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.store import Store
from support.emulators import FROZEN_AT
from support.esco import Esco
from support.faults import FaultControl
from support.stores import STORES, MakeStore


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Makes empty stores of each kind, each in a folder of its own."""
    numbers = count()

    def make() -> Store:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return STORES[request.param](folder)

    return make


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """An empty store of each kind."""
    return make_store()


@pytest.fixture(scope="module")
def faulty(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator of a file's own, for faults."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def control(faulty: EmulatorThread) -> Iterator[FaultControl]:
    """Its faults, none at the beginning and none at the end."""
    control = FaultControl(faulty.url)
    control.clear()
    yield control
    control.clear()


@pytest.fixture
def session(faulty: EmulatorThread, control: FaultControl) -> Esco:
    """A session with it, and a mandate."""
    esco = Esco(faulty.env)
    assert esco.mock("FAULTS", "541440110000000001").status == 200
    return esco
