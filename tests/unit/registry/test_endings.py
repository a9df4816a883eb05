"""What ends a mandate of a provider that lists all that stand: its absence, and nothing less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements.fetched import Undecoded
from kwartier.registry import ChangeKind, KnownMandate, Listing, MandateChange, observe, replay
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAMAGE = (Undecoded(path="records[2]", why="start_date: missing"),)


def contract(number: int, provider: str = ENECO) -> Mandate:
    """A contract of one of two data owners."""
    owner = f"00000000-0000-4000-8000-{number % 2:012d}"
    return Mandate(
        provider=provider,
        contract_number=f"contract-{number}",
        reference_number=owner,
        status="Approved",
        data_service_type="usages",
        metering_point=owner,
        energy_type=HEAT,
        granularities=frozenset({Granularity.HOUR}),
        period_start=START - timedelta(days=30 - number),
    )


def seen(known: list[KnownMandate], listing: Listing, provider: str = ENECO) -> list[KnownMandate]:
    return observe(known, listing, provider=provider).mandates


def standing(known: list[KnownMandate]) -> set[str]:
    return {one.mandate.contract_number for one in known if one.mandate.is_approved}


lists = st.lists(
    st.tuples(
        st.sets(st.integers(0, 3)),
        st.sampled_from(["whole", "undecoded", "partial", "reference", "failed"]),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=80)
@given(lists)
def test_only_absence_from_a_whole_list_ends_a_mandate_and_an_empty_one_ends_only_the_last(
    polls: list[tuple[set[int], str]],
) -> None:
    known: list[KnownMandate] = []
    changes: list[MandateChange] = []
    for number, (shown, kind) in enumerate(polls):
        if kind == "failed":
            continue  # there is no list to observe
        listing = Listing([contract(one) for one in sorted(shown)], START + number * HOUR)
        if kind == "reference":
            references = frozenset({contract(0).reference_number})
            listing = replace(listing, references=references)
        elif kind != "whole":
            listing = replace(
                listing,
                undecoded=DAMAGE if kind == "undecoded" else (),
                is_partial=kind == "partial",
            )
        before = standing(known)
        observed = observe(known, listing, provider=ENECO)
        known, changes = observed.mandates, changes + observed.changes
        listed = {one.contract_number for one in listing.mandates if listing.speaks_of(one)}
        ends = kind == "whole" and (bool(shown) or len(before) == 1)
        assert standing(known) == (listed if ends else before | listed)
    assert replay(changes) == known


def test_an_ended_contract_stays_as_it_ended_and_a_new_one_is_a_mandate_of_its_own() -> None:
    known = seen([], Listing([contract(0), contract(1)], START))
    known = seen(known, Listing([contract(1)], START + HOUR))
    ended = known[0]
    assert (ended.mandate.status, ended.changed_at) == ("Finished", START + HOUR)
    assert ended.mandate.metering_point == contract(0).metering_point, "it is known what it was of"
    known = seen(known, Listing([contract(1), contract(2)], START + 2 * HOUR))
    assert known[0] == ended
    assert [one.mandate for one in known[1:]] == [contract(1), contract(2)]
    assert not any(one.is_ambiguous for one in known)


def test_the_ledger_tells_of_an_ending_as_of_one_that_was_stated() -> None:
    known = seen([], Listing([contract(0), contract(1)], START))
    [change] = observe(known, Listing([contract(1)], START + HOUR), provider=ENECO).changes
    assert change.kind is ChangeKind.CHANGED
    assert [(one.field, one.before, one.after) for one in change.fields] == [
        ("status", "Approved", "Finished")
    ]


def test_an_empty_list_ends_the_last_that_stood_but_not_several_at_once() -> None:
    known = seen([], Listing([contract(0), contract(1)], START))
    for one in seen(known, Listing([], START + HOUR)):
        assert (one.mandate.status, one.missing_since) == ("Approved", START + HOUR)
    known = seen(known, Listing([contract(1)], START + HOUR))
    assert standing(known) == {"contract-1"}
    assert standing(seen(known, Listing([], START + 2 * HOUR))) == set()


def test_a_contract_that_ran_out_leaves_the_list_without_having_been_withdrawn() -> None:
    short = replace(contract(0), period_end=START + HOUR)
    known = seen([], Listing([short, contract(1)], START))
    for number in (1, 2):
        known = seen(known, Listing([contract(1)], START + number * HOUR))
        assert (known[0].mandate.status, known[0].missing_since) == ("Approved", START + HOUR)
    early = seen([], Listing([replace(short, period_end=START + 2 * HOUR), contract(1)], START))
    assert seen(early, Listing([contract(1)], START + HOUR))[0].mandate.status == "Finished"


def test_a_list_of_another_provider_ends_nothing() -> None:
    known = seen([], Listing([contract(0)], START))
    other = Listing([contract(7, FLUVIUS)], START + HOUR)
    assert observe(known, other, provider=FLUVIUS).changed[0].mandate == contract(7, FLUVIUS)
    assert all(one.mandate.is_approved for one in known)


@pytest.mark.parametrize("provider", [FLUVIUS, "somebody"])
def test_where_others_than_those_that_stand_are_listed_absence_is_no_ending(provider: str) -> None:
    mandates = [contract(0, provider), contract(1, provider)]
    known = seen([], Listing(mandates, START), provider)
    [missing, _] = seen(known, Listing(mandates[1:], START + HOUR), provider)
    assert (missing.mandate.status, missing.missing_since) == ("Approved", START + HOUR)
