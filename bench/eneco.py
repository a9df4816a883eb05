"""What does a page of Eneco's usages cost? From the emulator to the store, and decoded alone.

    python bench/eneco.py [--days N] [--rounds N]

A page is 24 hours of all channels of a data owner, and every day of a first sync takes one. The
pages of a month decoded beside plain typed decoding of the same bodies (the physical limit: it
yields no table), and a month asked for and made into a table beside what anybody would write
today, a loop of requests, json and pandas: no public package reads this API. Each figure as
minimum, median and maximum. The emulator shares the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import msgspec
import pandas as pd
import requests

from figures import timings
from kwartier.cli.demo.running_emulator import running_emulator
from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.eneco.happenings import Happenings
from kwartier.emulator.eneco.usages import usages
from kwartier.emulator.fiam.contracts import Environment as World
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.eneco import (
    AsyncEnecoClient,
    EnecoClient,
    EnecoCredentials,
    Environment,
    Timestamps,
)
from kwartier.eneco.assemble import as_table
from kwartier.eneco.client import token_flow
from kwartier.eneco.fiam_flow import FiamFlow
from kwartier.eneco.pages import read_page
from kwartier.settings import load_env_file
from kwartier.store import open_store
from kwartier.sync import EnecoSource, sync
from kwartier.wire.eneco import Usages

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTH: Final = 31
SANDBOX: Final = Environment.ACCEPTANCE
AS_FAST_AS_IT_GOES: Final = 10_000
"""Requests a second."""
HOME: Final = max(data_owners(World.ACCEPTANCE), key=lambda owner: len(owner.channels))
OWNERS: Final = [owner.id for owner in data_owners(World.ACCEPTANCE)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--days", type=int, default=93)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    decoding(given.rounds)
    with tempfile.TemporaryDirectory() as name, running_emulator(Path(name), NOW) as env_file:
        load_env_file(env_file)
        with EnecoClient(EnecoCredentials.from_env(SANDBOX), SANDBOX) as client:
            for owner in OWNERS:
                client.set_consent(owner, OURSELVES.id, True)
        asking(given.rounds)
        first_syncs(Path(name), given.days, given.rounds)


def decoding(rounds: int) -> None:
    """A month of the home with the most channels, without a network."""
    ends = [NOW - timedelta(days=3 + day) for day in range(MONTH)]

    def reply() -> list[bytes]:
        return [usages(HOME, 1, end, now=NOW, happened=Happenings()) for end in ends]

    bodies, typed = reply(), msgspec.json.Decoder(Usages)

    def ours() -> None:
        pages = [read_page(body, Timestamps()).amounts for body in bodies]
        as_table(pages, metering_point=HOME.id, fetched_at=NOW)

    works = {
        "kwartier, to one table": ours,
        "msgspec alone, typed (the limit)": lambda: [typed.decode(body) for body in bodies],
        "json and pandas": lambda: pd.concat([frame(json.loads(body)) for body in bodies]),
        "the emulator makes it": reply,
    }
    print(f"a page of {len(HOME.channels)} channels, {len(bodies[0]) / 1e3:.1f} kB; ms of CPU")
    for name, seconds in timings(works, rounds * 3, process_time).items():
        tell(name, [one / MONTH * 1e3 for one in seconds], "7.3f")


def asking(rounds: int) -> None:
    """The same month over HTTP, page after page, as each page's start tells the next one's end."""
    start = NOW - timedelta(days=MONTH)
    credentials = EnecoCredentials.from_env(SANDBOX)
    with EnecoClient(
        credentials, SANDBOX, requests_per_second=AS_FAST_AS_IT_GOES, clock=lambda: NOW
    ) as client:
        url = f"{client.endpoints.base_url}/datashare/v1/nl/eneco/dataconsumer/{HOME.id}/heat"
        headers = {
            "apiKey": credentials.api_key,
            "Authorization": f"Bearer {token(client, credentials)}",
        }
        works = {
            "kwartier, usages_table": lambda: client.usages_table(HOME.id, start, NOW),
            "requests, json and pandas": lambda: naive(f"{url}/usages", headers, start),
        }
        print("a page asked for and made into a table, one after the other; ms")
        for name, seconds in timings(works, rounds).items():
            tell(name, [one / MONTH * 1e3 for one in seconds], "7.2f")


def naive(url: str, headers: dict[str, str], start: datetime) -> pd.DataFrame:
    """What anybody would write."""
    frames: list[pd.DataFrame] = []
    end: dict[str, str] = {}
    with requests.Session() as session:
        while True:
            reply = session.get(url, headers=headers, params=end, timeout=30)
            reply.raise_for_status()
            page = reply.json()
            frames.append(frame(page))
            if datetime.fromisoformat(page["startDate"]) <= start:
                return pd.concat(frames)
            end = {"endDate": page["startDate"]}


def frame(page: dict[str, Any]) -> pd.DataFrame:
    rows = [
        (channel["channelId"], channel["unit"], record["timestamp"], record["amount"])
        for channel in page["usageChannels"]
        for record in channel["usageRecords"]
    ]
    made = pd.DataFrame(rows, columns=["channel", "unit", "start", "amount"])
    made["start"] = pd.to_datetime(made["start"], utc=True)
    return made


def first_syncs(folder: Path, days: int, rounds: int) -> None:
    """Ten data owners into an empty store, through all of it."""
    rates, costs, pages = [], [], 0
    for number in range(rounds):
        pages, seconds, cpu = asyncio.run(first_sync(folder / f"{number}.duckdb", days))
        rates.append(pages / seconds)
        costs.append(cpu / pages * 1e3)
    print(f"first sync of {len(OWNERS)} data owners and {days} days, {pages} pages")
    tell("pages a second", rates, "7.0f")
    tell("CPU of client and store, ms a page", costs, "7.2f")


async def first_sync(path: Path, days: int) -> tuple[int, float, float]:
    """How many pages, in how many seconds, of which how many of this process' CPU."""
    shared = [(owner, NOW - timedelta(days=days)) for owner in OWNERS]
    async with Counting(
        EnecoCredentials.from_env(SANDBOX), SANDBOX, requests_per_second=AS_FAST_AS_IT_GOES
    ) as client:
        source = EnecoSource(client, data_owners=lambda: shared)
        store = open_store(path, create=True)
        began, cpu = perf_counter(), process_time()
        await sync(store, source)
        return client.pages, perf_counter() - began, process_time() - cpu


class Counting(AsyncEnecoClient):
    """Counts the pages."""

    pages = 0

    async def fetch_usages(self, *given: Any) -> Any:
        self.pages += 1
        return await super().fetch_usages(*given)


def token(client: EnecoClient, credentials: EnecoCredentials) -> str:
    """The token that KPN FIAM gives for our certificate."""
    flow = token_flow(credentials, client.endpoints, SANDBOX)
    assert isinstance(flow, FiamFlow)
    call = flow.token_call()
    reply = requests.post(call.url, data=call.body, headers=dict(call.headers), timeout=30)
    granted: str = reply.json()["access_token"]
    return granted


def tell(what: str, figures: Sequence[float], shape: str) -> None:
    least, most = min(figures), max(figures)
    shown = "  ".join(format(one, shape) for one in (least, statistics.median(figures), most))
    print(f"  {what:36} {shown}")


if __name__ == "__main__":
    main()
