"""What is noted of people goes once nothing may be held of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from kwartier.registry import Customer, DataOwner, KnownMandate, Reference
from kwartier.retention import (
    Decision,
    DecisionKind,
    FinishedPolicy,
    Held,
    People,
    Permits,
    Reason,
    RetentionPolicy,
    idle_addresses,
    idle_customer,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.data_owners import ADDRESS, OTHER, OWNER, contract
from support.measured import NOW
from support.stores import T0, later

LIVES = DataOwner(
    provider="eneco", data_owner=OWNER, customer_id="c-1", created_at=NOW, address=ADDRESS
)
HELD = Held(
    provider="eneco",
    metering_point=OWNER,
    energy_type="heat",
    granularity=Granularity.HOUR,
    hull=Interval(T0, later(0)),
)
ERASING = RetentionPolicy(finished=FinishedPolicy.ERASE)
MONTHS_ON = later(24 * 90)


def known(owner: str = OWNER, number: int = 1, **fields: Any) -> KnownMandate:
    return KnownMandate(
        mandate_id=number,
        mandate=contract(owner, f"contract-{number}", **fields),
        first_seen_at=NOW,
        changed_at=NOW,
    )


def permits(
    *mandates: KnownMandate,
    decisions: tuple[Decision, ...] = (),
    policy: RetentionPolicy | None = None,
    now: datetime = NOW,
) -> Permits:
    references = [
        Reference(reference_number=number, provider="eneco", customer_id=customer, created_at=NOW)
        for number, customer in ((OWNER, "c-1"), (OTHER, "c-1"))
    ]
    people = People(decisions)
    return Permits(list(mandates), references, people, policy or RetentionPolicy(), now)


def decided(kind: DecisionKind, **bounds: Any) -> tuple[Decision, ...]:
    return (
        Decision(kind=kind, decided_at=later(1), decided_by="An", why="x", mandate_id=1, **bounds),
    )


STANDS, ENDED = known(), known(status="Finished")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (permits(STANDS), None),
        (permits(ENDED), None),
        (permits(known(period_end=T0)), None),
        (permits(ENDED, policy=ERASING, now=MONTHS_ON), Reason.FINISHED),
        (permits(ENDED, STANDS, policy=ERASING, now=MONTHS_ON), None),
        (permits(ENDED, decisions=decided(DecisionKind.ERASE)), Reason.DECIDED),
        (permits(STANDS, decisions=decided(DecisionKind.SUPPRESS)), Reason.REQUESTED),
        (permits(STANDS, decisions=decided(DecisionKind.SUPPRESS, end=T0)), None),
        (permits(STANDS, known(number=2), decisions=decided(DecisionKind.SUPPRESS)), None),
        (permits(known(period_start=T0, period_end=T0)), Reason.PERIOD_ENDED),
        (permits(known(OTHER)), Reason.PERIOD_ENDED),
    ],
)
def test_an_address_stays_as_long_as_anything_of_its_data_owner_may_be_held(
    found: Permits, reason: Reason | None
) -> None:
    gone = idle_addresses([LIVES, replace(LIVES, address=None)], [HELD], found)
    assert [(one.of, one.reason) for one in gone] == ([] if reason is None else [(OWNER, reason)])


@pytest.mark.parametrize(
    ("mandates", "goes"),
    [
        ((STANDS,), True),
        ((STANDS, known(OTHER, 2)), False),
        ((STANDS, known(OTHER, 2, status="Requested", metering_point=None)), False),
        ((STANDS, known(OTHER, 2, status="Rejected", metering_point=None)), True),
        ((), True),
    ],
)
def test_who_a_customer_is_goes_unless_another_mandate_needs_it(
    mandates: tuple[KnownMandate, ...], goes: bool
) -> None:
    customer = Customer(customer_id="c-1", label="An", contact="an@example.org")
    found = permits(*mandates, decisions=decided(DecisionKind.SUPPRESS))
    assert [one.of for one in idle_customer(customer, found)] == ["c-1"] * goes
    assert idle_customer(Customer(customer_id="c-1"), found) == []
