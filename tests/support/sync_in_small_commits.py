"""``kwartier sync`` with commits so small that a kill falls between, before and into them.

Run as a script, it reads JSON lines ``[store, step, times]`` and for each syncs that store in a
process of its own, which is killed when it comes to that step for that many times; without a step
it is left alone. It answers with a line: the process's exit code. What it asks of whom comes from
the environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Final

from kwartier.cli.provider import connect_async, contract_number, credentials_for
from kwartier.cli.without_pandas import do_without_pandas
from kwartier.fluvius import Environment
from kwartier.store import open_store
from kwartier.store.duckdb import store as duckdb_store
from kwartier.sync import FetchPolicy, FluviusSource, RunPolicy, runner, sync

BEFORE, AFTER = "before", "after"
STEPS: Final[dict[str, tuple[object, str, str]]] = {
    "mandates are recorded": (runner, "enforce", BEFORE),
    "an answer is received": (FluviusSource, "decode", BEFORE),
    "a commit is asked for": (duckdb_store.DuckDBStore, "commit", BEFORE),
    "values are merged": (duckdb_store, "merge_batch", AFTER),
    "a commit is done": (duckdb_store.DuckDBStore, "commit", AFTER),
}


async def keep(store: Path) -> None:
    credentials = credentials_for(Environment.SANDBOX)
    async with connect_async(Environment.SANDBOX, credentials) as client:
        source = FluviusSource(client, contract_number(credentials))
        await sync(
            open_store(store, create=True),
            source,
            fetch_policy=FetchPolicy(max_window_days=30),
            run_policy=RunPolicy(commit_rows=5_000, concurrency=3),
        )


def killing(function: Callable[..., Any], when: str, times: int) -> Callable[..., Any]:
    """``function``, until it is called for that many times."""
    calls = count(1)

    def called(*arguments: Any, **named: Any) -> Any:
        is_last = next(calls) == times
        if is_last and when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = function(*arguments, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return called


def carry_out(store: str, step: str | None, times: int) -> None:
    if step is not None:
        place, name, when = STEPS[step]
        setattr(place, name, killing(getattr(place, name), when, times))
    asyncio.run(keep(Path(store)))


def main() -> None:
    do_without_pandas()
    for line in sys.stdin:
        if not os.fork():
            try:
                carry_out(*json.loads(line))
                os._exit(0)
            finally:
                os._exit(1)
        print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)


if __name__ == "__main__":
    main()
