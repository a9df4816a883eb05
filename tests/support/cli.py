"""The command line as a program would drive it, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kwartier.cli.app import run


class Cli:
    """Runs commands against one store with one environment."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.store = folder / "kwartier.duckdb"
        self.folder = folder
        self.env = dict(env)
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command, expect its exit code, return what it printed."""
        self._capsys.readouterr()
        ended = run([*arguments, "--store", str(self.store)])
        said = self._capsys.readouterr()
        assert ended == code, said.err + said.out
        return said.out + said.err

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with --json and return the document."""
        self._capsys.readouterr()
        ended = run([*arguments, "--store", str(self.store), "--json"])
        said = self._capsys.readouterr()
        assert ended == code, said.err + said.out
        return json.loads(said.out)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "kwartier", *arguments, "--store", str(self.store)],
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
