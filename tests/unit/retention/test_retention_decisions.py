"""What must go, what is on hold, and what the fuse holds back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kwartier.registry import KnownMandate
from kwartier.retention import (
    Decision,
    DecisionKind,
    Due,
    FinishedPolicy,
    Fuse,
    Held,
    HoldReason,
    Order,
    People,
    Permits,
    Reason,
    RetentionPolicy,
    examine,
    fetchable,
    fuse,
    holds,
    withheld,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start
from kwartier.vocabulary.mandate import EXPIRED, FINISHED
from support.mandates import POINT, SEEN, known_mandate

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CAP = day_start(date(2026, 9, 15), "electricity")
HULL = Interval(datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 11, 19, 23, tzinfo=UTC))
NOBODY = People()
ASK = RetentionPolicy()
ERASE = RetentionPolicy(finished=FinishedPolicy.ERASE, grace=timedelta(days=10))


def held(
    hull: Interval = HULL, granularity: Granularity = Granularity.QUARTER_HOUR, point: str = POINT
) -> Held:
    return Held(
        provider="fluvius",
        metering_point=point,
        energy_type="electricity",
        granularity=granularity,
        hull=hull,
    )


def decided(kind: DecisionKind, mandate_id: int | None = 1, **more: object) -> Decision:
    about: dict[str, object] = {"mandate_id": mandate_id, **more}
    return Decision(kind=kind, decided_at=NOW, decided_by="an", why="asked", **about)  # type: ignore[arg-type]


def permits(
    known: Sequence[KnownMandate], people: People = NOBODY, policy: RetentionPolicy = ASK
) -> Permits:
    """Each reference number is somebody else's."""
    return Permits(known, [], people, policy, NOW)


def orders(
    *known: KnownMandate, people: People = NOBODY, policy: RetentionPolicy = ASK
) -> list[Order]:
    return examine(permits(known, people, policy), [held()])


def reasons(found: Sequence[Order]) -> list[Reason]:
    return [order.reason for order in found]


def test_what_is_permitted_stays() -> None:
    assert orders(known_mandate()) == []


def test_past_a_cap_all_goes_on_account_of_the_capped_mandate() -> None:
    (order,) = orders(known_mandate(period_end=CAP))
    assert (order.reason, order.mandate_id) == (Reason.PERIOD_ENDED, 1)
    assert order.gone == (Interval(CAP, HULL.end),)
    assert order.kept == (Interval(HULL.start, CAP),)


def test_a_mandate_that_is_empty_for_its_cap_lies_before_its_start_keeps_nothing() -> None:
    start = known_mandate().mandate.period_start
    (order,) = orders(known_mandate(period_end=start))
    assert order.gone == (HULL,)
    assert order.kept == ()


def test_another_mandate_that_covers_it_keeps_it() -> None:
    assert orders(known_mandate(1, period_end=CAP), known_mandate(2)) == []


def test_of_two_adjoining_periods_only_slices_across_both_go() -> None:
    first, second = known_mandate(1, period_end=CAP), known_mandate(2, period_start=CAP)
    (order,) = orders(first, second)
    assert order.gone == ()
    assert order.kept[0].end == CAP == order.kept[1].start


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)])
def test_a_gas_day_that_ends_past_a_cap_is_in_no_kept_interval(day: date) -> None:
    cap = day_start(day, "electricity")
    (order,) = orders(known_mandate(period_end=cap))
    gas_day = day_interval(day - timedelta(days=1), "gas")
    assert gas_day.start < cap < gas_day.end
    assert not any(part.covers(gas_day) for part in order.kept)
    electric = day_interval(day - timedelta(days=1), "electricity")
    assert any(part.covers(electric) for part in order.kept)


def test_expired_keeps_what_it_brought() -> None:
    assert orders(known_mandate(renewal_status=EXPIRED, expires_at=CAP)) == []


def test_vanished_keeps_what_it_last_permitted_and_its_cap_still_counts() -> None:
    assert orders(known_mandate(missing_since=NOW)) == []
    assert reasons(orders(known_mandate(missing_since=NOW, period_end=CAP))) == ["period_ended"]


def test_ambiguous_erases_nothing_until_a_person_takes_it_at_its_word() -> None:
    unclear = known_mandate(is_ambiguous=True, period_end=CAP)
    assert orders(unclear) == []
    (hold,) = holds(permits([unclear], NOBODY, ASK), [held()])
    assert (hold.reason, hold.bounds) == (HoldReason.AMBIGUOUS, Interval(CAP, HULL.end))
    taken = People([decided(DecisionKind.ERASE)])
    (order,) = orders(unclear, people=taken)
    assert order.gone == (Interval(CAP, HULL.end),)


def test_of_a_point_that_no_mandate_was_about_nothing_is_ordered() -> None:
    assert orders() == []
    assert orders(known_mandate(metering_point=None)) == []
    only_days = frozenset({Granularity.DAY})
    assert orders(known_mandate(granularities=only_days)) == []


def test_finished_is_on_hold_and_waits_for_a_decision() -> None:
    ended = known_mandate(status=FINISHED)
    assert orders(ended) == []
    (hold,) = holds(permits([ended], NOBODY, ASK), [held()])
    assert (hold.reason, hold.bounds, hold.decision) == (HoldReason.FINISHED, HULL, None)
    assert hold.erased_at is None


def test_finished_is_not_on_hold_where_another_mandate_stands_or_nothing_is_held() -> None:
    ended = known_mandate(status=FINISHED)
    assert holds(permits([ended, known_mandate(2)], NOBODY, ASK), [held()]) == []
    assert holds(permits([ended], NOBODY, ASK), []) == []


def test_what_is_on_hold_is_used_by_nobody_until_a_person_keeps_it() -> None:
    ended = known_mandate(status=FINISHED, period_end=CAP)
    (about,) = withheld([ended], [], [held()], NOBODY).items()
    assert about == (held().key, [Interval(HULL.start, CAP)])
    assert withheld([ended], [], [held()], People([decided(DecisionKind.KEEP)])) == {}
    changed = replace(ended, changed_at=NOW + timedelta(days=1))
    assert withheld([changed], [], [held()], People([decided(DecisionKind.KEEP)]))
    other = known_mandate(2, status=FINISHED, period_end=CAP)
    assert withheld([ended, other], [], [held()], People([decided(DecisionKind.KEEP)])) == {}


def test_what_an_approved_mandate_permits_is_used_though_another_holds_it_back() -> None:
    before, after = (
        known_mandate(1, is_ambiguous=True, period_end=CAP),
        known_mandate(2, is_ambiguous=True, period_start=CAP),
    )
    assert len(holds(permits([before, after], NOBODY, ASK), [held()])) == 2
    assert withheld([before, after], [], [held()], NOBODY) == {}
    assert withheld([before], [], [held()], NOBODY) == {held().key: [Interval(CAP, HULL.end)]}


def test_two_finished_mandates_of_one_period_are_both_on_hold() -> None:
    both = [known_mandate(1, status=FINISHED), known_mandate(2, status=FINISHED)]
    found = holds(permits(both, NOBODY, ASK), [held()])
    assert [hold.known.mandate_id for hold in found] == [1, 2]


def test_finished_is_erased_after_the_grace_period_where_the_policy_says_so() -> None:
    ended = known_mandate(status=FINISHED)
    (order,) = orders(ended, policy=ERASE)
    assert (order.reason, order.gone) == (Reason.FINISHED, (HULL,))
    recent = replace(ended, changed_at=NOW - timedelta(days=9))
    assert orders(recent, policy=ERASE) == []
    (hold,) = holds(permits([recent], NOBODY, ERASE), [held()])
    assert hold.erased_at == NOW + timedelta(days=1)


def test_a_decision_to_keep_holds_against_the_policy_until_the_mandate_changes() -> None:
    kept = People([decided(DecisionKind.KEEP)])
    ended = known_mandate(status=FINISHED)
    assert orders(ended, people=kept, policy=ERASE) == []
    (hold,) = holds(permits([ended], kept, ASK), [held()])
    assert hold.decision is not None
    changed = replace(ended, changed_at=NOW + timedelta(seconds=1))
    assert kept.about(changed) is None


def test_a_decision_to_erase_erases_at_once() -> None:
    (order,) = orders(known_mandate(status=FINISHED), people=People([decided(DecisionKind.ERASE)]))
    assert order.reason is Reason.DECIDED


def test_an_unknown_status_never_erases_by_policy() -> None:
    odd = known_mandate(status="Suspended")
    assert orders(odd, policy=ERASE) == []
    (hold,) = holds(permits([odd], NOBODY, ERASE), [held()])
    assert (hold.reason, hold.erased_at) == (HoldReason.STATUS, None)


def test_a_suppressed_period_goes_and_is_fetched_no_more() -> None:
    people = People([decided(DecisionKind.SUPPRESS, start=CAP, end=CAP + timedelta(days=30))])
    known = known_mandate()
    (order,) = orders(known, people=people)
    assert order.reason is Reason.REQUESTED
    assert order.gone == (Interval(CAP, CAP + timedelta(days=30)),)
    periods = [(m.period_start, m.period_end) for m in fetchable([known], people)]
    assert periods == [(HULL.start, CAP), (CAP + timedelta(days=30), None)]
    lifted = People([*(decided(DecisionKind.SUPPRESS),), decided(DecisionKind.LIFT)])
    assert fetchable([known], lifted) == [known.mandate]


def test_the_suppression_of_one_customer_leaves_the_next_ones_period_alone() -> None:
    first, second = known_mandate(1, period_end=CAP), known_mandate(2, period_start=CAP)
    people = People([decided(DecisionKind.SUPPRESS, mandate_id=1)])
    (order,) = orders(first, second, people=people)
    assert order.kept == (Interval(CAP, datetime(2200, 1, 1, tzinfo=UTC)),)
    assert fetchable([first, second], people) == [second.mandate]


def test_what_is_not_listed_or_not_approved_is_not_fetched() -> None:
    known = [known_mandate(1, missing_since=NOW), known_mandate(2, status=FINISHED)]
    assert fetchable(known, NOBODY) == []


def capped(count: int) -> list[KnownMandate]:
    return [
        known_mandate(number, metering_point=f"5414401100{number:08d}", period_end=CAP)
        for number in range(1, count + 1)
    ]


def named(found: Sequence[Order]) -> dict[str, str]:
    """Digests by the words that they stand for."""
    return {one.words: f"digest of {one.words}" for one in found}


def fused(found: Sequence[Order], permits: Permits, *, points: int) -> Due:
    return fuse(found, permits, digests=named(found), points=points)


def ordered(known: Sequence[KnownMandate], policy: RetentionPolicy = ASK) -> list[Order]:
    here = [held(point=one.mandate.metering_point or "") for one in known]
    return examine(permits(known, NOBODY, policy), here)


@pytest.mark.parametrize(
    ("erased", "points", "passes"), [(5, 100, True), (6, 100, False), (1, 2, True), (2, 20, False)]
)
def test_the_fuse_lets_one_point_in_twenty_go_and_no_more(
    erased: int, points: int, passes: bool
) -> None:
    known = capped(erased)
    due = fused(ordered(known), permits(known, NOBODY, ASK), points=points)
    assert len(due.orders) == (erased if passes else 0)
    assert [one.fuse for one in due.blocked] == ([] if passes else [Fuse.SHARE] * erased)


def test_what_a_person_confirmed_passes_the_fuse_and_the_rest_waits() -> None:
    known = capped(3)
    first, *rest = ordered(known)
    people = People(
        [decided(DecisionKind.CONFIRM, mandate_id=None, order=named([first])[first.words])]
    )
    due = fused([first, *rest], permits(known, people, ASK), points=10)
    assert due.orders == (first,)
    assert [one.order for one in due.blocked] == rest


def ended_at(count: int, at: datetime = SEEN) -> list[KnownMandate]:
    return [
        known_mandate(
            number,
            metering_point=f"5414401100{number:08d}",
            status=FINISHED,
            changed_at=at,
        )
        for number in range(1, count + 1)
    ]


def test_after_an_ended_contract_nothing_goes_unconfirmed() -> None:
    known = ended_at(2)
    due = fused(ordered(known, ERASE), permits(known, NOBODY, ERASE), points=1000)
    assert due.orders == ()
    assert {one.fuse for one in due.blocked} == {Fuse.CONTRACT_ENDED}


def test_mandates_that_customers_ended_one_by_one_tell_of_no_ended_contract() -> None:
    one_by_one = [*ended_at(1), replace(ended_at(2)[1], changed_at=SEEN + timedelta(days=1))]
    for known in ([*ended_at(2), known_mandate(9)], one_by_one):
        due = fused(ordered(known, ERASE), permits(known, NOBODY, ERASE), points=1000)
        assert len(due.orders) == 2


def test_a_cap_of_mandates_that_all_vanished_with_their_contract_waits() -> None:
    known = [replace(one, missing_since=NOW) for one in capped(2)]
    due = fused(ordered(known), permits(known, NOBODY, ASK), points=1000)
    assert {one.fuse for one in due.blocked} == {Fuse.CONTRACT_ENDED}
