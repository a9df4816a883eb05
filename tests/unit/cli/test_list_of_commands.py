"""`kwartier --help`: the list of the commands, without loading any of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kwartier.cli.app import COMMANDS, app

LISTED = """
import sys
from kwartier.cli.app import run

code = run(["--help"])
print(sorted({"duckdb", "pyarrow", "starlette"} & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_list_says_of_a_command_what_its_own_help_begins_with(command: str) -> None:
    said = app.resolved_commands()[command.replace("_", "-")].help
    assert " ".join(said.split("\n\n")[0].split()) == COMMANDS[command]


def test_the_list_names_every_command_and_loads_none() -> None:
    listing = subprocess.run(
        [sys.executable, "-c", LISTED], capture_output=True, text=True, check=True
    )
    assert listing.stderr == "[]\n", "loaded"
    for command, line in COMMANDS.items():
        assert command.replace("_", "-") in listing.stdout
        assert line.split()[0] in listing.stdout
