"""What mandates come to in a customer's words, and what is asked for: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.connect.allowance import Allowance
from kwartier.connect.asking import Asking
from kwartier.connect.outcome import Word, outcome_of
from kwartier.connect.settings import AskedService, ConnectSettings
from kwartier.connect.texts import SPEECHES, preferred
from kwartier.errors import InputError
from kwartier.fluvius.checks import check_history
from kwartier.office.terms import Terms
from kwartier.registry.holders import days_to_answer
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import FLUVIUS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def mandate(status: str, ean: str | None = None, renewal: str | None = None) -> Mandate:
    return Mandate(
        provider=FLUVIUS,
        contract_number="",
        reference_number="R",
        status=status,
        data_service_type="VH_dag",
        metering_point=ean,
        renewal_status=renewal,
        expires_at=NOW if renewal else None,
    )


@pytest.mark.parametrize(
    ("mandates", "word"),
    [
        ([], Word.NOTHING),
        ([mandate("Approved", "1")], Word.GRANTED),
        ([mandate("Approved", "1"), mandate("Rejected"), mandate("Requested")], Word.GRANTED),
        ([mandate("Requested"), mandate("Rejected"), mandate("Finished")], Word.WAITING),
        ([mandate("Rejected"), mandate("Finished")], Word.REFUSED),
        ([mandate("Finished")], Word.ENDED),
        ([mandate("Approved", "1", "ToBeRenewed")], Word.DUE),
        ([mandate("Approved", "1", "Expired"), mandate("Approved", "2")], Word.DUE),
        ([mandate("Approved", "1", "RenewalRequested")], Word.GRANTED),
        ([mandate("SomethingNew")], Word.NOTHING),
    ],
)
def test_the_outcome_in_one_word(mandates: list[Mandate], word: Word) -> None:
    assert outcome_of(mandates).word is word


def test_expired_says_that_no_new_data_come() -> None:
    due = outcome_of([mandate("Approved", "1", "ToBeRenewed")])
    assert (due.is_due, due.is_expired, due.expires_at) == (True, False, NOW)
    assert outcome_of([mandate("Approved", "1", "Expired")]).is_expired
    renewing = outcome_of([mandate("Approved", "1", "RenewalRequested")])
    assert (renewing.waiting, len(renewing.shared)) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "now", "days"),
    [
        (datetime(2026, 11, 20, 12, tzinfo=UTC), NOW, 30),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 12, 20, 9, tzinfo=UTC), 0),
        (datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC), 0),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), datetime(2027, 1, 31, 13, tzinfo=UTC), 28),
        (datetime(2026, 12, 15, 23, 30, tzinfo=UTC), datetime(2026, 12, 16, 8, tzinfo=UTC), 31),
    ],
)
def test_days_left_count_a_calendar_month_of_local_days(
    asked: datetime, now: datetime, days: int
) -> None:
    assert days_to_answer(asked, now) == days


@given(
    hours=st.integers(0, 90_000),
    back=st.integers(1, 1096),
    stated=st.none() | st.integers(0, 3000),
)
@settings(max_examples=60, deadline=None)
def test_what_is_asked_is_never_more_than_fluvius_gives(
    hours: int, back: int, stated: int | None
) -> None:
    at = NOW + timedelta(hours=hours)
    start = None if stated is None else at - timedelta(days=stated)
    chosen = ConnectSettings(history=timedelta(days=back))
    asking = Asking.of(Terms(period_start=start), chosen, at)
    assert asking.start is not None
    assert asking.start <= at
    check_history(asking.start, at, "start")
    if start is None:
        assert asking.start.astimezone(BRUSSELS).hour == 0


def test_terms_go_before_settings_and_installation_data_have_no_period() -> None:
    chosen = ConnectSettings(
        services=(AskedService.QUARTER, AskedService.INSTALLATION), max_eans=5, sso=True
    )
    asking = Asking.of(Terms(period_start=NOW, max_eans=2, sso=False), chosen, NOW)
    assert (asking.max_eans, asking.sso) == (2, False)
    quarter, installation = asking.data_services()
    assert (quarter.data_service_type, quarter.data_period_from) == ("VH_kwartier_uur", NOW)
    assert (installation.data_service_type, installation.data_period_from) == ("IG", None)
    assert Asking.of(Terms(), ConnectSettings(), NOW).start is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("embed_in", "https://energy.example/path"),
        ("embed_in", "energy.example"),
        ("embed_in", "https://a.example;script-src"),
        ("back_url", "javascript:alert(1)"),
        ("wording", "two words"),
        ("services", tuple(AskedService)),
    ],
)
def test_settings_that_cannot_be_name_their_field(field: str, value: object) -> None:
    with pytest.raises(InputError) as raised:
        ConnectSettings(**{field: value})  # type: ignore[arg-type]  # wrong on purpose
    assert raised.value.field == field


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_accept_language_is_an_order_of_what_is_offered(header: str) -> None:
    assert sorted(preferred(header, SPEECHES)) == sorted(SPEECHES)


def test_an_allowance_is_spent_and_comes_back() -> None:
    now = [0.0]
    allowance = Allowance(2, 10.0, clock=lambda: now[0])
    assert [allowance.take(1) for _ in range(3)] == [True, True, False]
    assert allowance.take(2)
    now[0] = 10.0
    assert allowance.take(1)
