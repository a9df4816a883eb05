"""How long do colleagues wait for the list of customers, with 100,000 of them?

    python bench/console.py [--customers N] [--rounds N]

The console runs in a process of its own, in front of a store and an office file with that many
customers, in every stage and of both providers. A browser's requests come over real HTTP, one
after the other: the list, searches that find something, nothing, or almost everybody, filters, a
deep page, the work list; one customer's page; and looking anew at one customer, as after a click on
an invitation. All of it twice: while nothing else goes on, and while the board is being rebuilt in
the background the whole time, by a process of its own as the service does it. Told are medians and
the worst, by the wall clock and by the processor time of the server; of a rebuild the time, the
processor time of both processes, and the most memory that each had. Where there is a Chromium, it
tells when the first page is drawn.

Aims: lists, searches, one customer's page and looking anew under 200 ms at the server, the first
page drawn in under 1 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.request import Request, urlopen

import many_customers
from figures import says, time
from kwartier.alerts import Lookout
from kwartier.console import ConsoleContext, create_app
from kwartier.funnel import Board, BoardError
from kwartier.funnel.building import Workshop
from kwartier.office import open_office
from kwartier.office.sessions import begin_session
from kwartier.office.users import Role, add_user
from kwartier.serve import listen, serving
from kwartier.store import open_store
from kwartier.web.settings import WebSettings

MOST_SECONDS, MOST_FIRST_PAGE, MEANT_CUSTOMERS = 0.2, 1.0, 100_000


def main(customers: int, rounds: int) -> None:
    """Make the customers, ask, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        began = perf_counter()
        maker = multiprocessing.get_context("spawn").Process(
            target=many_customers.make, args=(Path(name), customers)
        )
        maker.start()
        maker.join()
        assert maker.exitcode == 0
        print(f"  {customers:,} customers, made in {time(perf_counter() - began)}")
        ours, theirs = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(Path(name) / "kwartier.duckdb", theirs)
        )
        server.start()
        told = ours.recv()
        say_rebuild(told)
        met = ask(told, ours, rounds, "at rest", customers)
        met &= first_page(told)
        ours.send("rebuild")
        ours.recv()
        met &= ask(told, ours, rounds, "rebuilding", customers)
        ours.send("stop")
        print(f"  peak memory of the server: {ours.recv()['mebibytes']:,.0f} MiB")
        server.join()
    if customers >= MEANT_CUSTOMERS and not met:
        sys.exit(1)


def requests(customers: int) -> dict[str, str]:
    """What is asked for, where there are so many customers."""
    one, deep = min(777, customers - 1), max(1, customers * 19 // 1000)
    return {
        "list": "/customers",
        "search, a hit": f"/customers?q={many_customers.ean(one)}",
        "search, a name": "/customers?q=peeters",
        "search, nothing": "/customers?q=nobody+at+all",
        "search, a letter": "/customers?q=e",
        "filter": "/customers?stage=waiting&provider=fluvius&order=days_left",
        "needs work": "/customers?need=any&order=since",
        "deep page": f"/customers?page={deep}&order=since",
        "work list": "/work",
        "one customer": f"/customers/c-{one:06}",
    }


def say_rebuild(told: dict[str, Any]) -> None:
    """What building the board took, with nothing else going on."""
    print(
        f"  building the board: {time(told['took'])}; {told['processor']:.2f} s of processor time "
        f"and {told['mebibytes']:,.0f} MiB in the server, {told['processor_apart']:.1f} s and "
        f"{told['mebibytes_apart']:,.0f} MiB in the process that builds"
    )


def ask(told: dict[str, Any], server: Connection, rounds: int, when: str, customers: int) -> bool:
    """Each request so many times; whether all were fast enough."""
    met = True
    works: dict[str, Callable[[], None]] = {
        what: partial(get, told, path) for what, path in requests(customers).items()
    }
    works["one customer anew"] = partial(one_anew, server, customers)
    for what, work in works.items():
        taken, processor = [], []
        work()
        for _ in range(rounds):
            before, began = used(server), perf_counter()
            work()
            taken.append(perf_counter() - began)
            processor.append(used(server) - before)
        fast = statistics.median(taken) < MOST_SECONDS
        met &= fast
        print(
            f"  {when:<11} {what:<18} median {time(statistics.median(taken)):>9}, worst "
            f"{time(max(taken)):>9}, processor {time(statistics.median(processor)):>9}  "
            f"{says(fast)}"
        )
    return met


def get(told: dict[str, Any], path: str) -> None:
    """One page, to its last byte."""
    request = Request(told["address"] + path, headers={"cookie": told["cookie"]})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        assert b"<main" in answer.read()


def used(server: Connection) -> float:
    """Processor time of the server so far."""
    server.send("used")
    return float(server.recv())


def one_anew(server: Connection, customers: int) -> None:
    """One customer looked at anew."""
    server.send(f"c-{customers // 3:06}")
    server.recv()


def first_page(told: dict[str, Any]) -> bool:
    """When a Chromium has drawn the list; True where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        print("  no chromium here: the first page was not drawn")
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        name, _, value = told["cookie"].partition("=")
        drawn = []
        for _ in range(5):
            context = browser.new_context()
            context.add_cookies([{"name": name, "value": value, "url": told["address"]}])
            page = context.new_page()
            page.goto(told["address"] + "/customers", wait_until="load")
            page.wait_for_selector("#found table")
            drawn.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
                / 1000
            )
            context.close()
        browser.close()
    fast = bool(statistics.median(drawn) < MOST_FIRST_PAGE)
    print(
        f"  first page drawn: median {time(statistics.median(drawn))}, worst "
        f"{time(max(drawn))}  {says(fast)}"
    )
    return fast


def serve(path: Path, pipe: Connection) -> None:
    """The console, in a process of its own, until it is told to stop."""
    asyncio.run(_serve(path, pipe))


async def _serve(path: Path, pipe: Connection) -> None:
    store, office = open_store(path), open_office(path)
    board = Board(store, office, lambda: many_customers.NOW, store_path=path)
    workshop = Workshop()
    began, processor = perf_counter(), process_time()
    await asyncio.to_thread(board.refresh, workshop.build)
    took, processor = perf_counter() - began, process_time() - processor
    apart = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = add_user(office, name="bench", role=Role.VIEWER, at=many_customers.NOW)
    secret = begin_session(office, user.user_id, at=many_customers.NOW)
    context = ConsoleContext(
        store=store,
        store_path=path,
        office=office,
        board=board,
        lookout=Lookout(store=store, office=office),
        settings=WebSettings(),
        clock=lambda: many_customers.NOW,
        wall_clock=lambda: many_customers.NOW,
    )
    listener = listen("127.0.0.1", 0, hint="")
    async with serving(create_app(context), listener):
        pipe.send(
            {
                "address": f"http://127.0.0.1:{listener.getsockname()[1]}",
                "cookie": f"kwartier-session={secret}",
                "took": took,
                "processor": processor,
                "mebibytes": peak(),
                "processor_apart": apart.ru_utime + apart.ru_stime,
                "mebibytes_apart": apart.ru_maxrss / 1024,
            }
        )
        await asyncio.to_thread(obey, board, workshop, pipe)
    pipe.send({"mebibytes": peak()})


def obey(board: Board, workshop: Workshop, pipe: Connection) -> None:
    """What the other side asks for, one after the other."""
    rebuilding = threading.Thread(target=rebuild_on_and_on, args=(board, workshop))
    while (said := pipe.recv()) != "stop":
        if said == "used":
            pipe.send(process_time())
        elif said == "rebuild":
            rebuilding.start()
            pipe.send(None)
        else:
            board.refresh_customer(said)
            pipe.send(None)
    workshop.stop()
    rebuilding.join()


def rebuild_on_and_on(board: Board, workshop: Workshop) -> None:
    """Never at rest, until the workshop stops."""
    with suppress(BoardError):
        while True:
            board.refresh(workshop.build)


def peak() -> float:
    """The most memory that the process had, in MiB."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=MEANT_CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    if asked.customers < 1:
        parser.error("--customers must be at least 1")
    print(json.dumps({"customers": asked.customers, "rounds": asked.rounds}))
    main(asked.customers, asked.rounds)
