"""What a store says of one customer, and how far its mandates and metering points have come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store
from kwartier.store.records import ASKERS_SCHEMA
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.mandate import APPROVED, REQUESTED, TO_BE_RENEWED, Mandate
from support.mandates import known_mandate
from support.measured import EAN, GAS_EAN, NOW, answer, quarters

DAY = timedelta(days=1)
T0 = NOW - 10 * DAY


def two_customers(store: Store) -> list[Mandate]:
    """c-1 had EAN before c-2, who has gas too; c-3 has nothing."""
    applied = store.change_customers(
        [CustomerChange(customer_id=f"c-{number}") for number in (1, 2, 3)],
        provider="fluvius",
        now=T0,
    )
    references = {one.customer_id: one.reference_number for one in applied.made}
    former = known_mandate(metering_point=EAN, reference_number=references["c-1"]).mandate
    former = replace(former, period_end=T0)
    later = replace(former, reference_number=references["c-2"], period_start=T0, period_end=None)
    gas = replace(later, metering_point=GAS_EAN, energy_type="gas")
    store.record_mandates(Listing([former, later, gas], NOW), provider="fluvius")
    return [former, later, gas]


def test_records_about_a_customer_hold_the_mandates_of_others_on_its_metering_points(
    store: Store,
) -> None:
    former, later, gas = two_customers(store)
    with store.snapshot(about="c-1") as moment:
        about, turns = moment.records(), moment.turns()
        assert (about.customers, about.references) == (moment.customers(), moment.references())
    assert [one.customer_id for one in about.customers] == ["c-1", "c-2"]
    assert [one.mandate for one in about.mandates] == [former, later]
    assert turns["mandate_id"].to_pylist() == [one.mandate_id for one in about.mandates]
    whose = {one.reference_number: one.customer_id for one in about.references}
    assert whose == {former.reference_number: "c-1", later.reference_number: "c-2"}
    with store.snapshot(about="c-2") as moment:
        assert [one.mandate for one in moment.records().mandates] == [former, later, gas]


def test_records_of_all_are_what_the_registry_holds(store: Store) -> None:
    two_customers(store)
    everything = store.records()
    assert everything.customers == store.customers()
    assert everything.references == store.references()
    assert everything.mandates == store.mandates()


def test_nothing_is_known_of_a_customer_without_mandates_or_of_a_stranger(store: Store) -> None:
    two_customers(store)
    with store.snapshot(about="c-3") as moment:
        assert [one.customer_id for one in moment.references()] == ["c-3"]
        assert (moment.mandates(), moment.turns().num_rows) == ([], 0)
    with store.snapshot(about="c-4") as moment:
        assert (moment.customers(), moment.references()) == ([], [])


def test_turns_tell_when_a_mandate_first_became_what_it_is(store: Store) -> None:
    requested = known_mandate(status=REQUESTED, metering_point=None, energy_type=None).mandate
    approved = known_mandate(status=APPROVED, reference_number="REF-1").mandate
    renewed = replace(approved, renewal_status=TO_BE_RENEWED)
    for days, mandate in enumerate((requested, approved, approved, renewed, approved)):
        store.record_mandates(Listing([mandate], T0 + days * DAY), provider="fluvius")
    rows = store.turns().to_pylist()
    assert [(row["word"], row["seen_at"]) for row in rows] == [
        (REQUESTED, T0),
        (APPROVED, T0 + DAY),
        (TO_BE_RENEWED, T0 + 3 * DAY),
    ]
    assert len({row["mandate_id"] for row in rows}) == 1


def asker(
    number: int, point: str, since: datetime, first: datetime, last: datetime
) -> dict[str, Any]:
    return dict(zip(ASKERS_SCHEMA.names, (number, point, since, first, last), strict=True))


def test_answers_tell_when_values_came_and_how_the_last_request_ended(store: Store) -> None:
    start = T0 - DAY
    store.commit(
        [
            answer(fetched_at=T0, window=None, scope=None),
            answer(quarters(start, [1.0] * 4), fetched_at=T0 + DAY),
            answer(
                quarters(start + DAY, [1.0] * 4),
                fetched_at=T0 + 2 * DAY,
                kind=WindowKind.INSERT_TIME,
            ),
            answer(fetched_at=T0 + 3 * DAY, outcome=Outcome.FAILED, error="503"),
        ]
    )
    asked = [
        asker(1, EAN, T0 - DAY, T0 - 9 * DAY, NOW),
        asker(2, GAS_EAN, T0 - DAY, T0 - 9 * DAY, NOW),
        asker(3, EAN, T0 + 2 * DAY - timedelta(hours=1), T0 - 9 * DAY, NOW),
    ]
    first, later = store.answers(pa.Table.from_pylist(asked, ASKERS_SCHEMA)).to_pylist()
    assert first == {
        "asker": 1,
        "first_values_at": T0 + DAY,
        "filled_at": T0 + DAY,
        "answered_at": T0 + 2 * DAY,
        "tried_at": T0 + 3 * DAY,
        "outcome": "failed",
        "error": "503",
    }
    assert (later["asker"], later["first_values_at"], later["filled_at"]) == (
        3,
        T0 + 2 * DAY,
        None,
    )


def test_requests_about_time_before_an_asker_are_not_its_own(store: Store) -> None:
    store.commit([answer(quarters(T0 - 5 * DAY, [1.0] * 4), fetched_at=T0)])
    came_later = asker(1, EAN, T0 - 9 * DAY, T0 - 2 * DAY, NOW)
    assert store.answers(pa.Table.from_pylist([came_later], ASKERS_SCHEMA)).num_rows == 0


def test_what_is_held_of_some_metering_points(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0] * 4))])
    everything = store.held()
    assert len(everything) == 1
    with store.snapshot(metering_point=EAN) as moment:
        assert moment.held() == everything
    with store.snapshot(metering_point=GAS_EAN) as moment:
        assert moment.held() == []
