"""newman, which runs Postman's collections on the command line."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

_MODULES = Path(__file__).parents[1] / "newman" / "node_modules"


@dataclass(frozen=True)
class Sent:
    """One request of the collection that was sent: its name, the reply, what was asserted."""

    name: str
    status: int
    reply: Any
    passed: list[str]
    failed: list[str]


@dataclass(frozen=True)
class Run:
    """How a run ended: newman's exit code, what was sent, and why what failed did."""

    code: int
    sent: list[Sent]
    failures: list[str]

    def names(self) -> list[str]:
        return [one.name for one in self.sent]


def need_newman() -> Path:
    """Where newman and what it is made of are installed; without it, the test is skipped."""
    if not (_MODULES / ".ready").exists():
        pytest.skip("newman is not installed; `make newman` does it")
    return _MODULES


_RUNS = """
const newman = require('newman');
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  newman.run(JSON.parse(line), (error, summary) => {
    const failed = error || summary.error || summary.run.failures.length > 0;
    process.stdout.write(failed ? '1\\n' : '0\\n');
  });
});
"""
"""Runs a collection for each line of options; answers with what newman's own command would exit
with. One process for all: starting it takes longer than most runs.
"""


class Newman:
    """newman, ready to run; also a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "--eval", _RUNS],
            cwd=need_newman(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(
        self,
        collection: Path,
        environment: Path,
        *folders: str,
        changes: Mapping[str, str] | None = None,
    ) -> Run:
        """Run the collection, or some of its folders; ``changes`` replace variables of the
        environment.
        """
        report = environment.with_name("newman-report.json")
        options = {
            "collection": str(collection),
            "environment": str(environment),
            "reporters": ["json"],
            "reporter": {"json": {"export": str(report)}},
            "envVar": [{"key": name, "value": value} for name, value in (changes or {}).items()],
        }
        if folders:
            options["folder"] = list(folders)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(options), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        found = json.loads(report.read_bytes())["run"]
        report.unlink()
        return Run(
            code=code,
            sent=[_sent(each) for each in _executions(found)],
            failures=[each["error"]["message"] for each in found["failures"]],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process as process:
            process.terminate()


def exit_code(collection: Path, environment: Path, folder: str) -> int:
    """What newman's own command exits with, typed as the documentation has it."""
    newman = need_newman() / "newman" / "bin" / "newman.js"
    command = ["node", str(newman), "run", str(collection), "--environment", str(environment)]
    command += ["--folder", folder]
    return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode


def inspect(script: str, *arguments: str) -> Any:
    """What a script for node prints as JSON; it may require whatever newman is made of."""
    command = ["node", "--eval", script, *arguments]
    ended = subprocess.run(
        command, cwd=need_newman(), capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(ended.stdout)


def _executions(found: dict[str, Any]) -> list[dict[str, Any]]:
    """One a request that was sent: newman lists those of scripts, too, under the same number."""
    last = {each["cursor"]["ref"]: each for each in found["executions"]}
    return [each for each in last.values() if "response" in each and _is_its_own(each)]


def _is_its_own(execution: dict[str, Any]) -> bool:
    """Whether the reply is to the request itself, not to its script's question for a token."""
    wanted = execution["item"]["request"]["url"].get("path", [])
    return not wanted or execution["request"]["url"]["path"][-len(wanted) :] == wanted


def _sent(execution: dict[str, Any]) -> Sent:
    stream = execution["response"].get("stream", {"data": []})
    body = bytes(stream["data"]) if isinstance(stream, dict) else base64.b64decode(stream)
    asserted = execution.get("assertions", [])
    return Sent(
        name=execution["item"]["name"],
        status=execution["response"]["code"],
        reply=json.loads(body) if body else None,
        passed=[each["assertion"] for each in asserted if "error" not in each],
        failed=[each["assertion"] for each in asserted if "error" in each],
    )
