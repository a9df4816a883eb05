"""What do three years of quarter-hours cost, from the store to the screen?

    python bench/chart.py [rounds]

One metering point with 105,216 quarter-hours of offtake and as many of injection, among others. The
server's part in seconds of processor time: reading what is the customer's, laying it on one axis,
packing it. Then the browser's, in headless Chromium: from the moment that the data has arrived
until all of it is drawn, by the clock on the wall, which runs for other processes too; and for how
long the page's thread is busy with unpacking and drawing it all, and with the slowest of the steps
of zooming in by half from three years to hours. The quickest of the rounds counts.

Where there is no Chromium, or no Playwright, the browser's part is left out.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import uvicorn

from figures import says
from figures import time as shown
from kwartier.alerts import Lookout
from kwartier.analysis import curves_of
from kwartier.console import ConsoleContext, create_app
from kwartier.console.customer.looking import look_at
from kwartier.console.customer.packing import packed
from kwartier.funnel.board import Board
from kwartier.office import open_office
from kwartier.office.sessions import begin_session
from kwartier.office.users import Role, add_user
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store, open_store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import APPROVED, Mandate
from kwartier.web.settings import WebSettings
from made_up_answers import answer, ean

CUSTOMER, POINTS = "c-1001", 20
BEGIN, DAYS = datetime(2023, 12, 31, 23, tzinfo=UTC), 1_096
LISTED: Final = datetime(2026, 12, 31, 12, tzinfo=UTC)
MOST_TO_DRAW: Final = 0.300
MOST_TO_READ: Final = 0.100
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_DRAWN = """() => performance.getEntriesByName("curves-drawn")[0].startTime
    - performance.getEntriesByName("curves-arrived")[0].startTime"""
_DRAW = """async () => {
    const section = document.querySelector("[data-curves]");
    const buffer = await (await fetch(section.dataset.curves)).arrayBuffer();
    section.chart.u.destroy();
    section.chart = new section.chart.constructor(section, kwartier.unpack(buffer));
    await new Promise((done) => setTimeout(done));
}"""
_ZOOM = """async () => {
    document.querySelector("[data-curves]").chart.move("in");
    await new Promise((done) => setTimeout(done));
}"""
STEPS = 12


def main(rounds: int) -> None:
    """Print what each part takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.duckdb"
        store = fill(path)
        on_the_server(store, rounds)
        in_the_browser(path, store, rounds)


def fill(path: Path) -> Store:
    """A store of some metering points, of which one is a customer's."""
    store = open_store(path, create=True)
    change = CustomerChange(customer_id=CUSTOMER, label="Bakkerij Peeters")
    (reference,) = store.change_customers([change], provider="fluvius", now=LISTED).made
    mandate = Mandate(
        provider="fluvius",
        contract_number="1",
        reference_number=reference.reference_number,
        status=APPROVED,
        data_service_type="VH_kwartier_uur",
        metering_point=ean(0),
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR}),
        period_start=BEGIN,
    )
    store.record_mandates(Listing([mandate], LISTED), provider="fluvius")
    store.commit([answer(number, BEGIN, DAYS) for number in range(POINTS)])
    return store


def on_the_server(store: Store, rounds: int) -> None:
    """Time the server's part, stage by stage."""
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        taken = dict.fromkeys(("whose it is", "reading it", "one axis", "packing"), 0.0)
        began = time.process_time()
        with store.snapshot(about=CUSTOMER) as moment:
            looked = look_at(moment, CUSTOMER)
            assert looked is not None
            (point,) = looked.points
            began = _lap(taken, "whose it is", began)
            quarter = Granularity.QUARTER_HOUR
            values = point.values(moment, energy_type="electricity", granularity=quarter)
            began = _lap(taken, "reading it", began)
        assert point.now is not None
        curves = curves_of(values, point.permission("electricity", quarter), point.now)
        began = _lap(taken, "one axis", began)
        content = packed(curves, quarter)
        _lap(taken, "packing", began)
        for name, seconds in taken.items():
            stages.setdefault(name, []).append(seconds)
    print(f"{values.num_rows:,} values of one of {POINTS} metering points, {len(content):,} bytes")
    for name, laps in stages.items():
        quickest = min(laps)
        is_met = f"  {says(quickest < MOST_TO_READ)} ({shown(MOST_TO_READ)})"
        print(f"  {name:34}{shown(quickest):>12}{is_met if name == 'reading it' else ''}")


def _lap(taken: dict[str, float], name: str, began: float) -> float:
    now = time.process_time()
    taken[name] += now - began
    return now


def in_the_browser(path: Path, store: Store, rounds: int) -> None:
    """Time the drawing in Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        print("  the browser's part is left out: Playwright is not installed")
        return
    if CHROMIUM is None:
        print("  the browser's part is left out: there is no chromium")
        return
    drawn, drawn_again, zoomed = list[float](), list[float](), list[list[float]]()
    with served(path, store) as (url, secret), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "kwartier-session", "value": secret, "url": url}])
        for _ in range(rounds):
            page: Any = context.new_page()
            page.goto(f"{url}/customers/{CUSTOMER}/points/{ean(0)}/chart")
            page.wait_for_selector("[data-drawn]")
            drawn.append(page.evaluate(_DRAWN) / 1000)
            thread = context.new_cdp_session(page)
            thread.send("Performance.enable", {"timeDomain": "threadTicks"})
            drawn_again.append(_busy(thread, page, _DRAW))
            zoomed.append([_busy(thread, page, _ZOOM) for _ in range(STEPS)])
            page.close()
        browser.close()
    slowest = max(min(step) for step in zip(*zoomed, strict=True))
    print(f"  {'drawn after it arrived, wall':34}{shown(min(drawn)):>12}")
    for what, quickest in (
        ("unpacked and drawn", min(drawn_again)),
        ("the slowest step of zooming", slowest),
    ):
        verdict = f"{says(quickest < MOST_TO_DRAW)} ({shown(MOST_TO_DRAW)})"
        print(f"  {what:34}{shown(quickest):>12}  {verdict}")


def _busy(thread: Any, page: Any, script: str) -> float:
    """The seconds that a script keeps the page's thread busy."""
    before = _task_seconds(thread)
    page.evaluate(script)
    return _task_seconds(thread) - before


def _task_seconds(thread: Any) -> float:
    told = thread.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


@contextmanager
def served(path: Path, store: Store) -> Iterator[tuple[str, str]]:
    """The console in a thread: where it is, and the session of somebody who is signed in."""
    office = open_office(path)
    now = datetime.now(UTC)
    user = add_user(office, name="An", role=Role.VIEWER, at=now)
    secret = begin_session(office, user.user_id, at=now)
    context = ConsoleContext(
        store=store,
        store_path=path,
        office=office,
        board=Board(store, office, lambda: LISTED, store_path=path),
        lookout=Lookout(store=store, office=office),
        settings=WebSettings(),
        clock=lambda: LISTED,
    )
    config = uvicorn.Config(create_app(context), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", secret
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
