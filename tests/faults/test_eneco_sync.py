"""Syncing with an emulated Eneco: in the end the store is the truth, whatever happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.registry import Listing
from kwartier.retention import HoldReason, RetentionPolicy
from kwartier.store import Committed, Store, open_store
from kwartier.store.duckdb.store import DuckDBStore
from kwartier.sync import EnecoSource, RunPolicy, review
from kwartier.sync.addresses import FetchedAddresses
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.fetch import Outcome, Reason
from kwartier.vocabulary.local_time import day_start
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from support.data_owners import add_owner
from support.emulators import FROZEN_AT
from support.eneco import Eneco, held
from support.faults import FaultControl
from support.measured import answer, quarters

ONE = timedelta(days=1)
WITH_COOLING, WITH_GAS = 2, 6
"""Data owners of the emulator: some of the first one's values come late or are put right."""
START = date(2026, 11, 10)


class CutError(KwartierError):
    """Stands for the end of a process."""


@pytest.fixture(scope="module")
def running(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    emulator = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(emulator)
    return emulator


@pytest.fixture
def eneco(running: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> Eneco:
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    eneco = Eneco(running)
    eneco.begin(FROZEN_AT)
    return eneco


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store.duckdb", create=True)


def statuses(store: Store) -> dict[str, str]:
    return {one.mandate.contract_number: one.mandate.status for one in store.mandates()}


@pytest.mark.parametrize(
    "begin", [datetime(2026, 3, 20, 12, tzinfo=UTC), datetime(2026, 10, 16, 12, tzinfo=UTC)]
)
def test_daily_rounds_hold_what_is_true_at_each_moment_across_a_clock_change(
    eneco: Eneco, store: Store, begin: datetime
) -> None:
    eneco.begin(begin)
    start = begin.date() - 33 * ONE
    owners = [eneco.owners[WITH_COOLING], eneco.owners[WITH_GAS]]
    for owner in owners:
        eneco.grant(owner, start)
    first = eneco.sync(store)
    assert first.reasons == {Reason.BACKFILL: 2 * len(owners)}, "two windows of at most 31 days"
    revised = 0
    for days in (2, 2, 9):
        eneco.wait(days)
        report = eneco.sync(store)
        assert report.reasons == {Reason.DELTA: len(owners)}, "one fetch each, whatever is new"
        assert (report.failed, report.undecoded, report.beyond_consent) == (0, 0, 0)
        revised += report.revised
        for owner in owners:
            assert held(store, owner) == eneco.truth(owner, start)
    assert revised == store.revisions().num_rows > 0
    [asked] = store.asked([owners[1]])
    whole = day_start((begin + 11 * ONE).date(), HEAT)
    assert asked.complete[0].start == day_start(start, HEAT)
    assert asked.complete[0].end >= whole, "over the gas days, and the day when the clock changed"


def test_a_consent_that_is_withdrawn_puts_data_on_hold_and_a_new_one_has_its_own_period(
    eneco: Eneco, store: Store
) -> None:
    owner, other = eneco.owners[:2]
    before, stays = eneco.grant(owner, START), eneco.grant(other, START)
    eneco.sync(store)
    kept = held(store, owner)
    eneco.wait(1)
    eneco.revoke(owner)
    report = eneco.sync(store)
    assert report.points == 1
    assert statuses(store) == {before: "Finished", stays: "Approved"}
    assert held(store, owner) == kept
    [hold] = review(store, now=report.now, policy=RetentionPolicy()).holds
    assert (hold.reason, hold.known.mandate.contract_number) == (HoldReason.FINISHED, before)
    eneco.wait(3)
    again = eneco.grant(owner)
    eneco.wait(2)
    report = eneco.sync(store)
    assert report.reasons == {Reason.DELTA: 1, Reason.BACKFILL: 1}
    assert statuses(store) == {before: "Finished", stays: "Approved", again: "Approved"}
    anew = eneco.world.now().date() - 2 * ONE
    assert held(store, owner) == kept | eneco.truth(owner, anew), "not the days in between"


def test_what_is_forbidden_meanwhile_is_recorded_and_the_contracts_are_listed_once_more(
    eneco: Eneco, store: Store
) -> None:
    owner, other = eneco.owners[:2]
    withdrawn, stays = eneco.grant(owner, START), eneco.grant(other, START)
    lists: list[Listing] = []

    class Withdrawn(EnecoSource):
        async def mandates(self, *, reference_number: str | None = None) -> Listing:
            lists.append(await super().mandates(reference_number=reference_number))
            if len(lists) == 1:
                eneco.revoke(owner)
            return lists[-1]

    report = eneco.sync(store, Withdrawn)
    assert report.outcomes == {Outcome.OK: 1, Outcome.FORBIDDEN: 1}
    assert len(lists) == 2
    assert statuses(store) == {withdrawn: "Finished", stays: "Approved"}
    assert "forbidden" in store.fetches()["outcome"].to_pylist()
    eneco.wait(1)
    assert eneco.sync(store).outcomes == {Outcome.OK: 1}


def test_an_empty_list_ends_the_last_contract_but_not_several_at_once(
    eneco: Eneco, store: Store
) -> None:
    first, second = (eneco.grant(owner, START) for owner in eneco.owners[:2])
    eneco.sync(store)
    for owner in eneco.owners[:2]:
        eneco.revoke(owner)
    eneco.wait(1)
    report = eneco.sync(store)
    assert statuses(store) == {first: "Approved", second: "Approved"}
    assert (report.points, report.fetches) == (0, 0), "but nothing is asked for under them"
    third = eneco.grant(eneco.owners[2], START)
    eneco.sync(store)
    assert statuses(store) == {first: "Finished", second: "Finished", third: "Approved"}
    eneco.revoke(eneco.owners[2])
    eneco.sync(store)
    assert statuses(store)[third] == "Finished"


def test_a_failed_page_costs_its_window_alone_which_is_asked_again(
    eneco: Eneco, store: Store
) -> None:
    owner = eneco.owners[0]
    eneco.grant(owner, START - 22 * ONE)
    faults = FaultControl(eneco.emulator.url)
    faults.set("usages:500=1x,truncated-body=1x")
    try:
        first = eneco.sync(store)
    finally:
        faults.clear()
    assert (first.fetches, first.failed) == (2, 2)
    assert held(store, owner) == set()
    faults.set("usages:500=1x")
    try:
        second = eneco.sync(store)
    finally:
        faults.clear()
    assert second.outcomes == {Outcome.OK: 1, Outcome.FAILED: 1}
    third = eneco.sync(store)
    assert third.failed == 0
    assert held(store, owner) == eneco.truth(owner, START - 22 * ONE)


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_sync_that_dies_with_a_commit_is_continued_by_the_next(
    eneco: Eneco, tmp_path: Path, is_kept: bool
) -> None:
    """It dies before its second commit is made, or as soon as it was."""
    owners = eneco.owners[:2]
    for owner in owners:
        eneco.grant(owner, START - 22 * ONE)
    path = tmp_path / "cut.duckdb"
    open_store(path, create=True)

    class Dying(DuckDBStore):
        commits = 0

        def commit(self, batch: Sequence[Fetched]) -> Committed:
            self.commits += 1
            if self.commits < 2:
                return super().commit(batch)
            if is_kept:
                super().commit(batch)
            raise CutError("cut off")

    with pytest.raises(CutError):
        eneco.sync(Dying(path), run_policy=RunPolicy(commit_fetches=1, concurrency=1))
    store = open_store(path)
    kept = store.fetches().num_rows
    assert kept == 1 + is_kept
    report = eneco.sync(store)
    assert (report.failed, report.reasons[Reason.BACKFILL] + kept) == (0, 4)
    for owner in owners:
        assert held(store, owner) == eneco.truth(owner, START - 22 * ONE)


def test_data_owners_of_the_registry_serve_where_contracts_cannot_be_listed(
    eneco: Eneco, store: Store
) -> None:
    owner, other = eneco.owners[:2]
    eneco.grant(owner, START)
    since = day_start(START + ONE, HEAT)
    shared = [(owner.upper(), since), (other, since)]
    add_owner(store, owner)
    report = eneco.sync(store, data_owners=lambda: shared)
    assert report.addresses == FetchedAddresses(asked=1), "of whom the registry knows"
    assert [one.address.country for one in store.data_owners() if one.address] == ["NL"]
    assert report.outcomes == {Outcome.OK: 1, Outcome.FORBIDDEN: 1}, "the other did not consent"
    assert held(store, owner) == eneco.truth(owner, START + ONE)
    eneco.wait(1)
    assert eneco.sync(store, data_owners=lambda: shared[:1]).addresses == FetchedAddresses()
    standing = {one.mandate.metering_point: one.mandate.status for one in store.mandates()}
    assert standing == {owner: "Approved", other: "Finished"}


def test_two_providers_in_one_store_leave_each_other_alone(eneco: Eneco, store: Store) -> None:
    ean, later = "541440110000000001", FROZEN_AT + 2 * ONE
    rows = quarters(FROZEN_AT - ONE, [1.0] * 8, metering_point=ean)
    fluvius = answer(rows, fetched_at=later, metering_point=ean)
    store.commit([fluvius])
    owner = eneco.owners[0]
    eneco.grant(owner, START)
    report = eneco.sync(store)
    assert (report.points, report.failed) == (1, 0)
    assert (store.listed(ENECO).whole, store.listed(FLUVIUS).whole) == (report.now, None)
    assert held(store, owner) == eneco.truth(owner, START)
    assert len(held(store, ean)) == 8
