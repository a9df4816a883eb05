"""docs/emulator.md: its commands work as they stand, its credentials are the real ones."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.certificates import Request, authority
from support.emulators import FreshEmulator

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
MADE_ANEW = ("FLUVIUS_CERTIFICATE_", "FLUVIUS_PRIVATE_KEY_")


needs_shell = pytest.mark.skipif(
    not shutil.which("curl") or not shutil.which("bash"), reason="needs curl, bash"
)


def shell(block: str, folder: Path) -> str:
    """What ``block`` prints, run in ``folder``; it must succeed silently otherwise."""
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=folder, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@needs_shell
def test_a_shell_gets_a_token_a_mandate_and_a_day(emulator: EmulatorThread, tmp_path: Path) -> None:
    lines = [f"{name}={value}\n" for name, value in emulator.env.items()]
    (tmp_path / "emulator.env").write_text("".join(lines))
    said = shell(BLOCKS[0], tmp_path)
    made, end = json.JSONDecoder().raw_decode(said)
    assert made["data"] == {"status": "success"}
    (meter,) = json.loads(said[end:])["data"]["headpoint"]["physicalMeters"]
    assert len(meter["quarterHourlyEnergy"]) == 96


@needs_shell
def test_a_shell_replaces_the_certificate(fresh_emulator: FreshEmulator, tmp_path: Path) -> None:
    emulator = fresh_emulator()
    new = Request().issue(authority())
    (tmp_path / "new.pem").write_bytes(new.pem)
    begin = f"export FLUVIUS_CERTIFICATE_THUMBPRINT={emulator.world.certificates.all()[0].sha1}\n"
    block = BLOCKS[1].replace("http://127.0.0.1:8600", emulator.url)
    assert json.loads(shell(begin + block, tmp_path))["thumbprint"] == new.sha1
    assert [each.sha1 for each in emulator.world.certificates.all()] == [new.sha1]


def test_the_credentials_are_those_of_the_file(emulator: EmulatorThread) -> None:
    told = dict(re.findall(r"^\| `(FLUVIUS_\w+)` \| `(.+?)` \|$", PAGE, re.MULTILINE))
    addresses = {name for name in emulator.env if name.endswith("_URL")}
    rest = {name: emulator.env[name] for name in emulator.env.keys() - addresses}
    anew = {name for name in rest if name.startswith(MADE_ANEW)}
    fixed = {name for name in rest if name.startswith("FLUVIUS_")} - anew
    assert told == {name: rest[name] for name in fixed}
    assert addresses | anew <= set(re.findall(r"`(\w+)`", PAGE))
    assert f"`KWARTIER_SANDBOX={rest['KWARTIER_SANDBOX']}`" in PAGE
