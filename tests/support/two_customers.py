"""Two customers who had one metering point after each other, in a store filled by real syncs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.cli.provider import connect_async
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store, open_store
from kwartier.sync import FluviusSource, SyncReport, sync
from support.esco import Esco, send

POWER, GAS, OTHER = "541440110000000131", "541441010000000131", "541440110000000132"
FORMER, LATER = "c-former", "c-later"
BEGIN = datetime(2026, 10, 14, 22, tzinfo=UTC)
MOVED = datetime(2026, 11, 4, 23, tzinfo=UTC)
"""Midnight in Brussels: the former customer's last day is November 4."""
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = "Ik ga ermee akkoord dat mijn meetgegevens voor advies worden gebruikt.\nTot ik stop."


@dataclass(frozen=True)
class TwoCustomers:
    """The store, and the emulated world that it was filled from."""

    path: Path
    store: Store
    references: Mapping[str, str]
    emulator: EmulatorThread

    @property
    def esco(self) -> Esco:
        return Esco(self.emulator.env)

    def control(self, method: str, path: str, **members: Any) -> Any:
        """Do something to the emulated world."""
        body = json.dumps(members).encode()
        answer = send(f"{self.emulator.url}/_emulator/{path}", method, content=body)
        assert answer.status == 200, answer.content
        return answer.json

    def share(self, customer: str, *eans: str, since: datetime, **more: Any) -> None:
        """Approved mandates of a customer, for days and for what is finer."""
        start = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        for ean in eans:
            for service in ("VH_dag", "VH_kwartier_uur"):
                reference = self.references[customer]
                made = self.esco.mock(reference, ean, service, dataPeriodFrom=start, **more)
                assert made.status == 200, made.content

    def sync(self) -> SyncReport:
        """One run, as the command makes it."""
        credentials = FluviusCredentials.from_env(
            prefix="FLUVIUS_SANDBOX", variables=self.emulator.env
        )

        async def run() -> SyncReport:
            async with connect_async(Environment.SANDBOX, credentials) as client:
                return await sync(self.store, FluviusSource(client, "1"))

        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.emulator.env.items():
                patch.setenv(name, value)
            return asyncio.run(run())


def two_customers(folder: Path, emulator: EmulatorThread) -> TwoCustomers:
    """The former customer shares electricity and gas and moves out; the later one shares the
    electricity of the same metering point, and of one of its own. Synced before and after.
    """
    path = folder / "kwartier.duckdb"
    store = open_store(path, create=True)
    now = datetime(2026, 2, 1, tzinfo=UTC)
    changes = [
        CustomerChange(
            customer_id=FORMER, label="Els Peeters", language="nl", contact="els@example.org"
        ),
        CustomerChange(
            customer_id=LATER, label="Jo <b>Janssens</b>", language="en", contact="jo@example.org"
        ),
    ]
    applied = store.change_customers(changes, provider="fluvius", now=now)
    references = {one.customer_id: one.reference_number for one in applied.made}
    store.add_wording(Wording(version="2026-1", language="nl", text=WORDS, added_at=now))
    store.note_consents(
        [
            Consent(
                reference_number=references[FORMER],
                purpose="energieadvies",
                wording="2026-1",
                channel="web",
                given_at=now,
            )
        ]
    )
    made = TwoCustomers(path, store, references, emulator)
    made.share(FORMER, POWER, GAS, since=BEGIN)
    made.control("PUT", "clock", now=(MOVED - timedelta(days=2, hours=11)).isoformat())
    made.sync()
    made.control("PUT", "clock", now=(MOVED + timedelta(days=1, hours=13)).isoformat())
    made.control("POST", "events", kind="customer-change", ean=POWER, effective=MOVED.isoformat())
    made.share(LATER, POWER, since=MOVED)
    made.share(LATER, OTHER, since=MOVED)
    made.sync()
    made.control("PUT", "clock", now=TODAY.isoformat())
    made.sync()
    return made
