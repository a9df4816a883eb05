"""Fixtures of the contract suites."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from kwartier.store import Store
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
