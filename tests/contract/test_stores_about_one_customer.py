"""What every store must do with a snapshot about one customer: tell of it as the whole store does,
and of nobody else than its neighbours.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kwartier.errors import InputError
from kwartier.registry import Listing
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import CustomerChange
from kwartier.retention import Decision, DecisionKind
from kwartier.rights import Account, open_account
from kwartier.rights.folder import EVERYTHING
from kwartier.store import Attempt, Store
from support.mandates import known_mandate
from support.measured import EAN, NOW, answer, quarters
from support.stores import T0

MOVED = datetime(2026, 11, 1, 12, tzinfo=UTC)
OTHER = "541440110000000018"
FORMER, LATER, STRANGER = "c-former", "c-later", "c-stranger"


@pytest.fixture
def lived_in(store: Store) -> Store:
    """Two customers of one metering point after each other, and a stranger with one of its own."""
    changes = [CustomerChange(customer_id=one) for one in (FORMER, LATER, STRANGER)]
    made = store.change_customers(changes, provider="fluvius", now=NOW).made
    number = {one.customer_id: one.reference_number for one in made}
    store.change_customers(
        [CustomerChange(customer_id=STRANGER, data_owner="00000000-0000-4000-8000-000000000001")],
        provider="fluvius",
        now=NOW,
    )
    store.add_wording(Wording(version="1", language="nl", text="Ja.", added_at=NOW))
    store.note_consents(
        [
            Consent(
                reference_number=one, purpose="advies", wording="1", channel="web", given_at=NOW
            )
            for one in number.values()
        ]
    )
    mandates = [
        known_mandate(
            1,
            metering_point=EAN,
            reference_number=number[FORMER],
            period_start=T0,
            period_end=MOVED,
        ).mandate,
        known_mandate(
            2, metering_point=EAN, reference_number=number[LATER], period_start=MOVED
        ).mandate,
        known_mandate(3, metering_point=OTHER, reference_number=number[STRANGER]).mandate,
    ]
    known = store.record_mandates(Listing(mandates, NOW), provider="fluvius")
    store.commit([answer(quarters(T0, [0.25] * 96))])
    store.commit([answer(quarters(T0, [0.5] * 4, metering_point=OTHER), metering_point=OTHER)])
    store.note_attempts(
        "file:x",
        [Attempt(entry_id=e.entry_id, attempts=1, tried_at=NOW) for e in store.ledger()],
    )
    store.decide(
        [
            Decision(
                kind=DecisionKind.KEEP,
                mandate_id=one.mandate_id,
                decided_at=NOW,
                decided_by="An",
                why="because",
            )
            for one in known
        ]
    )
    return store


def account(store: Store, customer: str) -> Account:
    return open_account(store, customer, chosen=EVERYTHING)


@pytest.mark.parametrize("customer", [FORMER, LATER, STRANGER])
def test_it_tells_of_the_customer_what_the_whole_store_tells(
    lived_in: Store, customer: str
) -> None:
    whole = account(lived_in, customer)
    with lived_in.snapshot(about=customer) as moment:
        narrow = account(moment, customer)
        held = {one.key for one in moment.held()}
    assert vars_of(narrow) == vars_of(whole)
    points = {one.mandate.metering_point or "" for one in whole.mandates}
    for point in points:
        assert narrow.was_held_by_others(point) is whole.was_held_by_others(point)
    assert held == {one.key for one in lived_in.held() if one.key[1] in points}


def vars_of(told: Account) -> dict[str, object]:
    return {n: getattr(told, n) for n in told.__dataclass_fields__ if n != "whose"}


def test_strangers_are_left_out_and_neighbours_are_not(lived_in: Store) -> None:
    with lived_in.snapshot(about=LATER) as moment:
        assert {one.customer_id for one in moment.customers()} == {FORMER, LATER}
        assert {one.customer_id for one in moment.references()} == {FORMER, LATER}
        assert len(moment.mandates()) == len(moment.decisions()) == len(moment.consents()) == 2
        assert {e.change.mandate_id for e in moment.ledger()} == {1, 2}
        assert [len(some) for some in moment.deliveries().values()] == [len(moment.ledger())]
        assert moment.data_owners() == []
        assert sum(batch.num_rows for batch in moment.scan()) == 96
    assert len(lived_in.mandates()) == 3
    assert sum(batch.num_rows for batch in lived_in.scan()) == 100


def test_a_metering_point_tells_of_whoever_had_it(lived_in: Store) -> None:
    with lived_in.snapshot(metering_point=EAN) as moment:
        assert {one.customer_id for one in moment.customers()} == {FORMER, LATER}
        assert {one.mandate.metering_point for one in moment.mandates()} == {EAN}
        assert {one.metering_point for one in moment.held()} == {EAN}
        assert sum(batch.num_rows for batch in moment.scan()) == 96
    with lived_in.snapshot(metering_point="541440110000009999") as moment:
        assert (moment.customers(), moment.mandates(), moment.held()) == ([], [], [])


def test_mandates_and_their_ledger_come_a_page_at_a_time(lived_in: Store) -> None:
    mandates, ledger = lived_in.mandates(), lived_in.ledger()
    first, second, third = (one.mandate_id for one in mandates)
    assert lived_in.mandates(limit=2) == mandates[:2]
    assert lived_in.mandates(after=second, limit=2) == mandates[2:]
    assert lived_in.mandates(after=third) == []
    assert lived_in.ledger(after=ledger[0].entry_id, limit=1) == ledger[1:2]
    of_two = lived_in.ledger(mandates=[first, third])
    assert of_two == [e for e in ledger if e.change.mandate_id != second]
    assert lived_in.ledger(mandates=[]) == []


def test_within_a_snapshot_the_narrowing_ends_with_its_block(lived_in: Store) -> None:
    with lived_in.snapshot() as moment:
        with moment.snapshot(about=STRANGER) as narrow:
            assert len(narrow.mandates()) == len(narrow.data_owners()) == 1
        assert len(moment.mandates()) == 3


def test_a_snapshot_about_one_is_its_own_and_of_nobody_else(lived_in: Store) -> None:
    everything = lived_in.ledger()
    entry = everything[0].entry_id
    with lived_in.snapshot(about=LATER) as moment:
        for again in ({}, {"about": LATER}):
            with moment.snapshot(**again) as same:
                assert same.ledger() == moment.ledger() != everything
                assert sum(batch.num_rows for batch in same.scan()) == 96
        with (
            pytest.raises(InputError, match="about: must be whom or what"),
            moment.snapshot(about=STRANGER),
        ):
            pass
        mandates, ledger = moment.mandates(), moment.ledger()
        assert moment.mandates(after=mandates[0].mandate_id, limit=1) == mandates[1:]
        assert moment.ledger(after=entry, mandates=[mandates[0].mandate_id]) == [
            one
            for one in ledger
            if one.entry_id > entry and one.change.mandate_id == mandates[0].mandate_id
        ]
        told = {one.entry.entry_id for one in moment.outstanding("nobody")}
        assert told == {one.entry_id for one in ledger}
        moment.customers().clear()
        assert moment.count_customers() == len(moment.customers()) == 2


def test_of_a_customer_that_is_not_known_nothing_is_told(lived_in: Store) -> None:
    with lived_in.snapshot(about="c-nobody") as moment:
        assert (moment.customers(), moment.mandates(), moment.ledger()) == ([], [], [])
        with pytest.raises(InputError, match="not known"):
            account(moment, "c-nobody")
