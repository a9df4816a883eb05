"""Former stores: what a restore replaced, and left beside the store under a name with the time."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from kwartier.store.duckdb.opening import wal_of
from kwartier.store.errors import StoreError

_NAMED: Final = "{stem}-before-restore-{time}{suffix}"


def former_name(path: Path, now: datetime) -> Path:
    """Where the store at ``path`` is kept when it is replaced at ``now``."""
    name = _NAMED.format(stem=path.stem, time=f"{now:%Y%m%dT%H%M%SZ}", suffix=path.suffix)
    return path.with_name(name)


def former_stores(path: Path) -> list[Path]:
    """The former stores beside the one at ``path``, the oldest first."""
    stem, suffix = re.escape(path.stem), re.escape(path.suffix)
    named = re.compile(_NAMED.format(stem=stem, time=r"\d{8}T\d{6}Z", suffix=suffix))
    if not path.parent.is_dir():
        return []
    return sorted(one for one in path.parent.iterdir() if named.fullmatch(one.name))


def delete_former_stores(path: Path, *, but: Path | None = None) -> None:
    """Delete the former stores beside the one at ``path``, with their logs, but for one: they hold
    what was erased since. Raises StoreError.
    """
    for former in former_stores(path):
        if former == but:
            continue
        try:
            wal_of(former).unlink(missing_ok=True)
            former.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{former} holds what is to be erased and cannot be deleted ({error.strerror}): "
                "delete it, and run the command again"
            ) from error
