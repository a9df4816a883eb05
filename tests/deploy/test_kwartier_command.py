"""deploy/kwartier-command: runs a command as the unit runs the service."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
COMMAND = DEPLOY / "kwartier-command"
UNIT = (DEPLOY / "kwartier.service").read_text("utf-8").replace("%S", "/var/lib")
STUBS = {
    "systemctl": 'echo "$2" | sed s/--property=/the-/',
    "systemd-run": 'for word; do echo "$word"; done; exit 3',
}


def given(folder: Path, *words: str) -> list[str]:
    """What systemd-run is given; one that fails as a command would stands in for it."""
    for name, script in STUBS.items():
        stub = folder / name
        stub.write_text(f"#!/bin/sh\n{script}\n")
        stub.chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}"}
    ran = subprocess.run([COMMAND, *words], env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (3, "")
    return ran.stdout.splitlines()


def test_a_command_goes_through_word_by_word_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    words = ["customers", "add", "c 1", "--label", "Bakkerij 'Els' $HOME"]
    asked = given(tmp_path, *words)
    assert asked[asked.index("/opt/kwartier/bin/kwartier") + 1 :] == words


def test_it_has_the_users_rights_and_places_of_the_unit(tmp_path: Path) -> None:
    asked = given(tmp_path, "coverage")
    properties = dict(re.findall(r"^--property=(\w+)=(.*)$", "\n".join(asked), re.MULTILINE))
    for name in ("DynamicUser", "StateDirectory", "StateDirectoryMode", "WorkingDirectory"):
        assert f"\n{name}={properties[name]}\n" in UNIT, name
    for name in ("UMask", "SupplementaryGroups", "ReadWritePaths"):
        assert properties[name] == f"the-{name}", "as systemctl says of the unit"
    variables = set(re.findall(r"^--setenv=(\w+=.*)$", "\n".join(asked), re.MULTILINE))
    set_there = set(re.findall(r"^Environment=(\w+=.*)$", UNIT, re.MULTILINE))
    assert {one for one in variables if not one.startswith("KWARTIER_CONFIG")} <= set_there
    [config] = re.findall(r"--config (\S+)", UNIT)
    assert f"KWARTIER_CONFIG={config}" in variables
    assert "\nExecStart=/opt/kwartier/bin/kwartier serve" in UNIT
