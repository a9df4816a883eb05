"""The ledger of consents against the emulator: a mandate's whole life, as polls see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.cli.provider import connect_async
from kwartier.emulator import customer_steps
from kwartier.emulator.events.event import EventAsked
from kwartier.emulator.journeys import Choice
from kwartier.emulator.personas import CUSTOMERS
from kwartier.emulator.thread import EmulatorThread
from kwartier.emulator.world import World
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.registry.ledger import replay
from kwartier.store import Store, open_store
from kwartier.sync import FluviusSource, PollPolicy, poll_mandates
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    Flow,
    MandateStatus,
)
from support.emulators import FreshEmulator

BEGIN = datetime(2026, 10, 24, 12, tzinfo=UTC)  # the day before the clock goes back
DAY = timedelta(days=1)
EAN = "541440110000000101"
REFERENCE = "LEDGER-1"
UPDATES = PollPolicy(whole_every=timedelta(days=5000))
"""Nothing but updates after the first list."""

Step = Callable[[World, datetime], object]


def ask(world: World, now: datetime) -> None:
    """Bram asks for the meter of which Noor is grid user."""
    request = ClientSessionRequest(
        data_access_contract_number="C",
        reference_number=REFERENCE,
        flow=Flow.B2C,
        data_services=[
            ClientSessionDataService(
                data_service_type=DataServiceType.VH_DAG, data_period_from=now - 30 * DAY
            )
        ],
    )
    link = world.sandbox.create_short_url(request, now).identifier
    choice = Choice(ean=EAN, data_service_type=DataServiceType.VH_DAG)
    customer_steps.complete(
        world.sandbox, link, CUSTOMERS["bram"], [choice], confirmation="1", now=now
    )


def consent(world: World, now: datetime) -> None:
    """Noor approves what she was asked last."""
    asked = customer_steps.inbox(world.sandbox, "noor", now)[-1]
    customer_steps.answer(world.sandbox, asked.id, "noor", approve=True, now=now)


def move(world: World, now: datetime) -> None:
    """Bram turns out to have moved ten days ago."""
    world.happen(EventAsked(kind="move", ean=EAN, effective="-P10D").happening(now))


def delete(world: World, now: datetime) -> None:
    key = (REFERENCE, EAN, DataServiceType.VH_DAG)
    customer_steps.delete(world.sandbox, key, CUSTOMERS["bram"], now=now)


def nothing(_world: World, _now: datetime) -> None:
    """Time alone passes."""


APPROVED = BEGIN + 5 * DAY
DUE = datetime(2029, 8, 1, 12, tzinfo=UTC)
MOVED = DUE + 10 * DAY
DELETED = DUE + 20 * DAY
LIFE: list[tuple[datetime, Step]] = [
    (BEGIN, ask),
    (BEGIN + DAY, nothing),
    (APPROVED, consent),
    (APPROVED + timedelta(minutes=1), nothing),
    (datetime(2028, 2, 29, 12, tzinfo=UTC), nothing),
    (DUE, nothing),
    (MOVED, move),
    (MOVED + DAY, nothing),
    (DELETED, delete),
    (DELETED + DAY, nothing),
]


class Poller:
    """A store that is kept in step with an emulator by one way of polling."""

    def __init__(self, env: Mapping[str, str], path: Path, policy: PollPolicy | None) -> None:
        self.store: Store = open_store(path, create=True)
        self.policy = policy
        self.credentials = FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX", variables=env)

    async def poll(self) -> bool:
        """Poll once; whether the list that was recorded is a whole one."""
        async with connect_async(Environment.SANDBOX, self.credentials) as client:
            source = FluviusSource(client, "C")
            _, listing = await poll_mandates(self.store, source, self.policy)
        return listing.is_whole

    def history(self) -> list[tuple[datetime, str, dict[str, tuple[str | None, str | None]]]]:
        """Each change: when it was seen, its kind, and the fields before and after."""
        return [
            (
                entry.change.seen_at,
                str(entry.change.kind),
                {each.field: (each.before, each.after) for each in entry.change.fields},
            )
            for entry in self.store.ledger()
        ]


@pytest.fixture(scope="module")
def pollers(
    running_emulators: list[EmulatorThread], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Poller]:
    """One life, seen by polls of updates and by whole lists."""
    emulator = EmulatorThread(clock=BEGIN)
    running_emulators.append(emulator)
    world, folder = emulator.world, tmp_path_factory.mktemp("ledger")
    by_updates = Poller(emulator.env, folder / "updates.duckdb", UPDATES)
    by_lists = Poller(emulator.env, folder / "lists.duckdb", None)
    was_whole = []
    with pytest.MonkeyPatch.context() as patch:
        lead_to(emulator, patch)
        for now, step in LIFE:
            world.clock.set(now)
            step(world, now)
            was_whole.append(asyncio.run(by_updates.poll()))
            assert asyncio.run(by_lists.poll())
    # Only the first list was whole: whatever came later was seen by asking for updates.
    assert was_whole == [True] + [False] * (len(LIFE) - 1)
    return {"updates": by_updates, "lists": by_lists}


def lead_to(emulator: EmulatorThread, patch: pytest.MonkeyPatch) -> None:
    """Lead clients to ``emulator``."""
    for name, value in emulator.env.items():
        patch.setenv(name, value)


@pytest.mark.parametrize("way", ["updates", "lists"])
def test_every_change_stands_there_once_in_order_at_the_providers_time(
    pollers: dict[str, Poller], way: str
) -> None:
    first, approval, *later = pollers[way].history()
    assert first[:2] == (BEGIN, "first_seen")
    assert first[2]["status"] == (None, "Requested")
    assert "metering_point" not in first[2]
    assert approval[:2] == (APPROVED, "changed")
    assert approval[2]["status"] == ("Requested", "Approved")
    assert approval[2]["metering_point"] == (None, EAN)
    assert approval[2]["expires_at"] == (None, "2029-10-29T12:00:00Z")
    finished = later.pop()
    assert later == [
        (DUE, "changed", {"renewal_status": (None, "ToBeRenewed")}),
        (MOVED, "changed", {"period_end": (None, "2029-08-01T12:00:00Z")}),
    ]
    assert finished[:2] == (DELETED, "changed")
    assert finished[2]["status"] == ("Approved", "Finished")
    assert pollers[way].store.ledger()[-1].entry_id == len(pollers[way].history())


def test_updates_and_whole_lists_tell_the_same(pollers: dict[str, Poller]) -> None:
    updates, lists = pollers["updates"], pollers["lists"]
    assert updates.history() == lists.history()
    assert updates.store.mandates() == lists.store.mandates()


@pytest.mark.parametrize("way", ["updates", "lists"])
def test_the_ledger_replayed_is_what_is_known(pollers: dict[str, Poller], way: str) -> None:
    store = pollers[way].store
    assert replay(entry.change for entry in store.ledger()) == store.mandates()


def test_two_customers_of_which_one_changes_leave_the_other_alone(
    fresh_emulator: FreshEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator(clock=BEGIN)
    lead_to(emulator, monkeypatch)
    poller = Poller(emulator.env, tmp_path / "store.duckdb", UPDATES)
    for reference, ean in (("TWO-1", EAN), ("TWO-2", "541440110000000102")):
        mock(poller, reference, ean)
    asyncio.run(poller.poll())
    before = {one.mandate.reference_number: astuple(one) for one in poller.store.mandates()}
    later = BEGIN + DAY
    emulator.world.clock.set(later)
    move(emulator.world, later)
    assert not asyncio.run(poller.poll())
    after = {one.mandate.reference_number: astuple(one) for one in poller.store.mandates()}
    assert after["TWO-2"] == before["TWO-2"]
    assert after["TWO-1"] != before["TWO-1"]
    assert [kind for _, kind, _ in poller.history()] == ["first_seen", "first_seen", "changed"]


def mock(poller: Poller, reference: str, ean: str) -> None:
    """An approved mandate for values by day, from the beginning of the month."""

    async def make() -> None:
        async with connect_async(Environment.SANDBOX, poller.credentials) as client:
            await client.create_mock_mandate(
                reference_number=reference,
                ean=ean,
                data_service_type=DataServiceType.VH_DAG,
                data_period_from=datetime(2026, 9, 30, 22, tzinfo=UTC),
                status=MandateStatus.APPROVED,
            )

    asyncio.run(make())
