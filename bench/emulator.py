"""How many energy replies does the emulator serve in a second, on one core?

    python bench/emulator.py [--half-years N] [--days N] [--points N] [--rounds N]

Half a year of quarter-hours and single days, with offtake and injection, none of them served
before; asked over HTTP from the other core. Beside them, in the same round, as many bytes from a
server that does nothing but send them: what HTTP alone costs. Each round has servers of its own;
the least, the middle and the most of them all are told. Aims: 40 half-years and 1,500 days
a second. Linux only (it pins processes to cores).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import urlopen

from granian.constants import Interfaces
from granian.server.embed import Server
from pyreqwest.client import Client, ClientBuilder

from sync import emulated, share

CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE: Final = {CORES[0]}
CLIENT_CORE: Final = {CORES[-1]}

LAST_MIDNIGHT: Final = datetime(2026, 11, 18, 23, tzinfo=UTC)
HALF_YEAR: Final = 185
AT_ONCE: Final = {HALF_YEAR: 2, 1: 16}
WARMING_UP: Final = {HALF_YEAR: 10, 1: 500}
SHIFTS: Final = 150
"""Days by which windows are shifted against each other; FIRST_DAY lies far enough back."""

_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")

Query = dict[str, str]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--half-years", type=int, default=200)
    arguments.add_argument("--days", type=int, default=6_000)
    arguments.add_argument("--points", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--send", nargs=2, type=int, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.send:
        asyncio.run(send_only(*chosen.send))
        return
    print("energy replies a second, quarter-hours with offtake and injection, server on one core")
    for name, days, count in (
        ("half a year", HALF_YEAR, chosen.half_years),
        ("one day", 1, chosen.days),
    ):
        queries = windows(chosen.points, days, count + WARMING_UP[days])
        rounds = [one_round(chosen.points, queries, days) for _ in range(chosen.rounds)]
        served, bare = zip(*rounds, strict=True)
        print(
            f"  {name:11} {spread(each.a_second for each in served)} of {served[0].size / 1e6:.3f} "
            f"MB ({spread(each.a_cpu_second for each in served)} a second of the server's CPU "
            f"time); as many bytes merely sent {spread(each.a_second for each in bare)}, "
            f"{median(b.a_second / s.a_second for s, b in rounds):.1f} times as many"
        )


def one_round(points: int, queries: list[Query], days: int) -> tuple[Served, Served]:
    """All of ``queries`` of an emulator that just started, and as many bytes merely sent."""
    with server_core(), emulated():
        os.sched_setaffinity(0, CLIENT_CORE)
        share(points)
        served = asyncio.run(measure(energy_url(), bearer(), queries, days))
    with sending(round(served.size)) as url:
        return served, asyncio.run(measure(url, {}, queries, days))


def spread(figures: Iterable[float]) -> str:
    """The least, the middle and the most."""
    ordered = sorted(figures)
    return f"{ordered[0]:,.0f} / {median(ordered):,.0f} / {ordered[-1]:,.0f}"


def windows(points: int, days: int, count: int) -> list[Query]:
    """So many questions, no two alike: other EANs and, when these are used up, other days."""
    found = []
    for number in range(count):
        end = LAST_MIDNIGHT - timedelta(days=number // points % SHIFTS)
        window = {"from": end - timedelta(days=days), "to": end}
        found.append(
            {
                "ean": f"541440110000000{number % points:03d}",
                "periodType": "readTime",
                "granularity": "hourly_quarterhourly",
                **{name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in window.items()},
            }
        )
    return found


@dataclass(frozen=True)
class Served:
    """Replies ``a_second`` of the clock and ``a_cpu_second`` of the server's; their mean size."""

    a_second: float
    a_cpu_second: float
    size: float


async def measure(url: str, headers: dict[str, str], queries: list[Query], days: int) -> Served:
    """Ask all of ``queries``; the first few only warm the server up."""
    client = ClientBuilder().no_proxy().timeout(timedelta(seconds=60)).build()
    warming = WARMING_UP[days]
    async with client:
        await ask(client, url, headers, queries[:warming], AT_ONCE[days])
        began, worked = perf_counter(), server_seconds()
        size = await ask(client, url, headers, queries[warming:], AT_ONCE[days])
        seconds, worked = perf_counter() - began, server_seconds() - worked or _TICK
    count = len(queries) - warming
    return Served(count / seconds, count / worked, size / count)


def server_seconds() -> float:
    """The CPU time that our one child has used, in user and system mode."""
    (child,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


async def ask(
    client: Client, url: str, headers: dict[str, str], queries: list[Query], at_once: int
) -> int:
    """All of ``queries``, so many at once; the bytes received."""
    left, sizes = iter(queries), []

    async def work() -> None:
        for query in left:
            request = client.get(url).query(query)
            for name, value in headers.items():
                request = request.header(name, value)
            response = await request.build().send()
            assert response.status == 200, await response.text()
            sizes.append(len(await response.bytes()))

    await asyncio.gather(*(work() for _ in range(at_once)))
    return sum(sizes)


def energy_url() -> str:
    return f"{os.environ['FLUVIUS_SANDBOX_BASE_URL']}/api/mandate/energy"


def bearer() -> dict[str, str]:
    """The headers of every call."""
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["FLUVIUS_CLIENT_ID"],
        "client_secret": os.environ["FLUVIUS_SANDBOX_CLIENT_SECRET"],
        "scope": os.environ["FLUVIUS_SCOPE"],
    }
    with urlopen(os.environ["FLUVIUS_TOKEN_URL"], urlencode(form).encode()) as reply:  # noqa: S310
        token = json.load(reply)["access_token"]
    return {
        "authorization": f"Bearer {token}",
        "ocp-apim-subscription-key": os.environ["FLUVIUS_SUBSCRIPTION_KEY"],
    }


@contextmanager
def server_core() -> Iterator[None]:
    """What is started in here runs on the server's core."""
    os.sched_setaffinity(0, SERVER_CORE)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CLIENT_CORE)


@contextmanager
def sending(size: int) -> Iterator[str]:
    """The address of a server that answers everything with the same ``size`` bytes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with server_core():
        process = subprocess.Popen([sys.executable, __file__, "--send", str(port), str(size)])
    try:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except ConnectionRefusedError:
                sleep(0.02)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=30)


async def send_only(port: int, size: int) -> None:
    """Serve ``size`` bytes on ``port`` until terminated."""
    content = b"x" * size

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False
    )
    await server.serve()


if __name__ == "__main__":
    main()
