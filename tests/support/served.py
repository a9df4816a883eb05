"""`kwartier serve` in a process of its own, seen from outside: its log, its port, its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from support.esco import send

PATIENCE = 60.0


class Served:
    """A running service. ``lines`` is what it has logged so far."""

    def __init__(self, config: Path, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kwartier", "serve", "--config", str(config)],
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = f"http://127.0.0.1:{self.wait_for('serving')['port']}"

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    def events(self, name: str) -> list[dict[str, Any]]:
        """What was logged under this name, in order."""
        return [one for one in self.told() if one["event"] == name]

    def told(self) -> list[dict[str, Any]]:
        """All that was logged, each line one JSON object."""
        return [json.loads(line) for line in list(self.lines)]

    def wait_for(self, name: str, number: int = 1) -> dict[str, Any]:
        """The event's ``number``-th occurrence, once it has come."""
        self.until(lambda: len(self.events(name)) >= number, name)
        return self.events(name)[number - 1]

    def until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until ``happened``; fail if it does not, or if the process ends."""
        patience = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, f"ended before {what}: {self.lines[-3:]}"
            assert time.monotonic() < patience, f"no {what}: {self.lines[-3:]}"
            time.sleep(0.1)

    def ready(self, provider: str = "fluvius") -> dict[str, bool]:
        """Which checks are met, by name: those of one provider, and those of none."""
        answer = send(f"{self.url}/ready")
        checks = answer.json["checks"]
        is_ready = all(check["ok"] for check in checks)
        assert answer.status == (200 if is_ready else 503)
        assert answer.json["ready"] is is_ready
        about = (provider, None)
        return {check["name"]: check["ok"] for check in checks if check.get("provider") in about}

    def exposition(self) -> str:
        """What /metrics says."""
        return send(f"{self.url}/metrics").content.decode()

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.exposition())
            for sample in family.samples
            if sample.name == f"kwartier_{name}" and labels.items() <= sample.labels.items()
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def kill(self) -> None:
        """End it in any case."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
