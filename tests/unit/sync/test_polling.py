"""Polling updates comes to the same as listing everything each time, whatever the order."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.registry import KnownMandate
from kwartier.store import open_store
from kwartier.sync import Answer, Listing, PollPolicy, poll_mandates
from kwartier.vocabulary.fetch import Fetch
from kwartier.vocabulary.mandate import Mandate
from support.stores import empty_store

START = datetime(2026, 10, 24, 12, tzinfo=UTC)
POINTS = ["541440110000000001", "541440110000000002"]


class Register:
    """A provider's mandates with the times of their last updates."""

    provider = "fluvius"

    def __init__(self) -> None:
        self.now = START
        self.held: dict[tuple[str, str], tuple[datetime, Mandate]] = {}
        self.asked: list[str] = []

    def put(self, reference: str, point: str, status: str) -> None:
        approved = status == "Approved"
        self.held[reference, point] = (
            self.now,
            Mandate(
                provider="fluvius",
                contract_number="123",
                reference_number=reference,
                status=status,
                data_service_type="VH_dag",
                metering_point=point if approved else None,
                energy_type="electricity" if approved else None,
            ),
        )

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        self.asked.append(reference_number or "all")
        listed = [m for _, m in self.held.values()]
        if reference_number is None:
            return Listing(listed, self.now)
        under = [m for m in listed if m.reference_number == reference_number]
        return Listing(under, self.now, references=frozenset({reference_number}))

    async def updated_mandates(self, since: datetime) -> Listing | None:
        self.asked.append("updates")
        updated = [m for at, m in self.held.values() if at >= since]
        return Listing(updated, self.now, references=frozenset())

    async def delivery_address(self, metering_point: str) -> None:
        raise NotImplementedError

    async def request(self, fetch: Fetch) -> Answer:
        raise NotImplementedError

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        raise NotImplementedError

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        raise error


Step = tuple[str, str, str, bool]
steps = st.lists(
    st.tuples(
        st.sampled_from(["KW-1", "KW-2"]),
        st.sampled_from(POINTS),
        st.sampled_from(["Requested", "Approved", "Finished", "Rejected"]),
        st.booleans(),
    ),
    max_size=6,
)


def poll(path: Path, register: Register, policy: PollPolicy | None) -> list[KnownMandate]:
    return asyncio.run(poll_mandates(open_store(path), register, policy))[0]


def unnumbered(known: list[KnownMandate]) -> list[KnownMandate]:
    """Without the numbers that a store gives in the order in which it comes to know them: a list
    of one reference's mandates does not tell their place among all.
    """
    return sorted((replace(one, mandate_id=0) for one in known), key=repr)


@settings(deadline=None, max_examples=12)
@given(steps)
@example(
    [
        ("KW-2", POINTS[0], "Requested", True),
        ("KW-1", POINTS[0], "Requested", False),
        ("KW-2", POINTS[1], "Requested", True),
    ]
)
def test_polls_of_updates_see_what_whole_lists_see(life: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        register = Register()
        by_updates, whole = Path(folder) / "updates.duckdb", Path(folder) / "whole.duckdb"
        for path in (by_updates, whole):
            empty_store(path)
        for reference, point, status, is_polled in life:
            register.put(reference, point, status)
            if is_polled:
                seen = poll(by_updates, register, PollPolicy())
                assert unnumbered(seen) == unnumbered(poll(whole, register, None))
            register.now += timedelta(minutes=30)
        seen = poll(by_updates, register, PollPolicy())
        assert unnumbered(seen) == unnumbered(poll(whole, register, None))
        stated = [mandate for _, mandate in register.held.values()]
        listed = [one.mandate for one in seen if one.missing_since is None]
        shown = [m if m.is_approved else replace(m, metering_point=None) for m in listed]
        assert sorted(f"{m.reference_number} {m.status} {m.metering_point}" for m in shown) == (
            sorted(f"{m.reference_number} {m.status} {m.metering_point}" for m in stated)
        )


def test_only_references_that_were_updated_are_asked_and_all_from_time_to_time(
    tmp_path: Path,
) -> None:
    path, register = tmp_path / "store.duckdb", Register()
    empty_store(path)
    register.put("KW-1", POINTS[0], "Approved")
    register.put("KW-2", POINTS[1], "Approved")
    asked = []
    for hours, reference in ((2, None), (2, None), (4, "KW-2"), (15, None), (1, None)):
        register.now += timedelta(hours=hours)
        if reference:
            register.put(reference, POINTS[1], "Finished")
        register.asked.clear()
        poll(path, register, PollPolicy())
        asked.append(list(register.asked))
    assert asked == [
        ["all"],
        ["updates"],
        ["updates", "KW-2"],
        ["updates", "all"],
        ["updates"],
    ]


def test_more_updates_than_are_worth_asking_one_by_one_are_listed_at_once(tmp_path: Path) -> None:
    path, register = tmp_path / "store.duckdb", Register()
    empty_store(path)
    poll(path, register, PollPolicy())
    for number in range(3):
        register.put(f"KW-{number}", POINTS[0], "Approved")
    register.asked.clear()
    assert len(poll(path, register, PollPolicy(most_references=2))) == 3
    assert register.asked == ["updates", "all"]


def test_a_provider_that_has_no_list_of_updates_is_asked_for_all_each_time(tmp_path: Path) -> None:
    class WholeLists(Register):
        async def updated_mandates(self, since: datetime) -> Listing | None:
            return None

    path, register = tmp_path / "store.duckdb", WholeLists()
    open_store(path, create=True)
    register.put("KW-1", POINTS[0], "Approved")
    for _ in range(2):
        register.now += timedelta(hours=1)
        assert len(poll(path, register, PollPolicy())) == 1
    assert register.asked == ["all", "all"]
