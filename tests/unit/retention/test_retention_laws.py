"""The laws of what may be held, for any mandates and any slices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.registry import KnownMandate, Reference
from kwartier.retention import (
    Decision,
    DecisionKind,
    FinishedPolicy,
    Held,
    People,
    Permits,
    RetentionPolicy,
    examine,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import EXPIRED, FINISHED
from support.mandates import POINT, known_mandate

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = datetime(2026, 10, 20, 22, tzinfo=UTC)
Slice = tuple[str, Granularity, Interval]

instants = st.integers(0, 24 * 12).map(lambda hours: FIRST + timedelta(hours=hours))
points = st.sampled_from([POINT, "541440110000000202"])
granularities = st.sampled_from([Granularity.DAY, Granularity.HOUR])


@st.composite
def mandates(draw: st.DrawFn) -> list[KnownMandate]:
    found = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        start, end = draw(instants), draw(st.none() | instants)
        found.append(
            known_mandate(
                number,
                metering_point=draw(points),
                granularities=frozenset(draw(st.sets(granularities, min_size=1))),
                status=draw(st.sampled_from(["Approved", "Approved", FINISHED, "Odd"])),
                period_start=start,
                period_end=end,
                renewal_status=draw(st.sampled_from([None, EXPIRED])),
                expires_at=draw(st.none() | instants),
                is_ambiguous=draw(st.integers(0, 5)) == 0,
                missing_since=draw(st.sampled_from([None, NOW])),
                changed_at=draw(st.sampled_from([NOW - timedelta(days=20), NOW])),
            )
        )
    return found


@st.composite
def slices(draw: st.DrawFn) -> set[Slice]:
    """Hours, and days of electricity and gas, around the change to winter time."""
    found: set[Slice] = set()
    for _ in range(draw(st.integers(0, 25))):
        granularity = draw(granularities)
        day = date(2026, 10, 20) + timedelta(days=draw(st.integers(0, 12)))
        if granularity is Granularity.DAY:
            part = day_interval(day, draw(st.sampled_from(["electricity", "gas"])))
        else:
            start = draw(instants)
            part = Interval(start, start + timedelta(hours=1))
        found.add((draw(points), granularity, part))
    return found


@st.composite
def decisions(draw: st.DrawFn) -> list[Decision]:
    def one() -> Decision:
        start, end = draw(st.none() | instants), draw(st.none() | instants)
        is_bounded = start is None or end is None or start < end
        return Decision(
            kind=draw(st.sampled_from([k for k in DecisionKind if k is not DecisionKind.CONFIRM])),
            mandate_id=draw(st.integers(1, 5)),
            start=start if is_bounded else None,
            end=end if is_bounded else None,
            decided_at=NOW - timedelta(days=1),
            decided_by="an",
            why="so",
        )

    return [one() for _ in range(draw(st.integers(0, 3)))]


policies = st.sampled_from(
    [RetentionPolicy(finished=each, grace=timedelta(days=10)) for each in FinishedPolicy]
)


def held(stored: set[Slice]) -> list[Held]:
    """What a store would say of the slices: hulls alone."""
    hulls: dict[tuple[str, Granularity], Interval] = {}
    for point, granularity, part in stored:
        hull = hulls.setdefault((point, granularity), part)
        both = Interval(min(hull.start, part.start), max(hull.end, part.end))
        hulls[point, granularity] = both
    return [
        Held(
            provider="fluvius",
            metering_point=point,
            energy_type="electricity",
            granularity=granularity,
            hull=hull,
        )
        for (point, granularity), hull in hulls.items()
    ]


def references(known: list[KnownMandate]) -> list[Reference]:
    """All are of one customer."""
    return [
        Reference(
            reference_number=one.mandate.reference_number,
            customer_id="c-1",
            provider="fluvius",
            created_at=NOW,
        )
        for one in known
    ]


def carried_out(
    known: list[KnownMandate], stored: set[Slice], people: People, policy: RetentionPolicy
) -> set[Slice]:
    kept = {
        (order.metering_point, order.granularity): order.kept
        for order in examine(Permits(known, references(known), people, policy, NOW), held(stored))
    }
    return {
        (point, granularity, part)
        for point, granularity, part in stored
        if (point, granularity) not in kept
        or any(each.covers(part) for each in kept[point, granularity])
    }


def lets(one: KnownMandate, said: list[Decision], policy: RetentionPolicy, at: datetime) -> bool:
    """Whether the mandate lets what was measured at ``at`` be held, worked out on its own."""
    about = [d for d in said if d.mandate_id == one.mandate_id]
    lifts = [i for i, d in enumerate(about) if d.kind is DecisionKind.LIFT]
    since = about[lifts[-1] + 1 :] if lifts else about
    for decision in since:
        if decision.kind is DecisionKind.SUPPRESS and at in decision.period:
            return False
    settled = [d for d in about if d.kind in (DecisionKind.KEEP, DecisionKind.ERASE)]
    last = settled[-1].kind if settled and settled[-1].decided_at >= one.changed_at else None
    if one.is_ambiguous and last is not DecisionKind.ERASE:
        return True
    mandate = one.mandate
    if mandate.status != "Approved" and last is DecisionKind.ERASE:
        return False
    erases = mandate.status == FINISHED and policy.finished is FinishedPolicy.ERASE
    if erases and last is None and NOW - one.changed_at >= policy.grace:
        return False
    assert mandate.period_start is not None
    return mandate.period_start <= at and (mandate.period_end is None or at < mandate.period_end)


@settings(max_examples=150, deadline=None)
@given(mandates(), slices(), decisions(), policies)
def test_what_stays_is_permitted_and_what_is_permitted_stays(
    known: list[KnownMandate], stored: set[Slice], said: list[Decision], policy: RetentionPolicy
) -> None:
    left = carried_out(known, stored, People(said), policy)
    step = timedelta(minutes=30)
    for point, granularity, part in stored:
        about = [
            one
            for one in known
            if one.mandate.metering_point == point and granularity in one.mandate.granularities
        ]
        moments = [part.start + i * step for i in range(part.duration // step)]
        by = [[lets(one, said, policy, at) for at in moments] for one in about]
        if (point, granularity, part) in left:
            assert not about or all(any(each) for each in zip(*by, strict=True))
        else:
            assert not any(all(each) for each in by)


@settings(max_examples=75, deadline=None)
@given(mandates(), slices(), decisions(), policies, st.randoms(use_true_random=False))
def test_once_is_enough_and_the_order_of_mandates_makes_no_difference(
    known: list[KnownMandate],
    stored: set[Slice],
    said: list[Decision],
    policy: RetentionPolicy,
    chance: object,
) -> None:
    people = People(said)
    left = carried_out(known, stored, people, policy)
    assert carried_out(known, left, people, policy) == left
    shuffled = list(known)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    hulls = held(stored)
    assert examine(Permits(shuffled, references(known), people, policy, NOW), hulls) == examine(
        Permits(known, references(known), people, policy, NOW), hulls
    )
