"""Copying a store while others read it: into a new file that holds what is live, and no more.

The copy is made by a process of its own: DuckDB opens a file once in a process, and whoever asks
the store in this one should not have to wait.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from kwartier.store.duckdb.files import discard
from kwartier.store.duckdb.opening import STORAGE_VERSION
from kwartier.store.errors import StoreError

_COPIER: Final = Path(__file__).with_name("copier.py")


def copy_store(path: Path, target: Path) -> None:
    """Copy what is live in the store at ``path`` into a new file, whole and without a log.

    Whoever calls has taken ``writer_lock`` and nothing else: readers go on meanwhile. No byte of
    what was deleted comes along. Raises StoreError; then there is no ``target``.
    """
    command = [sys.executable, "-P", _COPIER, path, target, STORAGE_VERSION]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as copier:
        try:
            assert copier.stderr is not None
            said = copier.stderr.read().strip()
            if copier.wait() != 0:
                why = said.rpartition("\n")[2] or "the process that copies was stopped"
                raise StoreError(f"{path} could not be copied: {why}; it is as it was")
        except BaseException:
            copier.kill()
            copier.wait()
            discard(target)
            raise
