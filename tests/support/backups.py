"""What tests of backups and of restoring them share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kwartier.store import open_store

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def rows(path: Path) -> int:
    return sum(batch.num_rows for batch in open_store(path).scan())


def visible(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if one.name != ".kwartier-backup.lock"}
