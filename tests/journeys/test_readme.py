"""The README does what it says: its commands and its Python, in order, in an empty folder."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kwartier.cli.app import app, run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLOCK = "2026-11-20T12:00:00Z"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """The README's ``kwartier`` lines, in order, without the one that starts the emulator."""
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.startswith("kwartier ") and " emulator " not in line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in which the emulator has written its environment file."""
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "kwartier", "emulator", "--env-file", "emulator.env"]
    emulator = subprocess.Popen([*command, "--port", "0", "--clock", CLOCK, "--speed", "0"])
    while not (tmp_path / "emulator.env").exists():
        assert emulator.poll() is None
        time.sleep(0.02)
    yield tmp_path
    emulator.terminate()
    emulator.wait()


def test_its_commands_and_its_python_work_in_the_order_in_which_they_stand(folder: Path) -> None:
    said = ""
    for command in commands():
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert run(shlex.split(command)[1:]) == 0, command
        said += out.getvalue()
    assert "Bakkerij" in said
    for block in blocks("python"):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block, "README.md", "exec"), {})  # noqa: S102
        said += out.getvalue()
    assert re.search(r"541440110000000001 +injection +\d+\.\d+\n +offtake +\d+\.\d+", said)
    assert "541440110000000001 Approved" in said


def test_every_command_is_named_in_it() -> None:
    for name in app:
        if not name.startswith("-"):
            assert f"kwartier {name}" in README or f"`{name}`" in README or f"make {name}" in README


@pytest.mark.parametrize("name", [name for name in app if not name.startswith("-")])
def test_every_command_explains_itself_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subcommands = [sub for sub in app[name] if not sub.startswith("-")]
    for words in [[name, sub] for sub in subcommands] or [[name]]:
        assert run([*words, "--help"]) == 0
        example = re.search(
            r"Example: (kwartier .*?)(\n\s*\n|\n╭)", capsys.readouterr().out, re.DOTALL
        )
        assert example, f"{' '.join(words)} has no example"
        app.parse_args(shlex.split(example[1])[1:], print_error=False, exit_on_error=False)


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
