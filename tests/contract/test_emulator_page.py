"""docs/emulator.md: its commands work as they stand, its credentials are the real ones."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kwartier.emulator.server import EmulatorThread

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="needs curl, bash")
def test_a_shell_gets_a_token_a_mandate_and_a_day(emulator: EmulatorThread, tmp_path: Path) -> None:
    lines = [f"{name}={value}\n" for name, value in emulator.env.items()]
    (tmp_path / "emulator.env").write_text("".join(lines))
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    made, end = json.JSONDecoder().raw_decode(ended.stdout)
    assert made["data"] == {"status": "success"}
    (meter,) = json.loads(ended.stdout[end:])["data"]["headpoint"]["physicalMeters"]
    assert len(meter["quarterHourlyEnergy"]) == 96


def test_the_credentials_are_those_of_the_file(emulator: EmulatorThread) -> None:
    told = dict(re.findall(r"^\| `(FLUVIUS_\w+)` \| `(.+?)` \|$", PAGE, re.MULTILINE))
    addresses = {name for name in emulator.env if name.endswith("_URL")}
    rest = {name: emulator.env[name] for name in emulator.env.keys() - addresses}
    assert told == {name: rest[name] for name in rest if name.startswith("FLUVIUS_")}
    assert addresses <= set(re.findall(r"`(\w+)`", PAGE))
    assert f"`KWARTIER_SANDBOX={rest['KWARTIER_SANDBOX']}`" in PAGE
