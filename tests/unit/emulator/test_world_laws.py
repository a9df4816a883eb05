"""Laws that no sequence of steps, events and clock moves breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kwartier.emulator import customer_steps
from kwartier.emulator.clock import Clock
from kwartier.emulator.consent_requests import ConsentAnswer
from kwartier.emulator.events.event import CAPPING, EventAsked, EventKind
from kwartier.emulator.journeys import Choice, JourneyRefusedError
from kwartier.emulator.metering.energy import EnergyQuestion, answer
from kwartier.emulator.personas import CUSTOMERS
from kwartier.emulator.rules import RENEWAL_MONTHS, add_months
from kwartier.emulator.world import World
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    EnergyResponse,
    Mandate,
    MandateStatus,
    PeriodType,
)

BEGIN = datetime(2026, 10, 20, 12, tzinfo=UTC)
EANS = ("541440110000000101", "541441010000000101")
PEOPLE = ("noor", "bram", "lies")
REFERENCES = ("LAW-1", "LAW-2", "LAW-3")
SERVICES = (DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR)
NEAR_AN_EXPIRY = (-100, -75, -1, 0, 3, 9, 15, 40)
"""In days."""


def check_renewal_status(seen: Mandate, at: datetime) -> None:
    """From three months before the expiry on there is one, and before there is none."""
    expiry = seen.mandate_expiration_date
    if seen.status is not MandateStatus.APPROVED:
        assert seen.renewal_status is None
        return
    assert expiry is not None
    assert (seen.renewal_status is not None) == (at >= add_months(expiry, -RENEWAL_MONTHS))
    assert (seen.renewal_status == "Expired") == (at >= expiry)


class Lives(RuleBasedStateMachine):
    """People ask, answer and delete; things happen; the clock goes on, or back."""

    @initialize()
    def begin(self) -> None:
        self.world = World(clock=Clock(BEGIN, speed=0))
        self.consents = self.world.sandbox

    @rule(
        who=st.sampled_from(PEOPLE),
        reference=st.sampled_from(REFERENCES),
        ean=st.sampled_from(EANS),
        service=st.sampled_from(SERVICES),
        back=st.integers(0, 300),
        length=st.none() | st.integers(1, 400),
    )
    def ask(
        self,
        who: str,
        reference: str,
        ean: str,
        service: DataServiceType,
        back: int,
        length: int | None,
    ) -> None:
        now, customer = self.world.now(), CUSTOMERS[who]
        start = now - timedelta(days=back)
        request = ClientSessionRequest(
            data_access_contract_number="C",
            reference_number=reference,
            flow=customer.flow,
            data_services=[ClientSessionDataService(data_service_type=service)],
        )
        link = self.consents.create_short_url(request, now).identifier
        choice = Choice(
            ean=ean,
            data_service_type=service,
            data_period_from=start,
            data_period_to=None if length is None else start + timedelta(days=length),
        )
        before = self.consents.kept()
        try:
            customer_steps.complete(
                self.consents, link, customer, [choice], confirmation="1", now=now
            )
        except JourneyRefusedError:
            assert self.consents.kept() == before
            return
        assert self.consents.customers[reference] == who

    @rule(who=st.sampled_from(PEOPLE), approve=st.booleans())
    def answer(self, who: str, approve: bool) -> None:
        now = self.world.now()
        for request in customer_steps.inbox(self.consents, who, now):
            if request.answer is ConsentAnswer.PENDING:
                customer_steps.answer(self.consents, request.id, who, approve=approve, now=now)
                return

    @rule(which=st.integers(0, 5), who=st.sampled_from(PEOPLE))
    def delete(self, which: int, who: str) -> None:
        mandates = self.consents.mandates.all()
        if which < len(mandates):
            key, now = mandates[which].key, self.world.now()
            try:
                customer_steps.delete(self.consents, key, CUSTOMERS[who], now=now)
            except JourneyRefusedError:
                return
            held = self.consents.mandates.get(key)
            assert held is not None
            assert held.status is MandateStatus.FINISHED

    @rule(which=st.integers(0, 5), who=st.sampled_from(PEOPLE))
    def renew(self, which: int, who: str) -> None:
        mandates = self.consents.mandates.all()
        if which < len(mandates):
            mandate, now, before = mandates[which], self.world.now(), self.consents.kept()
            try:
                customer_steps.renew(self.consents, mandate.key, CUSTOMERS[who], now=now)
            except JourneyRefusedError:
                assert self.consents.kept() == before
                return
            assert mandate.renewal_at(now) in {"ToBeRenewed", "Expired"}

    @rule(
        kind=st.sampled_from(sorted(EventKind)),
        ean=st.sampled_from(EANS),
        back=st.integers(-20, 200),
        customer=st.none() | st.sampled_from(PEOPLE),
    )
    def happen(self, kind: EventKind, ean: str, back: int, customer: str | None) -> None:
        windowed = kind in {EventKind.LATE_DATA, EventKind.RE_ESTIMATION}
        takes_over = kind in CAPPING - {EventKind.DISCONNECTION}
        asked = EventAsked(
            kind=kind,
            ean=None if kind is EventKind.CONTRACT_ENDED else ean,
            effective=f"{'-' if back >= 0 else ''}P{abs(back)}D",
            until="P30D" if windowed else None,
            days=5 if kind is EventKind.LATE_DATA else None,
            customer=customer if takes_over else None,
        )
        self.world.happen(asked.happening(self.world.now()))

    @rule(days=st.sampled_from([1, 20, 31, 95, 700, 1010, 1096, -3, -40]))
    def move_clock(self, days: int) -> None:
        self.world.clock.set(self.world.now() + timedelta(days=days))

    @rule(which=st.integers(0, 2), days=st.sampled_from(NEAR_AN_EXPIRY))
    def move_near_an_expiry(self, which: int, days: int) -> None:
        mandates = self.consents.mandates.all()
        expiry = mandates[which].mandate_expiration_date if which < len(mandates) else None
        if expiry is not None:
            self.world.clock.set(expiry + timedelta(days=days))

    @invariant()
    def an_ean_is_shown_only_while_approved(self) -> None:
        for mandate in self.consents.mandates.all():
            seen = mandate.seen_at(self.world.now())
            assert seen.status is not None
            if seen.status is not MandateStatus.APPROVED:
                assert (seen.ean, seen.energy_type, seen.renewal_status) == (None, None, None)

    @invariant()
    def a_renewal_status_is_within_its_window(self) -> None:
        now = self.world.now()
        for mandate in self.consents.mandates.all():
            expiry = mandate.mandate_expiration_date or now
            for at in (now, *(expiry + timedelta(days=days) for days in NEAR_AN_EXPIRY)):
                if at >= now:
                    check_renewal_status(mandate.seen_at(at), at)

    @invariant()
    def no_slice_is_outside_all_periods(self) -> None:
        now = self.world.now()
        for ean in EANS:
            opening = self.consents.mandates.opening(ean)
            if not opening:
                continue
            question = EnergyQuestion(
                ean=ean,
                period_type=PeriodType.READ_TIME,
                window=Interval(now - timedelta(days=20), now),
                granularities=frozenset(Granularity),
            )
            content = answer(
                question, opening, seed=1, asked_at=now, events=self.consents.events_of(ean)
            )
            head = msgspec.json.decode(content, type=EnergyResponse).data.headpoint
            assert head is not None
            told = [each.seen_at(now) for each in opening]
            periods = [
                (each.data_period_from, each.data_period_to or now)
                for each in told
                if each.renewal_status != "Expired"
            ] + [
                (each.data_period_from, min(each.data_period_to or now, expiry))
                for each in told
                if each.renewal_status == "Expired" and (expiry := each.mandate_expiration_date)
            ]
            for meter in head.physical_meters or []:
                arrays = (meter.daily_energy, meter.hourly_energy, meter.quarter_hourly_energy)
                for each in (each for slices in arrays for each in slices or []):
                    assert any(
                        start is not None and start <= each.start and each.end <= end
                        for start, end in periods
                    )

    def teardown(self) -> None:
        """Each sequence ends a while after all has expired, where nothing new may be seen."""
        mandates = [each for each in self.consents.mandates.all() if each.is_approved]
        expiries = [each.mandate_expiration_date for each in mandates]
        if expiries:
            self.world.clock.set(max(each for each in expiries if each) + timedelta(days=10))
            self.no_slice_is_outside_all_periods()


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
