"""`kwartier emulator` and `kwartier serve --web`, each in a process of its own, as they are run."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx

from kwartier.cli.app import run
from support.served import Served

SPEED: Final = 60
"""Emulated seconds for each real one: a poll every minute is one every second."""

CONFIG: Final = """
[store]
path = "{folder}/kwartier.duckdb"
[provider]
sandbox = true
env_file = "{folder}/emulator.env"
[service]
port = 0
log_format = "json"
[schedule]
poll_every = "1m"
[web]
enabled = true
port = {port}
name = "Zonnewende"
[api]
requests_per_minute = 100000
burst = 10000
[connect]
help = "Call 02 555 01 23, on working days."
"""


class Pair:
    """Both processes over ``folder``; ``site`` is where people reach the pages.

    Commands run in this process, with the same settings: the service holds the store meanwhile.
    """

    def __init__(self, folder: Path, *, clock: datetime) -> None:
        self.folder, self.config = folder, folder / "kwartier.toml"
        self._emulator = subprocess.Popen(
            [
                *(sys.executable, "-m", "kwartier", "emulator", "--port", "0"),
                *("--clock", clock.isoformat(), "--speed", str(SPEED)),
                *("--env-file", str(folder / "emulator.env")),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._emulator.stdout is not None
        said = [self._emulator.stdout.readline() for _ in range(7)]
        self.emulator = said[0].rpartition(" at ")[2].strip()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.config.write_text(CONFIG.format(folder=folder, port=port))
        self.site = f"http://127.0.0.1:{port}"
        self.service: Served | None = None

    def serve(self) -> Served:
        """Start the service, once it has synced and its pages are there."""
        self.service = Served(self.config, {})
        self.service.wait_for("pages")
        self.service.wait_for("sync_finished")
        return self.service

    def move_on(self, **clock: str) -> Served:
        """Move the clock, and let the service go by it: it reads that when it starts."""
        assert self.service is not None
        assert self.service.stop() == 0
        self.service.kill()
        self.control("PUT", "clock", clock)
        return self.serve()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the emulator for what no customer could."""
        answer = httpx.request(method, f"{self.emulator}/_emulator/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def cli(self, *arguments: str, is_configured: bool = False) -> Any:
        """What a command prints as JSON."""
        where = ("--config", str(self.config)) if is_configured else ("--store", self.store)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert run([*arguments, *where, "--json"]) == 0, out.getvalue()
        return json.loads(out.getvalue())

    @property
    def store(self) -> str:
        """The path of the store."""
        return str(self.folder / "kwartier.duckdb")

    def api(self, method: str, path: str, key: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the REST API answers."""
        headers = {"authorization": f"Bearer {key}"}
        url = f"{self.site}/api/v1{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        """End both."""
        if self.service is not None:
            self.service.kill()
        self._emulator.send_signal(signal.SIGINT)
        self._emulator.communicate(timeout=20)
