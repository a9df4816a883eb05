"""Where commands write: the same rule for every one of them."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kwartier.cli.app import run
from kwartier.store import open_store

RECORDED = Path(__file__).parents[2] / "recorded" / "store-version-3.duckdb.xz"
POINT = "541440010000000001"

FILES = {
    "export": "export {}.parquet",
    "backup": "backup {}.duckdb",
    "totals --csv": "totals --csv {}.csv",
    "totals --xlsx": "totals --xlsx {}.xlsx",
    "peaks --csv": "peaks --csv {}.csv",
    "plot --png": f"plot --point {POINT} --png {{}}.png",
    "plot --html": f"plot --point {POINT} --html {{}}.html",
    "config init": "config init {}.toml",
    "emulator --env-file": "emulator --port 0 --env-file {}.env",
    "emulator --state": "emulator --port 0 --state {}.json",
    "verify --report": "verify --base-url http://127.0.0.1:9 --report {}.md",
    "mandates --events": "mandates --known --events {}.jsonl",
}
FOLDERS = {
    "backup": "backup {}",
    "publish": "publish --to {}",
    "disclose": "disclose --customer c-1 --out {}",
    "postman": "postman --folder {}",
    "invite --qr": "invite c-1 --qr {}",
}
WITHOUT_STORE = ("config", "emulator", "verify", "postman")
UNWRITABLE = Path("/proc/self")
"""Nobody can make anything there, not even the superuser."""

Try = Callable[[str, object], tuple[int, str]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with some values, up to date."""
    path = tmp_path_factory.mktemp("recorded") / "kwartier.duckdb"
    path.write_bytes(lzma.decompress(RECORDED.read_bytes()))
    assert run(["migrate", "--store", str(path)]) == 0
    return path


@pytest.fixture
def attempt(recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Try:
    """Runs a command on a copy of that store; its exit code, and what it said."""
    store = tmp_path / "kwartier.duckdb"
    shutil.copyfile(recorded, store)

    def attempt(command: str, target: object) -> tuple[int, str]:
        arguments = [part.format(target) for part in command.split(" ")]
        kept = [] if arguments[0] in WITHOUT_STORE else ["--store", str(store)]
        capsys.readouterr()
        code = run([*arguments, *kept])
        said = capsys.readouterr()
        return code, said.out + said.err

    return attempt


@pytest.mark.parametrize("command", FILES.values(), ids=FILES)
def test_a_file_whose_folder_is_missing_is_refused_and_nothing_is_made(
    command: str, attempt: Try, tmp_path: Path
) -> None:
    code, said = attempt(command, tmp_path / "no" / "such" / "it")
    assert code == 1, said
    assert f"there is no folder {tmp_path / 'no' / 'such'}: make it first" in said
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("command", FILES.values(), ids=FILES)
def test_a_folder_where_a_file_is_to_be_is_wrong_usage(
    command: str, attempt: Try, tmp_path: Path
) -> None:
    suffix = command[command.index("{}") + 2 :]
    (tmp_path / f"it{suffix}").mkdir()
    code, said = attempt(command, tmp_path / "it")
    if command.startswith("backup"):
        assert code == 0, "a folder for backups may have any name"
        return
    assert code == 2, said
    assert "is a folder: name a file in it" in said


@pytest.mark.parametrize("command", FOLDERS.values(), ids=FOLDERS)
def test_a_file_where_a_folder_is_to_be_is_wrong_usage(
    command: str, attempt: Try, tmp_path: Path
) -> None:
    (tmp_path / "it").write_text("mine")
    code, said = attempt(command, tmp_path / "it")
    assert code == 2, said
    assert (tmp_path / "it").read_text() == "mine"


@pytest.mark.skipif(not UNWRITABLE.is_dir(), reason="no folder in which nobody may write")
@pytest.mark.parametrize(
    "command",
    [
        command
        for command in [*FILES.values(), *FOLDERS.values()]
        if not command.startswith(("emulator", "verify", "mandates", "postman", "invite"))
    ],
)
def test_what_the_disk_refuses_is_a_failure_that_says_so(command: str, attempt: Try) -> None:
    code, said = attempt(command, UNWRITABLE / "it")
    assert code == 1, said
    assert "cannot" in said
    assert "/it" in said


@pytest.mark.parametrize("name", ["backup", "publish", "disclose"])
def test_a_missing_folder_is_made_with_those_around_it(
    name: str, attempt: Try, tmp_path: Path
) -> None:
    code, said = attempt(FOLDERS[name], tmp_path / "no" / "such" / "it")
    assert code == 0, said
    assert any((tmp_path / "no" / "such" / "it").iterdir())


def test_a_backup_of_no_store_makes_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.duckdb"
    assert run(["backup", str(tmp_path / "backups"), "--store", str(missing)]) == 1
    assert "there is no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_where_that_loses_nothing_else(
    attempt: Try, tmp_path: Path
) -> None:
    for command, code in ((FILES["export"], 0), (FILES["backup"], 1), (FILES["config init"], 1)):
        target = tmp_path / f"it{command[command.index('{}') + 2 :]}"
        target.write_text("before")
        assert attempt(command, tmp_path / "it")[0] == code
        assert (target.read_bytes() != b"before") is (code == 0)
    assert open_store(tmp_path / "kwartier.duckdb").customers()
