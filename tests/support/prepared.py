"""A store and the emulated world that it was filled from, made once: tests work on copies.

Commands that only lead up to what a test is about take most of its time; copying two files takes
a hundredth of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kwartier.cli.app import run
from kwartier.emulator.thread import EmulatorThread
from support.cli import Cli
from support.emulators import FROZEN_AT


@dataclass(frozen=True)
class Prepared:
    """The two files: what the emulator keeps, and the store."""

    world: Path
    store: Path

    def copy_to(self, folder: Path) -> Prepared:
        """Copies of both in ``folder``, the store where :class:`Cli` looks for it."""
        copies = Prepared(folder / "emulated.json", folder / self.store.name)
        shutil.copyfile(self.world, copies.world)
        shutil.copyfile(self.store, copies.store)
        copies.store.chmod(0o600)
        return copies


Copied = Callable[[Prepared], Cli]
"""The type of the fixture ``copied``."""


def prepare(folder: Path, commands: Iterable[Sequence[str]]) -> Prepared:
    """Carry ``commands`` out, on the usual frozen instant, in a new world and an empty store."""
    made = Prepared(folder / "emulated.json", folder / "kwartier.duckdb")
    emulator = EmulatorThread(clock=FROZEN_AT, state=made.world)
    try:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in emulator.env.items():
                patched.setenv(name, value)
            for command in commands:
                assert run([*command, "--store", str(made.store)]) == 0, command
    finally:
        emulator.stop()
    return made
