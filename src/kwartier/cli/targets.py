"""Where commands write: one rule for all of them, held to before anything is asked or changed.

A folder that a command writes into is made, those around it too. The folder of a file has to be
there: a typo would else scatter personal data. What cannot be (a folder where a file is to be, or
the other way round) is wrong usage; what the disk refuses is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kwartier.errors import InputError, KwartierError


def check_file_target(path: Path | None, flag: str) -> None:
    """Refuse a file that cannot be written: InputError where it is a folder,
    :class:`KwartierError` where the folder that it is to lie in is not there.
    """
    if path is None:
        return
    if path.is_dir():
        raise InputError(flag, "must be a file", f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise KwartierError(
            f"{flag}: cannot write {path}, for there is no folder {path.parent}: make it first, or "
            "name another"
        )


@contextmanager
def writing_into(path: Path, flag: str) -> Iterator[None]:
    """Say what to do where the disk refuses a file."""
    try:
        yield
    except OSError as error:
        raise KwartierError(
            f"{flag}: cannot write {path} ({error.strerror or error}): check that you may write "
            "there and that the disk has room, or name another"
        ) from error


def check_folder_target(folder: Path | None, flag: str) -> None:
    """InputError where ``folder`` is a file."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise InputError(flag, "must be a folder", f"{folder} is a file")


def make_folder(folder: Path, flag: str) -> None:
    """Make ``folder``, and those around it, for this user alone; :class:`KwartierError` where the
    disk refuses.
    """
    check_folder_target(folder, flag)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KwartierError(
            f"{flag}: cannot make the folder {folder} ({error.strerror}): check that you may write "
            "around it, or name another"
        ) from error
