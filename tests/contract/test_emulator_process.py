"""``kwartier emulator`` as a process: what it says, what it writes, and a clock to follow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.cli.app import run
from kwartier.errors import ConfigurationError
from kwartier.settings import configured_clock, load_env_file
from support.cli import Cli
from support.esco import Esco, send

CLOCK = "2026-11-20T12:00:00Z"
EAN = "541440110000000001"

Start = Callable[..., "Running"]


class Running:
    """An emulator's process and the lines that it has said up to the last of its greeting."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], lines: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kwartier", "emulator", "--port", "0", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = [self.process.stdout.readline().rstrip("\n") for _ in range(lines)]
        self.url = self.said[0].rpartition(" at ")[2]

    def stop(self) -> tuple[str, str]:
        """End it; what else it said, on standard output and error."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=20)


def env_lines(folder: Path) -> list[str]:
    return (folder / "emulator.env").read_text().splitlines()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def begin(*arguments: str, lines: int) -> Running:
        started.append(Running(tmp_path, arguments, lines))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.stop()


def test_it_greets_in_a_few_short_lines(start: Start) -> None:
    running = start("--clock", CLOCK, "--speed", "0", lines=7)
    assert running.said == [
        f"EMULATOR of Fluvius, Eneco and their token services, at {running.url}",
        f"Its customers' pages, Mijn Fluvius emulated: {running.url}/verbruik",
        "Eneco at /eneco-prd and /eneco-acc, KPN FIAM at /fiam and /fiam-acc",
        f"Eneco's consent pages: {running.url}/fiam-acc/consent, /fiam/consent",
        f"Clock: frozen at {CLOCK}. Ctrl-C stops the emulator.",
        "Its mandates are forgotten then; --state FILE keeps them.",
        "--env-file FILE writes what a client needs: addresses and credentials.",
    ]
    assert all(len(line) <= 80 for line in running.said)
    assert running.url.startswith("http://127.0.0.1:")
    assert running.stop() == ("", "")
    assert running.process.returncode == 0


def test_with_its_files_it_says_where_they_are(start: Start, tmp_path: Path) -> None:
    running = start("--state", "state.json", "--env-file", "[a].env", lines=6)
    assert "running at speed 1. Ctrl-C" in running.said[4]
    assert running.said[5] == "What a client needs is in [a].env"
    written = (tmp_path / "[a].env").read_text()
    assert "KWARTIER_SANDBOX=1\n" in written
    assert "KWARTIER_CLOCK" not in written, "its time is the real one"
    assert running.stop() == ("", "")


@pytest.mark.parametrize("option", ["--env-file", "--state"])
def test_a_file_that_cannot_be_written_is_named_as_it_was_given(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["emulator", "--port", "0", option, "nodir/x"]) == 1
    assert capsys.readouterr().err == (
        f"kwartier: {option}: cannot write nodir/x, for there is no folder nodir: make it first, "
        "or name another\n"
    )


def test_a_state_that_cannot_be_kept_any_more_is_one_line_on_standard_error(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    running = start("--state", "folder/state.json", "--env-file", "emulator.env", lines=6)
    esco = Esco(dict(line.split("=", 1) for line in env_lines(tmp_path)))
    folder.rename(tmp_path / "gone")
    assert esco.mock("LOST", EAN).status == 500
    out, err = running.stop()
    assert out == ""
    assert "the emulator failed at mock_mandate: folder/state.json cannot be written" in err
    assert err.count("\n") == 1


def test_a_clock_that_is_moved_writes_the_file_anew(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "emulator.env"
    running = start("--env-file", "emulator.env", "--clock", CLOCK, "--speed", "0", lines=7)
    before = env_lines(tmp_path)
    assert before[-1] == f"KWARTIER_CLOCK={CLOCK}"
    moved = send(f"{running.url}/_emulator/clock", "PUT", content=b'{"now": "2026-12-01"}')
    assert moved.status == 200
    assert env_lines(tmp_path) == [*before[:-1], "KWARTIER_CLOCK=2026-11-30T23:00:00Z"]
    load_env_file(path)
    assert configured_clock() == datetime(2026, 11, 30, 23, tzinfo=UTC)
    send(f"{running.url}/_emulator/clock", "PUT", content=b'{"now": "2026-12-01", "speed": 0.5}')
    load_env_file(path)
    assert "@" in os.environ["KWARTIER_CLOCK"]
    assert os.environ["KWARTIER_CLOCK"].endswith("x0.5")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["emulator-keys", "emulator.env"]


def test_a_clock_that_is_moved_where_the_file_cannot_be_says_so(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    running = start("--env-file", "folder/emulator.env", "--speed", "0", lines=7)
    folder.rename(tmp_path / "gone")
    moved = send(f"{running.url}/_emulator/clock", "PUT", content=b'{"now": "2026-12-01"}')
    assert moved.status == 500
    assert "folder/emulator.env cannot be written" in moved.json["error"]
    assert send(f"{running.url}/_emulator/clock").json["now"] == "2026-11-30T23:00:00Z"
    assert "the clock was moved, but folder/emulator.env cannot" in running.stop()[1]


def test_a_running_clock_is_followed_by_who_reads_the_file(start: Start, tmp_path: Path) -> None:
    options = ("--env-file", "emulator.env", "--clock", CLOCK, "--speed", "1000")
    running = start(*options, lines=7)
    load_env_file(tmp_path / "emulator.env")
    for _ in range(2):
        before = configured_clock()
        told = datetime.fromisoformat(send(f"{running.url}/_emulator/clock").json["now"])
        assert before.replace(microsecond=0) <= told <= configured_clock()
    assert configured_clock() > datetime.fromisoformat(CLOCK) + timedelta(seconds=1)


@pytest.mark.parametrize("text", ["later", f"{CLOCK}@x1", f"{CLOCK}@2026-01-02T09:00:00Zx-1"])
def test_a_clock_that_is_none_is_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWARTIER_CLOCK", text)
    with pytest.raises(ConfigurationError) as caught:
        configured_clock()
    assert f"KWARTIER_CLOCK is {text!r}, but its " in str(caught.value)
    assert "unset it" in str(caught.value)


def test_every_command_that_goes_by_it_refuses_such_a_clock(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = ["mock-mandate", "c-1", EAN, "--from", "2026-01-01"]
    cli("customers", "add", "c-1")
    cli(*mock)
    cli("mandates")
    monkeypatch.setenv("KWARTIER_CLOCK", "later")
    for command in (mock, ["link", "c-1"], ["mandates"], ["mandates", "--known"], ["sync"]):
        assert "KWARTIER_CLOCK is 'later'" in cli(*command, code=1)
