"""The ledger of consents replayed from empty is the registry's present state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements.fetched import Undecoded
from kwartier.registry import KnownMandate, Listing, MandateChange, observe, replay
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
BEYOND = datetime(2027, 10, 30, 22, tzinfo=UTC)
UNREADABLE = (Undecoded(path="$", why="damaged"),)


@st.composite
def mandates(draw: st.DrawFn) -> Mandate:
    """One of few families, so that what could be confused meets."""
    status = draw(st.sampled_from(["Requested", "Approved", "Rejected", "Finished", "New word"]))
    is_approved = status == "Approved"
    return Mandate(
        provider="fluvius",
        contract_number="123",
        reference_number=draw(st.sampled_from(["KW-1", "KW-2"])),
        status=status,
        data_service_type=draw(st.sampled_from(["VH_dag", "VH_onbepaald"])),
        metering_point=draw(st.sampled_from(["1" * 18, "2" * 18])) if is_approved else None,
        energy_type="electricity" if is_approved else None,
        granularities=frozenset({Granularity.DAY, Granularity.QUARTER_HOUR} if is_approved else ()),
        period_start=draw(st.sampled_from([None, START])),
        period_end=draw(st.sampled_from([None, BEYOND])),
        renewal_status=draw(st.sampled_from([None, "ToBeRenewed"])),
    )


listings = st.tuples(
    st.lists(mandates(), max_size=4),
    st.sampled_from([(), UNREADABLE]),
    st.sampled_from([None, frozenset({"KW-1"}), frozenset[str]()]),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(listings, max_size=6))
def test_replaying_the_changes_from_empty_gives_what_is_known(
    lists: list[tuple[list[Mandate], tuple[Undecoded, ...], frozenset[str] | None]],
) -> None:
    known: list[KnownMandate] = []
    ledger: list[MandateChange] = []
    for hours, (stated, undecoded, references) in enumerate(lists):
        listing = Listing(stated, START + timedelta(hours=hours), undecoded, references)
        observed = observe(known, listing, provider="fluvius")
        known = observed.mandates
        ledger += observed.changes
        assert {change.mandate_id for change in observed.changes} == {
            one.mandate_id for one in observed.changed
        }
    assert replay(ledger) == known
