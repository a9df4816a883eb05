"""What is sent, and what is refused before it is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.fluvius import (
    ClientSessionDataService,
    DataServiceType,
    EnergyType,
    MandateStatus,
    PeriodType,
)
from kwartier.fluvius.calls import Operations
from kwartier.fluvius.dialect import V3

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000001"
API = Operations(
    base_url="https://api.example.com/v3",
    subscription_key="hush",
    clock=lambda: NOW,
    dialect=V3,
    contract_number="17",
)


def session(**more: Any) -> Any:
    arguments: dict[str, Any] = {
        "reference_number": "R-1",
        "flow": "B2B",
        "data_services": [ClientSessionDataService(data_service_type="VH_dag")],
        **more,
    }
    call = API.create_client_session(**arguments).call
    assert call.body is not None
    return msgspec.json.decode(call.body)


def service(**more: Any) -> Any:
    asked = ClientSessionDataService(data_service_type=DataServiceType.VH_DAG, **more)
    return session(data_services=[asked])["dataServices"][0]


def energy(**more: Any) -> Any:
    arguments: dict[str, Any] = {
        "ean": EAN,
        "period_type": PeriodType.READ_TIME,
        "from_date": date(2026, 6, 1),
        "to_date": date(2026, 6, 2),
        **more,
    }
    return API.get_energy(**arguments).call


def mock(**more: Any) -> Any:
    arguments: dict[str, Any] = {
        "reference_number": "R-1",
        "ean": EAN,
        "data_service_type": "VH_kwartier_uur",
        "data_period_from": "2026-01-01",
        **more,
    }
    call = API.create_mock_mandate(**arguments).call
    assert call.body is not None
    return msgspec.json.decode(call.body)


def test_a_question_carries_its_keys_and_may_be_repeated() -> None:
    call = energy(granularity="daily", complex_energy_types=["active", "reactive"])
    assert (call.method, call.url) == ("GET", "https://api.example.com/v3/api/mandate/energy")
    assert call.headers["Ocp-Apim-Subscription-Key"] == "hush"
    assert call.is_idempotent
    assert call.query == {
        "ean": EAN,
        "periodType": "readTime",
        "from": "2026-05-31T22:00:00Z",
        "to": "2026-06-01T22:00:00Z",
        "granularity": "daily",
        "complexEnergyTypes": "active,reactive",
    }
    assert "hush" not in repr(call) + repr(API)
    assert EAN not in repr(call)


def test_an_order_must_not_be_repeated() -> None:
    assert not API.create_client_session(
        reference_number="R-1",
        flow="B2C",
        data_services=[ClientSessionDataService(data_service_type="IG")],
    ).call.is_idempotent


def test_a_session_is_sent_in_the_apis_words() -> None:
    sent = session(
        number_of_eans=5,
        sso=False,
        enterprise_number="0123456789",
        return_url_failed="https://x.be",
    )
    assert sent == {
        "dataAccessContractNumber": "17",
        "referenceNumber": "R-1",
        "flow": "B2B",
        "dataServices": [{"dataServiceType": "VH_dag"}],
        "numberOfEans": 5,
        "returnUrlFailed": "https://x.be",
        "sso": False,
        "enterpriseNumber": "0123456789",
    }
    assert session(data_access_contract_number="18")["dataAccessContractNumber"] == "18"


@pytest.mark.parametrize(
    ("given_time", "sent"),
    [
        (date(2026, 3, 29), "2026-03-28T23:00:00Z"),
        (datetime(2026, 3, 30), "2026-03-29T22:00:00Z"),  # noqa: DTZ001
        (datetime(2025, 10, 26), "2025-10-25T22:00:00Z"),  # noqa: DTZ001
        (datetime(2025, 10, 26, 2, 30, fold=1), "2025-10-26T01:30:00Z"),  # noqa: DTZ001
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01", "2025-12-31T23:00:00Z"),
        ("2026-01-01T06:00", "2026-01-01T05:00:00Z"),
        (datetime(2026, 1, 1, 0, 0, 0, 999999, tzinfo=UTC), "2026-01-01T00:00:00Z"),
    ],
)
def test_times_are_brussels_unless_they_say_otherwise(given_time: Any, sent: str) -> None:
    assert service(data_period_from=given_time)["dataPeriodFrom"] == sent
    assert mock(data_period_from=given_time)["dataPeriodFrom"] == sent
    end = datetime.fromisoformat(sent) + timedelta(days=1)
    assert energy(from_date=given_time, to_date=end).query["from"] == sent


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 3, 29, 2, 30), datetime(2025, 10, 26, 2, 30), "2026-03-29T02:30"],  # noqa: DTZ001
)
def test_times_that_the_clock_change_makes_unclear_are_refused(moment: Any) -> None:
    with pytest.raises(InputError, match="from_date"):
        energy(from_date=moment, to_date=date(2026, 6, 1))


def test_filters_are_sent_in_the_apis_words() -> None:
    query = API.get_mandates(
        ean=EAN,
        energy_type=EnergyType.ELECTRICITY,
        status=MandateStatus.APPROVED,
        data_service_types=[DataServiceType.VH_DAG, "vh_kwartier_uur"],
        last_updated_from="2026-01-01T00:00:00Z",
    ).call.query
    assert query == {
        "ean": EAN,
        "energyType": "E",
        "status": "Approved",
        "dataServiceTypes": "VH_dag,VH_kwartier_uur",
        "lastUpdatedFrom": "2026-01-01T00:00:00Z",
    }
    assert all(type(text) is str for text in query.values())
    assert API.get_mandates().call.query == {}


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("reference_number", {"reference_number": "x" * 36}),
        ("reference_number", {"reference_number": "MijnFluvius-1"}),
        ("reference_number", {"reference_number": "a_b"}),
        ("flow", {"flow": "C2C"}),
        ("data_services", {"data_services": []}),
        (
            "data_services",
            {"data_services": [ClientSessionDataService(data_service_type="IG")] * 4},
        ),
        (
            "data_service_type",
            {"data_services": [ClientSessionDataService(data_service_type="VH_kwartier")]},
        ),
        ("number_of_eans", {"number_of_eans": 1001}),
        ("number_of_eans", {"number_of_eans": -1}),
        ("enterprise_number", {"enterprise_number": "12345678"}),
        ("enterprise_number", {"enterprise_number": "12345678901"}),
        ("enterprise_number", {"enterprise_number": "12345678a"}),
        ("return_url_success", {"return_url_success": "example.com"}),
        ("return_url_failed", {"return_url_failed": "javascript:alert(1)"}),
        ("return_url_failed", {"return_url_failed": "http://[bad"}),
        ("data_access_contract_number", {"data_access_contract_number": "  "}),
    ],
)
def test_a_session_that_breaks_a_rule_is_refused(field: str, broken: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        session(**broken)
    assert caught.value.field == field


@pytest.mark.parametrize("number", [0, 1000])
def test_the_limits_of_the_number_of_eans_are_allowed(number: int) -> None:
    assert session(number_of_eans=number)["numberOfEans"] == number


def test_without_any_contract_number_it_says_where_to_put_one() -> None:
    api = Operations(base_url="https://x", subscription_key="k", clock=lambda: NOW, dialect=V3)
    with pytest.raises(InputError, match="FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"):
        api.create_client_session(
            reference_number="R",
            flow="B2C",
            data_services=[ClientSessionDataService(data_service_type="IG")],
        )


@pytest.mark.parametrize(
    ("field", "period"),
    [
        ("data_period_from", {"data_period_from": "2022-11-20"}),
        ("data_period_from", {"data_period_from": "2026-11-21"}),
        ("data_period_to", {"data_period_from": "2026-01-02", "data_period_to": "2026-01-02"}),
        ("data_period_to", {"data_period_from": "2026-01-02", "data_period_to": "2026-01-01"}),
    ],
)
def test_a_period_that_breaks_a_rule_is_refused(field: str, period: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        service(**period)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("ean", {"ean": "123"}),
        ("ean", {"ean": int(EAN)}),
        ("period_type", {"period_type": "sometime"}),
        ("to_date", {"to_date": date(2026, 6, 1)}),
        ("to_date", {"to_date": date(2026, 5, 1)}),
        ("to_date", {"from_date": date(2026, 1, 1), "to_date": date(2026, 7, 6)}),
        ("from_date", {"from_date": date(2023, 11, 19), "to_date": date(2023, 12, 1)}),
        ("granularity", {"granularity": "weekly"}),
        ("granularity", {"granularity": []}),
        ("complex_energy_types", {"complex_energy_types": "apparent"}),
        ("from_date", {"from_date": "1 June"}),
    ],
)
def test_an_energy_question_that_breaks_a_rule_is_refused(
    field: str, broken: dict[str, Any]
) -> None:
    with pytest.raises(InputError) as caught:
        energy(**broken)
    assert caught.value.field == field


def test_185_days_are_allowed_across_the_autumn_change_too() -> None:
    for start in (date(2026, 1, 5), date(2025, 6, 1), date(2025, 10, 20)):
        assert energy(from_date=start, to_date=start + timedelta(days=185))


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2023, 11, 20, tzinfo=UTC)),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2023, 11, 20, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2025, 2, 28, tzinfo=UTC)),
    ],
)
def test_three_years_back_by_calendar_date(now: datetime, earliest: datetime) -> None:
    api = Operations(base_url="https://x", subscription_key="k", clock=lambda: now, dialect=V3)
    day = timedelta(days=1)
    window: dict[str, Any] = {"ean": EAN, "period_type": "insertTime"}
    assert api.get_energy(from_date=earliest, to_date=earliest + day, **window)
    with pytest.raises(InputError, match="3 years"):
        api.get_energy(from_date=earliest - day, to_date=earliest, **window)


@pytest.mark.parametrize("separator", [",", ";", "|"])
def test_lists_may_come_as_text_with_any_documented_separator(separator: str) -> None:
    call = energy(granularity=f"daily{separator} hourly_quarterhourly")
    assert call.query["granularity"] == "daily,hourly_quarterhourly"


@pytest.mark.parametrize(
    ("field", "broken"),
    [
        ("ean", {"ean": EAN + "0"}),
        ("data_period_from", {"data_period_from": None}),
        ("data_period_from", {"data_service_type": "IG"}),
        ("data_period_to", {"data_period_to": "2025-12-31"}),
        ("status", {"status": "Perhaps"}),
        ("renewal_status", {"renewal_status": "Perhaps"}),
        ("reference_number", {"reference_number": ""}),
    ],
)
def test_a_mock_mandate_that_breaks_a_rule_is_refused(field: str, broken: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        mock(**broken)
    assert caught.value.field == field


def test_installation_data_has_no_period() -> None:
    assert mock(data_service_type="IG", data_period_from=None) == {
        "referenceNumber": "R-1",
        "ean": EAN,
        "dataServiceType": "IG",
    }


def test_a_mock_mandate_is_sent_in_the_apis_words() -> None:
    sent = mock(status="approved", renewal_status="toBeRenewed", mandate_expiration_date=NOW)
    assert (sent["status"], sent["renewalStatus"]) == ("Approved", "ToBeRenewed")
    assert sent["mandateExpirationDate"] == "2026-11-20T12:00:00Z"


@given(ean=st.text(max_size=20))
def test_only_18_digits_are_ever_sent_as_an_ean(ean: str) -> None:
    try:
        sent = str(API.get_mandates(ean=ean).call.query["ean"])
    except InputError:
        return
    assert sent.isascii()
    assert sent.isdigit()
    assert len(sent) == 18
