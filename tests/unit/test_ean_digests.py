"""The key of the digests: one for a user, kept from others, and never a reason to fail."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kwartier.ean_digests import digest_for_logs, digest_key
from kwartier.vocabulary.ean import ean_digest

EAN = "541440110000000209"
TOLD = f"from kwartier.ean_digests import digest_for_logs; print(digest_for_logs('{EAN}'))"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def in_another_run() -> str:
    done = subprocess.run([sys.executable, "-c", TOLD], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_every_run_of_a_user_has_the_same_digest_by_a_key_that_only_the_user_reads(
    home: Path,
) -> None:
    with ThreadPoolExecutor(3) as pool:
        others = [pool.submit(in_another_run) for _ in range(3)]
    assert {other.result() for other in others} == {digest_for_logs(EAN)}
    (file,) = (home / "kwartier").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert digest_for_logs(EAN) == ean_digest(EAN, file.read_bytes())
    assert digest_key().is_lasting


def test_another_user_has_other_digests(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = digest_for_logs(EAN)
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "another"))
    assert digest_for_logs(EAN) != mine


def test_a_stated_key_gives_several_machines_the_same_digests_and_is_never_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWARTIER_DIGEST_KEY", "a secret of several machines " * 5)
    mine = digest_for_logs(EAN)
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "another"))
    assert digest_for_logs(EAN) == mine
    assert repr(digest_key().secret) not in repr(digest_key())
    assert not list(home.iterdir())


@pytest.mark.parametrize("spoilt", [b"", b"cut short"])
def test_where_no_key_can_be_kept_a_run_has_one_of_its_own(home: Path, spoilt: bytes) -> None:
    """A file stands where the folder should be, or the key in it was cut short."""
    if spoilt:
        (home / "kwartier").mkdir()
        (home / "kwartier" / "digest.key").write_bytes(spoilt)
    else:
        (home / "kwartier").write_bytes(b"")
    assert digest_for_logs(EAN) == digest_for_logs(EAN)
    assert not digest_key().is_lasting
    assert digest_for_logs(EAN) not in {ean_digest(EAN, b""), ean_digest(EAN, spoilt)}


def test_a_user_without_a_home_has_a_key_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    monkeypatch.setattr(Path, "home", homeless)
    assert not digest_key().is_lasting
    assert not Path("not").exists()
