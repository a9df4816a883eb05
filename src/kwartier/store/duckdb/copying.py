"""Copying a store while others read it: into a new file that holds what is live, and no more.

The copy is made by a process of its own: DuckDB opens a file once in a process, and whoever asks
the store in this one should not have to wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from kwartier.store.duckdb.files import discard
from kwartier.store.duckdb.instance import STORAGE_VERSION
from kwartier.store.errors import StoreError

_COPIER: Final = Path(__file__).with_name("copier.py")


def copy_store(path: Path, target: Path) -> None:
    """Copy what is live in the store at ``path`` into a new file, whole and without a log.

    Whoever calls has taken ``writer_lock`` and nothing else: readers go on meanwhile. No byte of
    what was deleted comes along. Raises StoreError; then there is no ``target``.
    """
    try:
        said = _run(path, target)
    except BaseException:
        discard(target)
        raise
    if said is not None:
        discard(target)
        raise StoreError(f"{path} could not be copied: {said}; it is as it was")


def _run(path: Path, target: Path) -> str | None:
    """Run the copier to its end; what went wrong, None if nothing did."""
    # Nobody writes to its standard input: that it ends tells the copier that this process did.
    told, tells = os.pipe()
    with os.fdopen(tells, "wb"), os.fdopen(told, "rb") as life_line:
        done = subprocess.run(  # noqa: S603 - our own program, and paths
            [sys.executable, "-P", str(_COPIER), str(path), str(target), STORAGE_VERSION],
            stdin=life_line,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode == 0:
        return None
    return done.stderr.strip().rpartition("\n")[2] or "the process that copies was stopped"
