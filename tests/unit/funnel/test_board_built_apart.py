"""The board is built by another process while pages are answered, and whatever becomes of it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kwartier.errors import KwartierError
from kwartier.funnel import Board, BoardError
from kwartier.funnel import board as board_module
from kwartier.funnel.building import Workshop
from kwartier.funnel.keeping import kept_fresh
from kwartier.office.users import Role
from kwartier.registry.customers import CustomerChange
from kwartier.store import open_store
from support.console import Console
from support.funnel import Prepared, prepare_causes
from support.measured import NOW


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare_causes(tmp_path_factory.mktemp("apart"))


class Watched(Workshop):
    """A workshop that stops each process at its beginning, so that it is under way for as long as
    a test likes; ``began`` is set once it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.began = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def _begin(self) -> subprocess.Popen[bytes]:
        self.process = super()._begin()
        self.process.send_signal(signal.SIGSTOP)
        self.began.set()
        return self.process

    def end_by(self, number: signal.Signals) -> None:
        """Send a signal to the process that is under way."""
        assert self.process is not None
        self.process.send_signal(number)


def under_way(work: Callable[[], object]) -> tuple[threading.Thread, list[KwartierError]]:
    """``work`` in a thread, and what it fails with."""
    failed: list[KwartierError] = []

    def run() -> None:
        try:
            work()
        except KwartierError as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


def test_another_process_builds_the_same_board(prepared: Prepared) -> None:
    here, apart = (
        Board(prepared.store, prepared.office, lambda: NOW, store_path=prepared.path)
        for _ in range(2)
    )
    here.refresh()
    apart.refresh(Workshop().build)
    assert apart.as_of == NOW
    assert apart.find(limit=None) == here.find(limit=None)
    assert apart.find(text="jo gap", limit=1) == here.find(text="jo gap", limit=1)
    assert not apart.is_stale()


def test_pages_and_looks_at_one_customer_are_answered_meanwhile(prepared: Prepared) -> None:
    console = Console(prepared.path)
    console.clock.at = NOW
    console.board.refresh()
    workshop = Watched()
    browser = console.signed_in(Role.VIEWER)
    thread, failed = under_way(lambda: console.board.refresh(workshop.build))
    assert workshop.began.wait(60)
    assert browser.get("/customers?q=gap").status_code == 200
    assert browser.get("/customers/gap").status_code == 200
    change = CustomerChange(customer_id="gap", label="Renamed")
    prepared.store.change_customers([change], provider="fluvius", now=NOW)
    found = console.board.refresh_customer("gap")
    assert found is not None
    workshop.end_by(signal.SIGCONT)
    thread.join(60)
    assert not failed
    assert console.board.find(text="renamed").rows == (found,)


def test_a_process_that_is_killed_leaves_the_board_as_it_was(prepared: Prepared) -> None:
    board = Board(prepared.store, prepared.office, lambda: NOW, store_path=prepared.path)
    board.refresh()
    before, workshop = board.find(limit=None), Watched()
    thread, failed = under_way(lambda: board.refresh(workshop.build))
    assert workshop.began.wait(60)
    workshop.end_by(signal.SIGKILL)
    thread.join(60)
    [error] = failed
    assert isinstance(error, BoardError)
    assert board.find(limit=None) == before
    assert workshop.process is not None
    assert workshop.process.returncode == -signal.SIGKILL


def test_what_the_process_cannot_read_is_said_in_the_words_of_the_store(
    prepared: Prepared, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere.duckdb"
    board = Board(open_store(nowhere), prepared.office, lambda: NOW, store_path=nowhere)
    with pytest.raises(BoardError, match="there is no store at"):
        board.refresh(Workshop().build)
    assert board.as_of is None


def test_the_process_ends_with_the_service(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = Watched()
    monkeypatch.setattr("kwartier.funnel.keeping.Workshop", lambda: workshop)
    monkeypatch.setattr(board_module, "_MANY", 1)
    board = Board(prepared.store, prepared.office, lambda: NOW, store_path=prepared.path)

    async def serve_until_it_is_under_way() -> None:
        async with kept_fresh(board):
            assert await asyncio.to_thread(workshop.began.wait, 60)

    asyncio.run(serve_until_it_is_under_way())
    assert workshop.process is not None
    assert workshop.process.returncode == -signal.SIGKILL
    with pytest.raises(BoardError, match="ending"):
        board.refresh(workshop.build)
