"""How long does `kwartier peaks` take while a sync runs, and when none does?

    python bench/peaks.py

The demo's 25 households and 13 months. Each answer is a process of its own, as a user would start
it; sync, emulator and command share the machine. Aim: an answer within two seconds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from kwartier.cli.demo.command import ask_for_consent
from kwartier.store import open_store
from sync import emulated


def main() -> None:
    with emulated() as folder:
        store = folder / "kwartier.duckdb"
        ask_for_consent(open_store(store, create=True))
        syncing = subprocess.Popen(
            command("sync", "--sandbox", store=store), stdout=subprocess.PIPE
        )
        while open_store(store).synced_at() is None:
            assert syncing.poll() is None
        during = []
        while syncing.poll() is None:
            during.append(answer(store))
        after = [answer(store) for _ in range(5)]
    print("`kwartier peaks`, 41 metering points, 13 months: seconds for a whole answer")
    for name, taken in (("while a sync runs", during), ("otherwise", after)):
        print(
            f"  {name:18} median {statistics.median(taken):.2f}, longest {max(taken):.2f}, "
            f"{len(taken)} answers"
        )


def command(name: str, *options: str, store: Path) -> list[str]:
    return [sys.executable, "-m", "kwartier", name, *options, "--store", str(store)]


def answer(store: Path) -> float:
    """Seconds that one answer takes, start of the process included."""
    began = perf_counter()
    subprocess.run(command("peaks", store=store), check=True, capture_output=True)
    return perf_counter() - began


if __name__ == "__main__":
    main()
