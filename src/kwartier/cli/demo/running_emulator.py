"""An emulator in a process of its own, for as long as the demo needs it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NoReturn

from kwartier.errors import KwartierError

SECONDS_TO_START: Final = 30.0


class EmulatorStartError(KwartierError):
    """The emulator did not come up; the message holds what it said."""


@contextmanager
def running_emulator(folder: Path, clock: datetime, *, keeps_state: bool = True) -> Iterator[Path]:
    """Start an emulator on a free port with a frozen clock; yields its environment file.

    Its mandates are kept in ``emulator.json`` beside, so that it can be started again, unless
    ``keeps_state`` is false.
    """
    env_file, log = folder / "emulator.env", folder / "emulator.log"
    env_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "kwartier", "emulator", "--port", "0", "--speed", "0"]
    command += ["--clock", clock.isoformat(), "--env-file", str(env_file)]
    if keeps_state:
        command += ["--state", str(folder / "emulator.json")]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603
    previous = signal.signal(signal.SIGTERM, _end)
    try:
        _wait(process, env_file, log)
        yield env_file
    finally:
        signal.signal(signal.SIGTERM, previous)
        process.terminate()
        process.wait(timeout=SECONDS_TO_START)


def _end(number: int, _: object) -> NoReturn:
    """Leave by way of the ``finally`` above, so that the emulator never outlives us."""
    raise SystemExit(128 + number)


def _wait(process: subprocess.Popen[bytes], env_file: Path, log: Path) -> None:
    deadline = monotonic() + SECONDS_TO_START
    while not env_file.exists():
        if process.poll() is not None or monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
            raise EmulatorStartError(f"the emulator did not start. It said: {said or 'nothing'}")
        sleep(0.02)
