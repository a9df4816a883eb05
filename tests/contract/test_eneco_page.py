"""docs/eneco.md: its code runs as it stands, and what it tells of the emulator is so."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.emulator.thread import EmulatorThread
from support.cli import Cli
from support.emulators import FROZEN_AT
from support.esco import send

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "eneco.md").read_text("utf-8")


@pytest.fixture(scope="module")
def running(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    made = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(made)
    return made


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_its_python_grants_reads_and_revokes(
    running: EmulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(block("python"), "docs/eneco.md", "exec"), {})  # noqa: S102 - our own page
    lines = said.getvalue().splitlines()
    owner = data_owners(Environment.ACCEPTANCE)[0]
    assert lines[0] == f"['{owner.id}']"
    assert lines[1:-2] == ["Warmth Centigrade 24", "Tapwater CubicMeter 24"]
    assert lines[-2:] == ["True", "no longer"]


@pytest.fixture
def cli(
    running: EmulatorThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    env = {**running.env, "KWARTIER_SANDBOX": "1", "COLUMNS": "120"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return Cli(tmp_path, env, capsys)


@pytest.mark.skipif(
    not all(map(shutil.which, ("curl", "bash", "openssl", "awk"))),
    reason="needs curl, bash, openssl, awk",
)
def test_a_shell_signs_in_and_finds_who_consented(running: EmulatorThread, tmp_path: Path) -> None:
    lines = [f"{name}={value}\n" for name, value in running.env.items()]
    (tmp_path / "emulator.env").write_text("".join(lines))
    owner = data_owners(Environment.PRODUCTION)[0]

    def contracts() -> list[str]:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block("bash")],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        return [each["data_owner"] for each in json.loads(ended.stdout)["records"]]

    assert contracts() == []
    running.world.contracts(Environment.PRODUCTION).grant(owner.id, OURSELVES.id, FROZEN_AT)
    assert contracts() == [owner.id]


@pytest.mark.skipif(not all(map(shutil.which, ("curl", "sh"))), reason="needs curl and sh")
def test_its_commands_lead_from_a_consent_to_totals(
    running: EmulatorThread, tmp_path: Path, cli: Cli
) -> None:
    lines = [f"{name}={value}\n" for name, value in running.env.items()]
    (tmp_path / "emulator.env").write_text("".join(lines))
    shell, commands = block("sh").split("\n\n", 1)
    found = subprocess.run(
        ["sh", "-euc", f'{shell}\necho "$owner"'], cwd=tmp_path, capture_output=True, text=True
    )
    owner = data_owners(Environment.ACCEPTANCE)[0].id
    assert (found.stdout, found.stderr) == (f"{owner}\n", "")
    said = [cli(*shlex.split(line.replace("$owner", owner))[1:]) for line in commands.splitlines()]
    assert f"Approved: {OURSELVES.id} and the data of {owner}" in said[1]
    assert "new values" in said[2]
    assert all("hot water" in each for each in said[3:])


def test_its_addresses_are_there_and_its_picture_too(running: EmulatorThread) -> None:
    assert f"/fiam/consent?consumer={OURSELVES.id}`" in PAGE
    for address in (f"/fiam/consent?consumer={OURSELVES.id}", "/fiam/consent/mijn"):
        assert send(running.url + address).status == 200
    for address in set(re.findall(r"`(/[\w/-]+/swagger/index\.html)`", PAGE)):
        assert send(running.url + address).status == 200
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", PAGE):
        assert (DOCS / picture).is_file()
