"""The REST API over real HTTP, on a store of two customers after each other and one on hold."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from kwartier.api.app import BASE, create_app
from kwartier.api.context import ApiContext
from kwartier.api.scopes import Scope
from kwartier.api.settings import ApiSettings
from kwartier.funnel.board import Board
from kwartier.office import Office, open_office
from kwartier.office.api_keys import add_api_key
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import FINISHED
from support.mandates import known_mandate
from support.measured import EAN, GAS_EAN, NOW, Row, answer, quarters
from support.stores import empty_store

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is https; reading this machine's certificates for each client takes longer than most
requests.
"""
FORMER, LATER, HELD_BACK = "c-former", "c-later", "CRM/3"
ON_HOLD: Final = "541440110000000018"
MOVED: Final = datetime(2026, 10, 25, 23, tzinfo=UTC)
"""Midnight in Brussels: the former customer's last day is that on which the clock is set back."""
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
GAS_DAYS: Final = (date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26))
LIMITLESS: Final = ApiSettings(requests_per_minute=1_000_000, burst=1_000_000)


@dataclass
class Api:
    """A running API. ``url`` is where it is mounted."""

    store: Store
    path: Path
    office: Office
    context: ApiContext
    url: str = ""
    now: datetime = NOW
    names: set[str] = field(default_factory=set)

    def key(self, *scopes: Scope, **more: Any) -> str:
        """A new key, of all scopes unless told otherwise."""
        name = f"test {len(self.names)}"
        self.names.add(name)
        opens = [str(one) for one in scopes or tuple(Scope)]
        at = datetime.now(UTC)
        return add_api_key(self.office, name=name, scopes=opens, at=at, **more).text

    def client(self, *scopes: Scope) -> httpx.Client:
        """A session with a new key."""
        headers = {"authorization": f"Bearer {self.key(*scopes)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=NO_TLS)


def prepared_api(folder: Path, *, settings: ApiSettings = LIMITLESS) -> Api:
    """An API that does not run yet."""
    path = folder / "kwartier.duckdb"
    store = _filled(empty_store(path))
    office = open_office(path)
    board = Board(store, office, lambda: NOW, store_path=path)
    board.refresh()
    context = ApiContext(
        store=store,
        store_path=path,
        office=office,
        board=board,
        connect_url="https://energy.example/connect",
        settings=settings,
        clock=lambda: NOW,
    )
    return Api(store, path, office, context)


@contextmanager
def running_api(
    folder: Path, *, settings: ApiSettings = LIMITLESS, base: str = BASE
) -> Iterator[Api]:
    """An API at an address of its own while the block lasts, mounted at ``base``."""
    api = prepared_api(folder, settings=settings)
    app = create_app(api.context, base=base)
    with served(Starlette(routes=[Mount(base, app)]) if base else app) as origin:
        yield replace(api, url=f"{origin}{base}")


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve an app in a thread; its origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _filled(store: Store) -> Store:
    changes = [
        CustomerChange(customer_id=FORMER, label="Els Peeters", contact="els@example.org"),
        CustomerChange(customer_id=LATER, label="Bakkerij Émile", flow="B2B", language="fr"),
        CustomerChange(customer_id=HELD_BACK),
    ]
    made = store.change_customers(changes, provider="fluvius", now=NOW - timedelta(days=300)).made
    number = {one.customer_id: one.reference_number for one in made}
    gas = frozenset({Granularity.HOUR, Granularity.DAY})
    mandates = [
        known_mandate(1, metering_point=EAN, reference_number=number[FORMER], period_end=MOVED),
        known_mandate(2, metering_point=EAN, reference_number=number[LATER], period_start=MOVED),
        known_mandate(
            3,
            metering_point=GAS_EAN,
            reference_number=number[FORMER],
            energy_type="gas",
            granularities=gas,
        ),
        known_mandate(4, metering_point=ON_HOLD, reference_number=number[HELD_BACK]),
    ]
    stated = [one.mandate for one in mandates]
    listed_at = NOW - timedelta(days=20)
    store.record_mandates(Listing(stated, listed_at), provider="fluvius")
    store.commit(
        [
            *_quarters_of((SPRING, AUTUMN, AUTUMN + timedelta(days=1)), EAN),
            *_quarters_of((AUTUMN,), ON_HOLD),
            _gas(),
        ]
    )
    revised = quarters(day_interval(AUTUMN, "electricity").start, [9.0, None, 7.0])
    store.commit([answer(revised, fetched_at=NOW)])
    stated[3] = replace(stated[3], status=FINISHED)
    store.record_mandates(Listing(stated, NOW), provider="fluvius")
    return store


def _quarters_of(days: Iterable[date], ean: str) -> Iterator[Any]:
    for day in days:
        whole = day_interval(day, "electricity")
        count = int(whole.duration / timedelta(minutes=15))
        rows = quarters(whole.start, [n / 4 for n in range(count)], metering_point=ean)
        early = NOW - timedelta(days=19)
        yield answer(rows, fetched_at=early, metering_point=ean)


def _gas() -> Any:
    rows = []
    for day in GAS_DAYS:
        whole = day_interval(day, "gas")
        common: dict[str, Any] = {
            "metering_point": GAS_EAN,
            "energy_type": "gas",
            "unit": "m3",
            "meter_id": "1FLO1",
        }
        rows.append(Row(start=whole.start, end=whole.end, value=4.8, granularity="P1D", **common))
        start = whole.start
        while start < whole.end:
            end = start + timedelta(hours=1)
            rows.append(Row(start=start, end=end, value=0.2, granularity="PT1H", **common))
            start = end
    return answer(
        rows,
        fetched_at=NOW - timedelta(days=19),
        metering_point=GAS_EAN,
        energy_type="gas",
        granularities=(Granularity.HOUR, Granularity.DAY),
        scope=Interval(rows[0].start, rows[-1].end),
    )
