"""Whose a value is: mandates that stand at their word, others up to who came after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.registry import KnownMandate, LedgerEntry, Reference
from kwartier.registry.ledger import changes_between
from kwartier.retention.decisions import END
from kwartier.rights.whose import Claim, Whose, periods, permissions_of
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import EXPIRED, FINISHED
from support.mandates import POINT, known_mandate

MARCH, MAY, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 5, 7))
QUARTER = Granularity.QUARTER_HOUR


def whose(*known: KnownMandate, ledger: list[LedgerEntry] | None = None) -> Whose:
    """Mandate 1 is customer c-1's, and so on."""
    references = [
        Reference(
            reference_number=one.mandate.reference_number,
            customer_id=f"c-{one.mandate_id}",
            provider="fluvius",
            created_at=MARCH,
        )
        for one in known
    ]
    return Whose(known, references, ledger or [])


def only(claims: list[Claim]) -> Interval:
    (claim,) = claims
    return claim.period


def test_of_two_who_came_after_each_other_each_has_its_own_period() -> None:
    former = known_mandate(1, period_start=MARCH, period_end=MAY)
    later = known_mandate(2, period_start=MAY)
    found = whose(former, later)
    assert only(found.of("c-1")) == Interval(MARCH, MAY)
    assert only(found.of("c-2")) == Interval(MAY, END)
    assert [claim.customer_id for claim in found.at(POINT)] == ["c-1", "c-2"]
    assert found.shared("c-1") == found.shared("c-2") == []


def test_a_slice_across_the_change_is_nobodys() -> None:
    moved = MAY + timedelta(minutes=7)
    found = whose(
        known_mandate(1, period_start=MARCH, period_end=moved),
        known_mandate(2, period_start=moved),
    )
    across = Interval(MAY, MAY + timedelta(minutes=15))
    assert not any(claim.has(QUARTER, across) for claim in found.at(POINT))


def test_a_finished_mandate_was_not_told_of_the_move_and_ends_where_the_next_begins() -> None:
    former = known_mandate(1, period_start=MARCH, status=FINISHED, changed_at=JULY)
    found = whose(former, known_mandate(2, period_start=MAY))
    assert only(found.of("c-1")) == Interval(MARCH, MAY)
    assert found.shared("c-1") == []


def test_a_finished_mandate_ends_where_it_was_first_seen_to_be_finished() -> None:
    approved = known_mandate(1, period_start=MARCH, first_seen_at=MARCH, changed_at=MARCH)
    finished = replace(approved, mandate=replace(approved.mandate, status=FINISHED), changed_at=MAY)
    changes = changes_between([], [approved], MARCH) + changes_between([approved], [finished], MAY)
    ledger = [LedgerEntry(number, str(number), one) for number, one in enumerate(changes, 1)]
    again = replace(finished, changed_at=JULY)
    assert only(whose(again, ledger=ledger).of("c-1")) == Interval(MARCH, MAY)


def test_a_vanished_or_expired_mandate_brings_nothing_of_later() -> None:
    vanished = known_mandate(1, period_start=MARCH, missing_since=MAY)
    expired = known_mandate(2, period_start=MARCH, renewal_status=EXPIRED, expires_at=MAY)
    assert only(whose(vanished).of("c-1")) == Interval(MARCH, MAY)
    assert only(whose(expired).of("c-2")) == Interval(MARCH, MAY)


def test_two_mandates_that_stand_are_both_at_their_word_and_that_is_told() -> None:
    found = whose(known_mandate(1, period_start=MARCH), known_mandate(2, period_start=MAY))
    assert only(found.of("c-1")) == Interval(MARCH, END)
    assert found.shared("c-1") == found.shared("c-2") == [POINT]


def test_a_mandate_opens_its_own_granularities_alone() -> None:
    days = known_mandate(1, period_start=MARCH, granularities=frozenset({Granularity.DAY}))
    found = whose(days, known_mandate(2, period_start=MARCH))
    assert found.shared("c-1") == []
    (claim,) = found.of("c-1")
    assert not claim.has(QUARTER, Interval(MAY, MAY + timedelta(minutes=15)))
    assert list(periods([claim])) == [Granularity.DAY]


def test_a_mandate_that_never_told_its_ean_claims_nothing() -> None:
    assert whose(known_mandate(1, metering_point=None)).of("c-1") == []


def test_permissions_are_cut_and_touching_periods_stay_apart() -> None:
    first = known_mandate(1, period_start=MARCH, period_end=MAY)
    claims = [*whose(first).of("c-1"), *whose(known_mandate(2, period_start=MAY)).of("c-2")]
    (permission,) = permissions_of(claims, Interval(MARCH, JULY))
    assert permission.intervals == (Interval(MARCH, MAY), Interval(MAY, JULY))


INSTANTS = st.integers(0, 12).map(lambda number: MARCH + number * timedelta(days=10))


@st.composite
def mandates(draw: st.DrawFn, number: int) -> KnownMandate:
    start, end = sorted((draw(INSTANTS), draw(INSTANTS)))
    status = draw(st.sampled_from(["Approved", "Finished"]))
    return known_mandate(
        number,
        period_start=start,
        period_end=draw(st.sampled_from([None, end])),
        status=status,
        changed_at=draw(INSTANTS),
    )


@settings(deadline=None, max_examples=60)
@given(st.tuples(*(mandates(number) for number in (1, 2, 3))), INSTANTS)
def test_no_claim_goes_beyond_its_mandate_nor_one_that_ended_beyond_who_came_after(
    known: tuple[KnownMandate, ...], at: datetime
) -> None:
    found = whose(*known)
    for claim in found.at(POINT):
        mandate = claim.known.mandate
        assert mandate.period_start is not None
        assert mandate.period_start <= claim.period.start
        assert claim.period.end <= (mandate.period_end or END)
        if not claim.stands:
            after = [
                c
                for c in found.at(POINT)
                if c.customer_id != claim.customer_id and c.period.start > claim.period.start
            ]
            assert not any(at in c.period and at in claim.period for c in after)


@pytest.mark.parametrize("customer", ["c-9", ""])
def test_who_is_not_known_has_nothing(customer: str) -> None:
    assert whose(known_mandate(1)).of(customer) == []
