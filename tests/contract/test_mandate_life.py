"""The life of one mandate over three years and four months, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from kwartier.emulator import customer_steps
from kwartier.emulator.events.event import EventAsked
from kwartier.emulator.journeys import Choice
from kwartier.emulator.personas import CUSTOMERS
from kwartier.emulator.world import World
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    Flow,
)
from support.emulators import FreshEmulator
from support.esco import Esco

BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000101"
REFERENCE = "LIFE-1"
DAY = timedelta(days=1)

CONSENTED = BEGIN + 5 * DAY
DUE = datetime(2029, 8, 25, 12, tzinfo=UTC)
ASKED_AGAIN = datetime(2029, 9, 3, 12, tzinfo=UTC)
LAPSED = datetime(2029, 10, 3, 12, tzinfo=UTC)
ASKED_LATE = datetime(2029, 11, 15, 12, tzinfo=UTC)
EXPIRED = datetime(2029, 11, 25, 12, tzinfo=UTC)
RENEWED = datetime(2029, 12, 10, 12, tzinfo=UTC)
MOVED = datetime(2030, 2, 20, 12, tzinfo=UTC)
DELETED = datetime(2030, 3, 15, 12, tzinfo=UTC)
END = datetime(2030, 3, 20, 12, tzinfo=UTC)


def ask(world: World, now: datetime) -> None:
    """Bram asks for the meter of which Noor is grid user."""
    service = ClientSessionDataService(
        data_service_type=DataServiceType.VH_DAG, data_period_from=now - 300 * DAY
    )
    request = ClientSessionRequest(
        data_access_contract_number="C",
        reference_number=REFERENCE,
        flow=Flow.B2C,
        data_services=[service],
    )
    link = world.sandbox.create_short_url(request, now).identifier
    choice = Choice(ean=EAN, data_service_type=DataServiceType.VH_DAG)
    customer_steps.complete(
        world.sandbox, link, CUSTOMERS["bram"], [choice], confirmation="1", now=now
    )


def consent(world: World, now: datetime) -> None:
    """Noor approves what she was asked last."""
    asked = customer_steps.inbox(world.sandbox, "noor", now)[-1]
    customer_steps.answer(world.sandbox, asked.id, "noor", approve=True, now=now)


def delete(world: World, now: datetime) -> None:
    key = (REFERENCE, EAN, DataServiceType.VH_DAG)
    customer_steps.delete(world.sandbox, key, CUSTOMERS["bram"], now=now)


def move(world: World, now: datetime) -> None:
    world.happen(EventAsked(kind="move", ean=EAN, effective="-P20D").happening(now))


STEPS = {
    BEGIN: ask,
    CONSENTED: consent,
    ASKED_AGAIN: ask,
    ASKED_LATE: ask,
    RENEWED: consent,
    MOVED: move,
    DELETED: delete,
}


def days() -> Iterator[datetime]:
    now = BEGIN
    while now <= END:
        yield now
        now += DAY


def test_a_mandate_lives_for_three_years_and_four_months(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator(clock=BEGIN)
    world, esco = emulator.world, Esco(emulator.env)
    told: list[tuple[datetime, tuple[Any, ...]]] = []
    before = None
    for now in days():
        world.clock.set(now)
        if now in STEPS:
            STEPS[now](world, world.now())
        (mandate,) = world.sandbox.mandates.all()
        seen = mandate.seen_at(now)
        # Whatever is seen to change is an update of this day, and nothing else is one.
        assert (seen != before) == (now - DAY < mandate.updated_at(now) <= now)
        before = seen
        shows_ean = seen.ean is not None
        assert shows_ean == (seen.status == "Approved")
        told.append((now, (seen.status, seen.renewal_status)))
        if now in STEPS or (now.day == 1 and now.month % 6 == 0):
            # The days are walked through in process; here and there, look from outside too.
            (outside,) = esco.mandates(referenceNumber=REFERENCE).json["data"]["mandates"]
            assert outside["status"] == seen.status
            assert outside.get("renewalStatus") == seen.renewal_status
            assert outside.get("ean") == seen.ean

    life = [(next(iter(days))[0], state) for state, days in groupby(told, lambda each: each[1])]
    assert life == [
        (BEGIN, ("Requested", None)),
        (CONSENTED, ("Approved", None)),
        (DUE, ("Approved", "ToBeRenewed")),
        (ASKED_AGAIN, ("Approved", "RenewalRequested")),
        (LAPSED, ("Approved", "ToBeRenewed")),
        (ASKED_LATE, ("Approved", "RenewalRequested")),
        (EXPIRED, ("Approved", "Expired")),
        (RENEWED, ("Approved", None)),
        (DELETED, ("Finished", None)),
    ]
    assert before is not None
    assert before.data_period_to == MOVED - 20 * DAY
    assert before.mandate_expiration_date == RENEWED.replace(year=2032)


def test_expired_the_old_data_stays_and_new_data_does_not_come(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator(clock=BEGIN)
    world, esco = emulator.world, Esco(emulator.env)
    ask(world, BEGIN)
    consent(world, BEGIN)
    expiry = BEGIN.replace(year=2029)
    world.clock.set(expiry + 20 * DAY)

    def day_values(start: str, end: str) -> int:
        answer = esco.energy(EAN, start, end, referenceNumber=REFERENCE)
        assert answer.status == 200
        (meter,) = answer.json["data"]["headpoint"]["physicalMeters"]
        return len(meter.get("dailyEnergy", []))

    assert day_values("2029-11-09T23:00:00Z", "2029-11-19T23:00:00Z") == 10
    assert day_values("2029-11-20T23:00:00Z", "2029-12-01T23:00:00Z") == 0
    world.clock.set(expiry + 25 * DAY)
    ask(world, world.now())
    consent(world, world.now())
    assert day_values("2029-11-20T23:00:00Z", "2029-12-01T23:00:00Z") == 11
