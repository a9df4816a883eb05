"""``kwartier sync`` with commits so small that a kill falls between, before and into them.

Run as a script: the store's path is the only argument, the rest comes from the environment.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from kwartier.cli.provider import connect_async, contract_number, credentials_for
from kwartier.fluvius import Environment
from kwartier.store import open_store
from kwartier.sync import FluviusSource, RunPolicy, sync


async def main(store: Path) -> None:
    credentials = credentials_for(Environment.SANDBOX)
    async with connect_async(Environment.SANDBOX, credentials) as client:
        source = FluviusSource(client, contract_number(credentials))
        policy = RunPolicy(commit_rows=15_000, concurrency=3)
        await sync(open_store(store, create=True), source, run_policy=policy)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
