"""A sync into a file system that is really full: it says so, and goes on once there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwartier.store import open_store
from support.cli import Cli
from support.damaged_sync import SAME, Home

SIZE = 16_000_000
LEFT = 60_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, *, but: int) -> Path:
    """A file that takes all room of ``disk`` but for some bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            file.truncate(file.tell() - but)
    return filler


def test_a_sync_into_a_full_disk_says_so_and_completes_once_there_is_room(
    home: Home, disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in home.emulator.env.items():
        monkeypatch.setenv(name, value)
    cli = Cli(disk, {}, capsys)
    cli("customers", "add", "c-1")
    filler = fill(disk, but=LEFT)
    said = " ".join(cli("sync", "--sandbox", code=1).split())
    assert "No space left on device" in said
    assert "nothing was half-written" in said
    assert "Traceback" not in said
    filler.unlink()
    home.store = open_store(cli.store)
    cli("sync", "--sandbox")
    assert home.difference() == SAME
    assert not list(disk.glob("*.wal"))
    assert not list(disk.glob("*.new"))
