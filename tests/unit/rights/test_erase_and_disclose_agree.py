"""Erasing one customer's data and telling another's never meet, and together are all there is, but
for what is nobody's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kwartier.registry import KnownMandate, Reference
from kwartier.retention import (
    Decision,
    DecisionKind,
    Held,
    People,
    Permits,
    RetentionPolicy,
    examine,
)
from kwartier.rights.whose import Whose, periods
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import EXPIRED, FINISHED
from support.mandates import POINT, known_mandate

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
NOW = FIRST + timedelta(days=60)
FORMER, LATER = "former", "later"
HELD = (Granularity.HOUR, Granularity.DAY)
Slice = tuple[Granularity, Interval]

moments = st.integers(0, 10).map(lambda number: FIRST + number * timedelta(days=5))


@st.composite
def stories(draw: st.DrawFn, *, later_stands: bool) -> list[tuple[str, KnownMandate]]:
    """Some mandates of two customers on one metering point. If ``later_stands``, those of the later
    one all stand and go on, and none is ambiguous. Otherwise some time may be nobody's: what was
    fetched as the former's, who was gone, after the later one's consent had ended.
    """
    found = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        whose = FORMER if number == 1 else draw(st.sampled_from([FORMER, LATER]))
        ended = {
            "period_end": draw(st.none() | moments),
            "status": draw(st.sampled_from(["Approved", FINISHED, "Odd"])),
            "renewal_status": draw(st.sampled_from([None, EXPIRED])),
            "expires_at": draw(moments),
            "missing_since": draw(st.none() | moments),
        }
        one = known_mandate(
            number,
            granularities=frozenset(draw(st.sets(st.sampled_from(HELD), min_size=1))),
            period_start=draw(moments),
            is_ambiguous=not later_stands and draw(st.integers(0, 4)) == 0,
            changed_at=draw(moments),
            **({} if later_stands and whose == LATER else ended),
        )
        found.append((whose, one))
    return found


def brought(one: KnownMandate) -> set[Slice]:
    """The hours and days, some of each, that could be fetched while the mandate stood."""
    mandate = one.mandate
    ends = [mandate.period_end or NOW, one.missing_since or NOW]
    ends += [one.changed_at] if mandate.status != "Approved" else []
    if mandate.renewal_status == EXPIRED and mandate.expires_at is not None:
        ends.append(mandate.expires_at)
    found: set[Slice] = set()
    for number in range(60):
        start = FIRST + number * timedelta(hours=25)
        for granularity, length in ((Granularity.HOUR, 1), (Granularity.DAY, 24)):
            part = Interval(start, start + timedelta(hours=length))
            if granularity in mandate.granularities and part.end <= min(ends):
                assert mandate.period_start is not None
                found |= {(granularity, part)} if mandate.period_start <= part.start else set()
    return found


def references(story: list[tuple[str, KnownMandate]]) -> list[Reference]:
    return [
        Reference(
            reference_number=one.mandate.reference_number,
            customer_id=whose,
            provider="fluvius",
            created_at=FIRST,
        )
        for whose, one in story
    ]


def after_erasing(
    whose: str | None, story: list[tuple[str, KnownMandate]], stored: set[Slice]
) -> set[Slice]:
    """What is left when ``whose`` data was erased on request."""
    said = [
        Decision(
            kind=DecisionKind.SUPPRESS,
            mandate_id=one.mandate_id,
            decided_at=NOW,
            decided_by="an",
            why="asked",
        )
        for holder, one in story
        if holder == whose
    ]
    known = [one for _, one in story]
    permits = Permits(known, references(story), People(said), RetentionPolicy(), NOW)
    hull = Interval(FIRST, NOW)
    held = [
        Held(
            provider="fluvius",
            metering_point=POINT,
            energy_type="electricity",
            granularity=granularity,
            hull=hull,
        )
        for granularity in HELD
    ]
    kept = {order.granularity: order.kept for order in examine(permits, held)}
    return {
        (granularity, part)
        for granularity, part in stored
        if granularity not in kept or any(each.covers(part) for each in kept[granularity])
    }


def disclosed(whose: str, story: list[tuple[str, KnownMandate]], stored: set[Slice]) -> set[Slice]:
    claims = Whose([one for _, one in story], references(story), []).of(whose)
    opened = periods(claims)
    return {
        (granularity, part)
        for granularity, part in stored
        if any(each.covers(part) for each in opened.get(granularity, []))
    }


MOVED = FIRST + timedelta(days=20)
FINISHED_LATE = known_mandate(
    1,
    status=FINISHED,
    granularities=frozenset({Granularity.HOUR}),
    period_start=FIRST,
    changed_at=FIRST + timedelta(days=30),
)
MOVED_IN = known_mandate(2, granularities=frozenset({Granularity.HOUR}), period_start=MOVED)


SIDES = st.sampled_from([(FORMER, LATER), (LATER, FORMER)])


@settings(deadline=None, max_examples=50)
@given(stories(later_stands=False), SIDES)
def test_what_is_told_to_one_customer_never_goes_with_the_other(
    story: list[tuple[str, KnownMandate]], sides: tuple[str, str]
) -> None:
    erased_for, told_to = sides
    stored = after_erasing(None, story, set().union(*(brought(one) for _, one in story)))
    assert disclosed(told_to, story, stored) <= after_erasing(erased_for, story, stored)


@settings(deadline=None, max_examples=50)
@given(stories(later_stands=False), SIDES)
def test_what_is_told_to_one_customer_alone_goes_when_it_is_erased(
    story: list[tuple[str, KnownMandate]], sides: tuple[str, str]
) -> None:
    erased_for, told_to = sides
    stored = after_erasing(None, story, set().union(*(brought(one) for _, one in story)))
    alone = disclosed(erased_for, story, stored) - disclosed(told_to, story, stored)
    assert not alone & after_erasing(erased_for, story, stored)


@settings(deadline=None, max_examples=50)
@given(stories(later_stands=True), SIDES)
@example([(FORMER, FINISHED_LATE), (LATER, MOVED_IN)], (LATER, FORMER))
def test_what_stays_when_one_customer_is_erased_is_told_to_the_other(
    story: list[tuple[str, KnownMandate]], sides: tuple[str, str]
) -> None:
    erased_for, told_to = sides
    stored = after_erasing(None, story, set().union(*(brought(one) for _, one in story)))
    assert after_erasing(erased_for, story, stored) == disclosed(told_to, story, stored)


@pytest.mark.parametrize("whose", [FORMER, LATER])
def test_after_a_move_that_a_finished_mandate_was_not_told_of_each_has_its_own(whose: str) -> None:
    story = [(FORMER, FINISHED_LATE), (LATER, MOVED_IN)]
    stored = brought(FINISHED_LATE) | brought(MOVED_IN)
    gone = stored - after_erasing(whose, story, stored)
    assert gone == disclosed(whose, story, stored) != set()
    assert all((part.start >= MOVED) == (whose == LATER) for _, part in gone)
