"""What holds of progress whatever the facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.funnel import CustomerFacts, Need, Stage, progress_of
from kwartier.funnel.causes import SEVERITY, Cause
from kwartier.funnel.facts import Answered, Opened
from kwartier.funnel.places import Sorting
from kwartier.funnel.rows import Rows, Wanted, folded
from kwartier.funnel.stages import ORDER
from kwartier.funnel.why import findings_of
from kwartier.funnel.why_values import Evidence
from kwartier.office.invitations import Invitation
from kwartier.office.terms import Terms
from kwartier.office.visits import Visited, VisitKind
from kwartier.registry import Customer, KnownMandate, Reference
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.funnel import unexplained
from support.mandates import known_mandate
from support.measured import NOW

DAY = timedelta(days=1)
POINTS = [f"{541448860000000000 + number}" for number in range(3)]
STATUSES = [m.REQUESTED, m.APPROVED, m.REJECTED, m.FINISHED, "Doubted"]
RENEWALS = [None, m.TO_BE_RENEWED, m.RENEWAL_REQUESTED, m.EXPIRED, "Odd"]

past = st.integers(0, 400).map(lambda days: NOW - days * DAY)


@st.composite
def mandates(draw: st.DrawFn, number: int) -> tuple[KnownMandate, dict[str, datetime]]:
    status, renewal = draw(st.sampled_from(STATUSES)), draw(st.sampled_from(RENEWALS))
    is_open = status == m.APPROVED
    seen, start = draw(past), draw(past)
    end = draw(st.none() | st.integers(-300, 300).map(lambda days: NOW + days * DAY))
    one = known_mandate(
        number,
        status=status,
        metering_point=draw(st.sampled_from(POINTS)) if is_open else None,
        energy_type="electricity" if is_open else None,
        period_start=start,
        period_end=end,
        expires_at=draw(st.none() | st.integers(-50, 90).map(lambda days: NOW + days * DAY)),
        renewal_status=renewal if is_open else None,
        first_seen_at=seen,
        changed_at=min(NOW, seen + draw(st.integers(0, 90)) * DAY),
        missing_since=draw(st.sampled_from([None, None, NOW - DAY])),
    )
    turns = {word: draw(past) for word in draw(st.sets(st.sampled_from(STATUSES)))}
    return one, turns


@st.composite
def opened(draw: st.DrawFn, point: str) -> Opened:
    due = draw(st.integers(0, 96))
    return Opened(
        provider="fluvius",
        metering_point=point,
        energy_type="electricity",
        granularity=draw(st.sampled_from([Granularity.QUARTER_HOUR, Granularity.DAY])),
        intervals=(Interval(NOW - 9 * DAY, NOW),),
        due=due,
        present=draw(st.integers(0, due)),
    )


@st.composite
def facts(draw: st.DrawFn, customer_id: str = "c-1") -> CustomerFacts:
    known = [draw(mandates(number)) for number in range(1, draw(st.integers(0, 3)) + 1)]
    invited = draw(st.none() | past)
    kinds = draw(st.sets(st.sampled_from(VisitKind))) if invited else set()
    firsts = {kind: draw(past) for kind in sorted(kinds)}
    points = draw(st.sets(st.sampled_from(POINTS)))
    return CustomerFacts(
        at=NOW,
        customer=Customer(customer_id=customer_id, label=draw(st.sampled_from(["An", "Zoë É."]))),
        references=(
            Reference(
                reference_number="KW-1",
                customer_id=customer_id,
                provider="fluvius",
                created_at=draw(past),
            ),
        ),
        invitations=()
        if invited is None
        else (invitation(invited, draw(st.sampled_from([1, 2]))),),
        visits=tuple(visited(kind, at, draw(st.integers(0, 40))) for kind, at in firsts.items()),
        mandates=tuple(one for one, _ in known),
        turns={one.mandate_id: turns for one, turns in known},
        opened=tuple(draw(opened(point)) for point in sorted(points)),
        answered={point: answered(draw(past)) for point in sorted(points)},
        suppressed={one.mandate_id: NOW - DAY for one, _ in known if draw(st.integers(0, 9)) == 0},
    )


def invitation(at: datetime, expected: int) -> Invitation:
    return Invitation(
        invitation_id=1,
        token="t",
        customer_id="c-1",
        provider="fluvius",
        terms=Terms(expected_eans=expected),
        invited_at=at,
    )


def visited(kind: VisitKind, at: datetime, days: int) -> Visited:
    return Visited(
        customer_id="c-1",
        provider="fluvius",
        invitation_id=1,
        kind=kind,
        first_at=at,
        last_at=min(NOW, at + days * DAY),
        times=2,
        valid_to=at + DAY if kind is VisitKind.REQUESTED else None,
    )


def answered(at: datetime) -> Answered:
    return Answered(first_values_at=at, filled_at=at, answered_at=at, tried_at=at, outcome="ok")


@given(facts())
@settings(max_examples=80, deadline=None)
def test_dates_lead_up_to_the_stage_and_never_go_backwards(one: CustomerFacts) -> None:
    found = progress_of(one)
    stages = list(found.reached)
    assert stages == sorted(stages, key=ORDER.__getitem__)
    assert list(found.reached.values()) == sorted(found.reached.values())
    assert all(ORDER[stage] <= ORDER[found.stage] for stage in stages)
    assert all(at <= NOW for at in found.reached.values())


@given(facts())
@settings(max_examples=80, deadline=None)
def test_a_stage_is_never_further_than_the_facts_go(one: CustomerFacts) -> None:
    found = progress_of(one)
    there = sum(each.present for each in one.opened)
    if found.stage is Stage.COMPLETE:
        assert found.missing == 0
        assert found.granted_eans >= (found.expected_eans or 0)
        assert there
    if found.stage is Stage.FIRST_DATA:
        assert there
    if found.stage is Stage.NOT_INVITED:
        assert not one.invitations
        assert not one.mandates
    if found.stage is Stage.ENDED:
        assert one.mandates
        assert found.granted_eans == 0
    if not one.mandates:
        assert ORDER[found.stage] <= ORDER[Stage.REQUESTED]
    assert found.statuses == tuple(sorted({each.mandate.status for each in one.mandates}))
    assert (Need.GAPS in found.needs) <= (found.missing > 0)
    assert found.days_left is None or found.days_left <= 90


@given(facts())
@settings(max_examples=60, deadline=None)
def test_there_is_always_a_reason_and_the_worst_comes_first(one: CustomerFacts) -> None:
    found = findings_of(one, Evidence())
    assert found
    assert [SEVERITY[each.cause] for each in found] == sorted(SEVERITY[e.cause] for e in found)
    assert not any("{" in each.says + each.next_step for each in found)
    if Cause.COMPLETE in {each.cause for each in found}:
        assert len(found) == 1
        assert progress_of(one).missing == 0


@given(st.lists(facts(), min_size=1, max_size=8), st.sampled_from(Sorting), st.data())
@settings(max_examples=25, deadline=None)
def test_the_board_keeps_what_it_was_told_and_finds_it_again(
    some: list[CustomerFacts], sorting: Sorting, data: st.DataObject
) -> None:
    named = [
        replace(one, customer=replace(one.customer, customer_id=f"c-{number}"))
        for number, one in enumerate(some)
    ]
    told = {one.customer.customer_id: progress_of(one) for one in named}
    rows = Rows.of(named, unexplained)
    mask, counts = rows.match(Wanted())
    page = rows.page(mask, sorting, 0, None)
    assert {one.customer_id: one for one in page} == told
    assert sum(counts.values()) == len(told)
    parts: list[Any] = []
    for offset in range(0, len(told), 3):
        parts += rows.page(mask, sorting, offset, 3)
    assert parts == page
    chosen = data.draw(st.sampled_from(named))
    stage = progress_of(chosen).stage
    mask, within = rows.match(Wanted(stage=stage, text="c-"))
    assert {one.customer_id for one in rows.page(mask, sorting, 0, None)} == {
        id_ for id_, one in told.items() if one.stage is stage
    }
    assert within == counts
    gone = rows.with_one(chosen.customer.customer_id, None)
    assert len(gone) == len(rows) - 1
    back = gone.with_one(chosen.customer.customer_id, Rows.of([chosen], unexplained))
    mask, _ = back.match(Wanted())
    assert back.page(mask, sorting, 0, None) == page
    assert Rows.of_table(back.as_table()).page(mask, sorting, 0, None) == page
    other = data.draw(facts(chosen.customer.customer_id))
    now = [other if one is chosen else one for one in named]
    changed = rows.with_one(chosen.customer.customer_id, Rows.of([other], unexplained))
    assert changed.as_table() == Rows.of(now, unexplained).as_table()


def test_search_takes_no_note_of_case_and_accents_and_wants_every_word() -> None:
    one = CustomerFacts(
        at=NOW, customer=Customer(customer_id="c-9", label="Zoë Dupré", contact="zd@example.org")
    )
    rows = Rows.of([one], unexplained)
    for text in ("zoe", "DUPRE zoë", "example c-9", ""):
        assert rows.match(Wanted(text=text))[0].sum() == 1
    for text in ("zoe peeters", "c-8", "%", "."):
        assert rows.match(Wanted(text=text))[0].sum() == (1 if text == "." else 0)


@given(st.lists(st.text(max_size=6), max_size=9), st.text(max_size=9))
@settings(max_examples=100, deadline=None)
def test_a_search_is_of_the_words_as_they_stand(labels: list[str], text: str) -> None:
    """Nothing in them has a meaning, as in regular expressions."""
    named = [
        CustomerFacts(at=NOW, customer=Customer(customer_id=f"c-{number}", label=label))
        for number, label in enumerate(labels)
    ]
    mask, _ = Rows.of(named, unexplained).match(Wanted(text=text))
    assert mask.tolist() == [
        all(word in folded(f"c-{number}\n{label}\n") for word in folded(text).split())
        for number, label in enumerate(labels)
    ]
