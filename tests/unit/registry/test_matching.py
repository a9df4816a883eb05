"""Mandates carry no id: which listed one is which known one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kwartier.registry import KnownMandate, match_mandates
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate

MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 12, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)
JANUARY = datetime(2025, 12, 31, 23, tzinfo=UTC)
FIRST, SECOND, THIRD = "541440110000000001", "541440110000000002", "541440110000000003"


def requested(service: str = "VH_kwartier_uur", reference: str = "KW-1") -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="123",
        reference_number=reference,
        status="Requested",
        data_service_type=service,
        period_start=JANUARY,
    )


def approved(ean: str, service: str = "VH_kwartier_uur", reference: str = "KW-1") -> Mandate:
    return replace(
        requested(service, reference),
        status="Approved",
        metering_point=ean,
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR}),
    )


def finished() -> Mandate:
    return replace(requested(), status="Finished")


def known_from(*mandates: Mandate) -> list[KnownMandate]:
    return match_mandates([], mandates, MONDAY)


def test_a_mandate_listed_again_unchanged_keeps_its_id_and_when_it_changed() -> None:
    known = known_from(approved(FIRST), approved(SECOND))
    seen = match_mandates(known, [approved(SECOND), approved(FIRST)], TUESDAY)
    assert {(one.mandate_id, one.mandate.metering_point) for one in seen} == {
        (1, FIRST),
        (2, SECOND),
    }
    assert {one.changed_at for one in seen} == {MONDAY}


def test_a_request_that_was_approved_is_the_same_mandate_and_shows_its_ean() -> None:
    (one,) = match_mandates(known_from(requested()), [approved(FIRST)], TUESDAY)
    assert (one.mandate_id, one.mandate.metering_point) == (1, FIRST)
    assert (one.first_seen_at, one.changed_at) == (MONDAY, TUESDAY)


def test_one_of_three_equal_requests_approved_leaves_no_doubt() -> None:
    known = known_from(requested(), requested(), requested())
    seen = match_mandates(known, [approved(FIRST), requested(), requested()], TUESDAY)
    assert sorted(one.mandate_id for one in seen) == [1, 2, 3]
    assert not any(one.is_ambiguous for one in seen)


def test_two_of_two_equal_requests_approved_stay_beside_them_and_all_are_flagged() -> None:
    known = known_from(requested(), requested())
    seen = match_mandates(known, [approved(FIRST), approved(SECOND)], TUESDAY)
    assert len(seen) == 4
    assert all(one.is_ambiguous for one in seen)
    assert {one.mandate_id for one in seen} == {1, 2, 3, 4}


def test_a_finished_mandate_keeps_the_ean_as_last_seen() -> None:
    known = known_from(approved(FIRST), approved(SECOND))
    seen = match_mandates(known, [approved(FIRST), finished()], TUESDAY)
    ended = next(one for one in seen if one.mandate.status == "Finished")
    assert (ended.mandate_id, ended.mandate.metering_point) == (2, SECOND)
    assert ended.mandate.granularities == {Granularity.QUARTER_HOUR}


def test_a_finished_mandate_listed_again_is_found_by_its_state() -> None:
    known = known_from(approved(FIRST))
    ended = match_mandates(known, [finished()], TUESDAY)
    (again,) = match_mandates(ended, [finished()], TUESDAY)
    assert again == ended[0]


def test_one_finished_for_two_vanished_is_flagged_and_ends_neither() -> None:
    known = known_from(approved(FIRST), approved(SECOND))
    seen = match_mandates(known, [finished()], TUESDAY)
    assert {one.mandate.status for one in seen if one.mandate_id in (1, 2)} == {"Approved"}
    assert all(one.is_ambiguous for one in seen)


def test_a_moved_period_is_a_change_of_the_same_mandate() -> None:
    capped = replace(approved(FIRST), period_end=MONDAY)
    (one,) = match_mandates(known_from(approved(FIRST)), [capped], TUESDAY)
    assert (one.mandate_id, one.mandate.period_end, one.changed_at) == (1, MONDAY, TUESDAY)


def test_a_mandate_missing_from_the_list_keeps_its_state_and_when_it_went_missing() -> None:
    known = known_from(approved(FIRST), approved(SECOND))
    seen = match_mandates(known, [approved(FIRST)], TUESDAY)
    assert seen == [known[0], replace(known[1], missing_since=TUESDAY)]
    still = match_mandates(seen, [approved(FIRST)], WEDNESDAY)
    assert still == seen
    assert match_mandates(still, [approved(FIRST), approved(SECOND)], WEDNESDAY) == known


def test_an_empty_list_ends_nothing() -> None:
    seen = match_mandates(known_from(approved(FIRST)), [], TUESDAY)
    assert [(one.mandate.status, one.missing_since) for one in seen] == [("Approved", TUESDAY)]


def test_from_a_partial_list_nothing_is_taken_to_be_missing() -> None:
    known = known_from(approved(FIRST), approved(SECOND))
    assert match_mandates(known, [approved(FIRST)], TUESDAY, is_whole=False) == known


def test_day_and_quarter_mandates_of_one_ean_are_two() -> None:
    known = known_from(approved(FIRST), approved(FIRST, "VH_dag"))
    seen = match_mandates(known, [approved(FIRST, "VH_dag"), approved(FIRST)], TUESDAY)
    assert {(one.mandate_id, one.mandate.data_service_type) for one in seen} == {
        (1, "VH_kwartier_uur"),
        (2, "VH_dag"),
    }


mandates = st.lists(
    st.one_of(
        st.builds(approved, st.sampled_from([FIRST, SECOND, THIRD])),
        st.builds(requested, st.sampled_from(["VH_dag", "VH_kwartier_uur"])),
        st.just(finished()),
    ),
    max_size=6,
)


@given(mandates, mandates)
def test_ids_are_never_given_twice_and_every_listed_mandate_is_seen(
    earlier: list[Mandate], later: list[Mandate]
) -> None:
    known = match_mandates([], earlier, MONDAY)
    seen = match_mandates(known, later, TUESDAY)
    ids = [one.mandate_id for one in seen]
    assert len(ids) == len(set(ids))
    assert Counter(m.status for m in later) <= Counter(one.mandate.status for one in seen)


@given(mandates)
def test_the_same_list_again_in_another_order_changes_nothing(listed: list[Mandate]) -> None:
    known = match_mandates([], listed, MONDAY)
    again = match_mandates(known, reversed(listed), TUESDAY)
    assert sorted(again, key=lambda one: one.mandate_id) == known
