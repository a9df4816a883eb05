"""Customers and grid users: who consents at once, who is asked, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kwartier.emulator import customer_steps
from kwartier.emulator.consent_requests import ConsentAnswer
from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.journeys import Choice, Completed, JourneyRefusedError, Refusal
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.personas import CUSTOMERS, PORTAL_USERS, customers_of
from kwartier.emulator.state_file import Kept
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    Flow,
    MandateRenewalStatus,
    MandateStatus,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = datetime(2025, 12, 31, 23, tzinfo=UTC)
NOOR, BRAM, JEF, SARA = (CUSTOMERS[each] for each in ("noor", "bram", "jef", "sara"))
NOORS = "541440110000000101"
JEFS = "541440010000000701"


def consents() -> Consents:
    return Consents(Environment.SANDBOX, seed=1, kept=Kept())


def link(where: Consents, reference: str = "REF-1", *, at: datetime = NOW, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "data_access_contract_number": "C",
        "reference_number": reference,
        "flow": Flow.B2C,
        "data_services": [ClientSessionDataService(data_service_type=DataServiceType.VH_DAG)],
        **changes,
    }
    return where.create_short_url(ClientSessionRequest(**asked), at).identifier


def choice(ean: str = NOORS, **changes: Any) -> Choice:
    members: dict[str, Any] = {
        "ean": ean,
        "data_service_type": DataServiceType.VH_DAG,
        "data_period_from": START,
        **changes,
    }
    return Choice(**members)


def complete(
    where: Consents, who: str, *choices: Choice, at: datetime = NOW, reference: str = "REF-1"
) -> Completed:
    identifier = link(where, reference, at=at)
    return customer_steps.complete(
        where, identifier, CUSTOMERS[who], choices, confirmation="1", now=at
    )


def only(where: Consents) -> HeldMandate:
    (mandate,) = where.mandates.all()
    return mandate


def test_a_grid_users_own_request_is_approved_at_once() -> None:
    where = consents()
    done = complete(where, "noor", choice())
    assert done.consent_requests == []
    assert only(where).status is MandateStatus.APPROVED
    assert only(where).mandate_expiration_date == NOW.replace(year=2029)


def test_somebody_elses_meter_waits_for_the_grid_user() -> None:
    where = consents()
    done = complete(where, "bram", choice())
    seen = only(where).seen_at(NOW)
    assert (seen.status, seen.ean, seen.energy_type) == (MandateStatus.REQUESTED, None, None)
    (asked,) = customer_steps.inbox(where, "noor", NOW)
    assert [asked.id] == done.consent_requests
    later = NOW + timedelta(days=3)
    customer_steps.answer(where, asked.id, "noor", approve=True, now=later)
    assert only(where).seen_at(later).ean == NOORS
    assert only(where).mandate_expiration_date == later.replace(year=2029)
    (answered,) = customer_steps.inbox(where, "noor", later)
    assert answered.answer is ConsentAnswer.APPROVED


def test_a_refusal_rejects() -> None:
    where = consents()
    (asked,) = complete(where, "sara", choice(JEFS)).consent_requests
    customer_steps.answer(where, asked, "jef", approve=False, now=NOW)
    assert only(where).status_at(NOW) is MandateStatus.REJECTED


def test_silence_for_a_month_rejects_even_when_the_clock_jumps() -> None:
    where = consents()
    (asked,) = complete(where, "sara", choice(JEFS)).consent_requests
    over = datetime(2026, 12, 20, 12, tzinfo=UTC)
    assert only(where).status_at(over - timedelta(seconds=1)) is MandateStatus.REQUESTED
    years_on = over + timedelta(days=900)
    assert only(where).status_at(years_on) is MandateStatus.REJECTED
    assert only(where).updated_at(years_on) == over
    assert customer_steps.inbox(where, "jef", over)[0].answer is ConsentAnswer.LAPSED
    with pytest.raises(JourneyRefusedError) as refused:
        customer_steps.answer(where, asked, "jef", approve=True, now=over)
    assert refused.value.reason is Refusal.ALREADY_ANSWERED


def test_one_grid_user_gets_one_request_for_all_of_a_confirmation() -> None:
    where = consents()
    done = complete(where, "bram", choice(), choice("541441010000000101"))
    assert len(done.mandates) == 2
    assert len(done.consent_requests) == 1


def test_deleting_finishes_and_is_the_customers_or_the_grid_users() -> None:
    where = consents()
    (asked,) = complete(where, "bram", choice()).consent_requests
    customer_steps.answer(where, asked, "noor", approve=True, now=NOW)
    key = only(where).key
    with pytest.raises(JourneyRefusedError) as refused:
        customer_steps.delete(where, key, JEF, now=NOW)
    assert refused.value.reason is Refusal.NOT_YOURS
    assert only(where) in customer_steps.own_mandates(where, BRAM)
    customer_steps.delete(where, key, NOOR, now=NOW)
    assert only(where).seen_at(NOW).status is MandateStatus.FINISHED
    assert only(where).seen_at(NOW).ean is None


def test_a_renewal_by_another_waits_then_begins_three_new_years() -> None:
    where = consents()
    (first,) = complete(where, "bram", choice()).consent_requests
    customer_steps.answer(where, first, "noor", approve=True, now=NOW)
    due = datetime(2029, 9, 1, 12, tzinfo=UTC)
    assert only(where).renewal_at(due) is MandateRenewalStatus.TO_BE_RENEWED
    assert only(where).updated_at(due) == datetime(2029, 8, 20, 12, tzinfo=UTC)
    later = choice(data_period_from=datetime(2028, 1, 1, tzinfo=UTC))
    (again,) = complete(where, "bram", later, at=due).consent_requests
    assert only(where).renewal_at(due) is MandateRenewalStatus.RENEWAL_REQUESTED
    assert only(where).updated_at(due) == due
    customer_steps.answer(where, again, "noor", approve=True, now=due)
    assert only(where).renewal_at(due) is None
    assert only(where).mandate_expiration_date == due.replace(year=2032)
    assert only(where).data_period_from == START


def test_a_renewal_met_with_silence_is_due_again() -> None:
    where = consents()
    (first,) = complete(where, "bram", choice()).consent_requests
    customer_steps.answer(where, first, "noor", approve=True, now=NOW)
    due = datetime(2029, 9, 1, 12, tzinfo=UTC)
    complete(where, "bram", choice(data_period_from=due), at=due)
    lapsed = datetime(2029, 10, 1, 12, tzinfo=UTC)
    assert only(where).renewal_at(lapsed) is MandateRenewalStatus.TO_BE_RENEWED
    assert only(where).updated_at(lapsed) == lapsed
    assert only(where).renewal_at(datetime(2029, 11, 20, 12, tzinfo=UTC)) == "Expired"


def test_a_renewal_before_its_window_is_not_shown_as_one() -> None:
    where = consents()
    (first,) = complete(where, "bram", choice()).consent_requests
    customer_steps.answer(where, first, "noor", approve=True, now=NOW)
    later = NOW + timedelta(days=40)
    complete(where, "bram", choice(), at=later)
    assert only(where).seen_at(later).renewal_status is None
    assert only(where).updated_at(later) == NOW


def refused_for(where: Consents, who: str, *choices: Choice, **changes: Any) -> Refusal:
    before = where.kept()
    identifier = link(where, **changes)
    with pytest.raises(JourneyRefusedError) as refused:
        customer_steps.complete(
            where, identifier, CUSTOMERS[who], choices, confirmation="1", now=NOW
        )
    assert where.kept().mandates == before.mandates
    assert where.kept().customers == before.customers
    return refused.value.reason


def test_the_reference_binds_to_the_first_customer() -> None:
    where = consents()
    complete(where, "noor", choice())
    assert refused_for(where, "bram", choice()) is Refusal.OTHER_CUSTOMER
    complete(where, "noor", choice("541441010000000101"))


@pytest.mark.parametrize(
    ("who", "choices", "changes", "reason"),
    [
        ("noor", [], {}, Refusal.NOTHING_CHOSEN),
        ("noor", [choice(JEFS)], {}, Refusal.UNKNOWN_EAN),
        ("noor", [choice()], {"flow": Flow.B2B}, Refusal.WRONG_FLOW),
        ("noor", [choice(data_period_from=None)], {}, Refusal.WRONG_PERIOD),
        ("noor", [choice(data_period_from=NOW + timedelta(1))], {}, Refusal.WRONG_PERIOD),
        ("noor", [choice(data_period_to=START)], {}, Refusal.WRONG_PERIOD),
        ("noor", [choice(), choice()], {}, Refusal.WRONG_PERIOD),
        (
            "noor",
            [choice(data_service_type=DataServiceType.VH_KWARTIER_UUR)],
            {},
            Refusal.SERVICE_NOT_ASKED,
        ),
        (
            "noor",
            [choice(), choice("541441010000000101")],
            {"number_of_eans": 1},
            Refusal.TOO_MANY_EANS,
        ),
    ],
)
def test_what_the_link_does_not_allow_is_refused_and_changes_nothing(
    who: str, choices: list[Choice], changes: dict[str, Any], reason: Refusal
) -> None:
    assert refused_for(consents(), who, *choices, **changes) is reason


def test_a_fixed_period_cannot_be_chosen_otherwise() -> None:
    fixed = ClientSessionDataService(
        data_service_type=DataServiceType.VH_ONBEPAALD, data_period_from=START
    )
    where = consents()
    other = choice(data_period_from=START + timedelta(days=1))
    assert refused_for(where, "noor", other, data_services=[fixed]) is Refusal.WRONG_PERIOD
    identifier = link(where, data_services=[fixed])
    customer_steps.complete(
        where, identifier, NOOR, [choice(data_period_from=None)], confirmation="1", now=NOW
    )
    assert only(where).data_period_from == START
    assert only(where).data_service_type is DataServiceType.VH_DAG


def test_an_unknown_and_an_old_link_are_told_apart() -> None:
    where = consents()
    identifier = link(where)
    over = NOW + timedelta(hours=24)
    assert customer_steps.open_link(where, identifier, over - timedelta(seconds=1))
    for name, reason in (("f" * 64, Refusal.UNKNOWN_LINK), (identifier, Refusal.EXPIRED_LINK)):
        with pytest.raises(JourneyRefusedError) as refused:
            customer_steps.open_link(where, name, over)
        assert refused.value.reason is reason


def test_the_same_confirmation_twice_happens_once() -> None:
    where = consents()
    identifier = link(where)
    customer_steps.complete(where, identifier, NOOR, [choice()], confirmation="x", now=NOW)
    with pytest.raises(JourneyRefusedError) as refused:
        customer_steps.complete(where, identifier, NOOR, [choice()], confirmation="x", now=NOW)
    assert refused.value.reason is Refusal.ALREADY_CONFIRMED
    gas = choice("541441010000000101")
    customer_steps.complete(where, identifier, NOOR, [gas], confirmation="y", now=NOW)
    assert len(where.mandates.all()) == 2


def test_representatives_act_for_organisations_in_their_own_flow() -> None:
    hilde = PORTAL_USERS["hilde"]
    assert [each.id for each in customers_of(hilde, Flow.B2B)] == ["korenaar", "wevershof"]
    assert customers_of(hilde, Flow.B2C) == []
    everybody = {each for user in PORTAL_USERS.values() for each in user.customers}
    assert everybody == set(CUSTOMERS)
