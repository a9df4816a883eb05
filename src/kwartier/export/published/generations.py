"""The folder of a published dataset: generations side by side, and a link to the current one.

A generation is made as a draft, renamed once it is whole and on the disk, and then the link is
replaced: three moves, each of which happens or does not. What a killed process leaves behind is
a draft, or a generation that the link never led to; the next one clears both away.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import portalocker

from kwartier.errors import InputError
from kwartier.export.parquet import ExportError
from kwartier.export.published.manifest import read_manifest

CURRENT: Final = "current"
_LOCK: Final = ".publishing"
_GENERATIONS: Final = "generations"
_DRAFT: Final = ".draft"
_TRASH: Final = ".trash"
_WAIT_SECONDS: Final = 300.0
_MODE: Final = 0o750


@dataclass(frozen=True, slots=True)
class Generations:
    """The generations in ``folder``; only ever used by one process at a time (see opened)."""

    folder: Path

    @property
    def current(self) -> Path | None:
        """The folder of the current generation; None before the first."""
        link = self.folder / CURRENT
        return link.resolve() if link.is_dir() else None

    @property
    def draft(self) -> Path:
        return self._home / _DRAFT

    @property
    def _home(self) -> Path:
        return self.folder / _GENERATIONS

    def begin(self) -> Path:
        """An empty draft of the next generation, after clearing away what a killed one left."""
        self._home.mkdir(exist_ok=True)
        current = self.current
        for leftover in self._home.iterdir():
            is_whole = leftover.name.isdigit()
            if not is_whole or current is None or leftover.name > current.name:
                shutil.rmtree(leftover)
        self.draft.mkdir()
        return self.draft

    def finish(self, number: int) -> Path:
        """Make the draft the current generation, in one move."""
        place = place_of(number)
        generation = self.folder / place
        for folder in (*(path for path in self.draft.rglob("*") if path.is_dir()), self.draft):
            sync_folder(folder)
        self.draft.rename(generation)
        sync_folder(self._home)
        link = self.folder / f".{CURRENT}"
        link.unlink(missing_ok=True)
        link.symlink_to(place, target_is_directory=True)
        link.replace(self.folder / CURRENT)
        sync_folder(self.folder)
        return generation

    def retire(self, *, wall: datetime, grace: timedelta) -> None:
        """Take away the generations that were replaced at least ``grace`` ago."""
        current = self.current
        whole = sorted(path for path in self._home.iterdir() if path.name.isdigit())
        for generation, following in pairwise(whole):
            manifest = read_manifest(following)
            is_over = manifest is None or manifest.published_at + grace <= wall
            if generation != current and is_over:
                self._take_away(generation)

    def _take_away(self, generation: Path) -> None:
        """Remove it, out of sight first: whoever still reads it fails, rather than see half."""
        trash = generation.with_name(f"{_TRASH}-{generation.name}")
        generation.rename(trash)
        shutil.rmtree(trash)
        sync_folder(self._home)

    def clear(self) -> None:
        """Take the whole dataset away."""
        (self.folder / CURRENT).unlink(missing_ok=True)
        shutil.rmtree(self._home)
        (self.folder / _LOCK).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()


def place_of(number: int) -> Path:
    """Where a generation lies in the dataset's folder; names sort as numbers do."""
    return Path(_GENERATIONS, f"{number:08d}")


def check_folder(folder: Path, field: str = "folder") -> Path:
    """Return ``folder`` made absolute, unless something else than a published dataset is there.

    Raises :class:`~kwartier.export.parquet.ExportError` if one may not even look.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(field, "must be a folder", f"{folder} is a file")
        if folder.is_dir() and any(folder.iterdir()) and not is_dataset(folder):
            raise InputError(
                field,
                "must be empty, new, or a dataset published before",
                f"{folder} holds other things; name another folder, such as {folder}/published",
            )
        return folder.resolve()
    except OSError as error:
        raise _out_of_reach(folder, error) from error


def is_dataset(folder: Path) -> bool:
    """Whether datasets are published in ``folder``."""
    return (folder / _LOCK).exists()


@contextmanager
def opened(folder: Path) -> Iterator[Generations]:
    """The generations in ``folder``, made if need be, kept from other processes until the block
    ends. Raises :class:`~kwartier.export.parquet.ExportError` if the disk refuses.
    """
    try:
        folder.mkdir(mode=_MODE, parents=True, exist_ok=True)
        with portalocker.Lock(folder / _LOCK, mode="a", timeout=_WAIT_SECONDS):
            yield Generations(folder)
    except portalocker.LockException as error:
        raise ExportError(
            f"another process is publishing into {folder}: wait for it to finish, then try again"
        ) from error
    except OSError as error:
        raise _out_of_reach(folder, error) from error


def _out_of_reach(folder: Path, error: OSError) -> ExportError:
    return ExportError(
        f"cannot publish into {folder} ({error.strerror or error}): check that you may write in it "
        "and that the disk has room; what was published before still stands"
    )


def link_file(source: Path, target: Path) -> None:
    """The same file in another folder: a hard link, or a copy where there are none."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def sync_folder(folder: Path) -> None:
    """See to it that the folder's entries are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
