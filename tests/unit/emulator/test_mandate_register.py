"""Mandates: what is shown of them, when they must be renewed, which match."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kwartier.emulator.mandates import HeldMandate, MandateFilter, MandateRegister
from kwartier.emulator.rules import add_months
from kwartier.emulator.short_urls import ShortUrlRegister
from kwartier.emulator.state_file import State, load_state, save_state
from kwartier.errors import ConfigurationError
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.fluvius_v3 import (
    ClientSessionDataService,
    ClientSessionRequest,
    DataServiceType,
    EnergyType,
    Flow,
    MandateRenewalStatus,
    MandateStatus,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def mandate(**changes: Any) -> HeldMandate:
    plain = HeldMandate(
        reference_number="REF-1",
        ean="541440010000000001",
        data_service_type=DataServiceType.VH_KWARTIER_UUR,
        status=MandateStatus.APPROVED,
        last_updated=NOW,
        data_period_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize("status", list(MandateStatus))
def test_only_an_approved_mandate_shows_its_ean(status: MandateStatus) -> None:
    seen = mandate(status=status).seen_at(NOW)
    approved = status is MandateStatus.APPROVED
    assert (seen.ean is not None) is approved
    assert (seen.energy_type is not None) is approved


def test_the_energy_type_is_in_the_ean() -> None:
    assert mandate().energy_type is EnergyType.ELECTRICITY
    assert mandate(ean="541441010000000001").energy_type is EnergyType.GAS


@pytest.mark.parametrize(
    ("expires_in", "renewal"),
    [
        (timedelta(days=120), None),
        (timedelta(days=60), MandateRenewalStatus.TO_BE_RENEWED),
        (timedelta(seconds=1), MandateRenewalStatus.TO_BE_RENEWED),
        (timedelta(0), MandateRenewalStatus.EXPIRED),
        (timedelta(days=-400), MandateRenewalStatus.EXPIRED),
    ],
)
def test_renewal_follows_from_the_expiry(
    expires_in: timedelta, renewal: MandateRenewalStatus | None
) -> None:
    assert mandate(mandate_expiration_date=NOW + expires_in).renewal_at(NOW) is renewal


def test_the_renewal_a_mock_supplied_is_echoed() -> None:
    supplied = mandate(
        renewal_status=MandateRenewalStatus.RENEWAL_REQUESTED,
        mandate_expiration_date=NOW + timedelta(days=900),
    )
    assert supplied.renewal_at(NOW) is MandateRenewalStatus.RENEWAL_REQUESTED


def test_a_mock_that_is_left_requested_is_rejected_after_a_month_of_silence() -> None:
    left, month = mandate(status=MandateStatus.REQUESTED), add_months(NOW, 1)
    assert left.seen_at(month - timedelta(seconds=1)).status is MandateStatus.REQUESTED
    assert left.updated_at(month - timedelta(seconds=1)) == NOW
    assert left.seen_at(month).status is MandateStatus.REJECTED
    assert left.updated_at(month + timedelta(days=9)) == month
    again = mandate(status=MandateStatus.REQUESTED, last_updated=month)
    assert again.status_at(month) is MandateStatus.REQUESTED


def test_three_months_before_the_end_of_may_is_the_end_of_february() -> None:
    assert add_months(datetime(2027, 5, 31, tzinfo=UTC), -3) == datetime(2027, 2, 28, tzinfo=UTC)
    assert add_months(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(2027, 2, 28, tzinfo=UTC)


def test_a_mandate_is_one_for_each_reference_ean_and_service() -> None:
    register = MandateRegister()
    register.put(mandate(status=MandateStatus.REQUESTED))
    register.put(mandate())
    register.put(mandate(data_service_type=DataServiceType.VH_DAG))
    register.put(mandate(ean="541440010000000002"))
    register.put(mandate(reference_number="REF-2"))
    assert len(register.all()) == 4
    assert register.all()[0].status is MandateStatus.APPROVED


def test_an_approval_holds_for_three_years() -> None:
    register = MandateRegister()
    register.put(mandate())
    assert register.all()[0].mandate_expiration_date == NOW.replace(year=2029)


FILTERS = [
    (MandateFilter(), {"A", "G", "R"}),
    (MandateFilter(reference_number="A"), {"A"}),
    (MandateFilter(ean="541440010000000001"), {"A"}),
    (MandateFilter(energy_type=EnergyType.GAS), {"G"}),
    (MandateFilter(status=MandateStatus.REQUESTED), {"R"}),
    (MandateFilter(data_service_types=[DataServiceType.VH_DAG]), {"G"}),
    (MandateFilter(mandate_expiration_date=NOW + timedelta(days=30)), {"G"}),
    (MandateFilter(mandate_expiration_date=NOW + timedelta(days=31)), set()),
    (MandateFilter(renewal_status=MandateRenewalStatus.TO_BE_RENEWED), {"G"}),
    (MandateFilter(last_updated_from=NOW), {"A", "R"}),
    (MandateFilter(last_updated_to=NOW), {"G"}),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS)
def test_filters_judge_what_is_shown(wanted: MandateFilter, found: set[str]) -> None:
    register = MandateRegister()
    register.put(mandate(reference_number="A"))
    register.put(
        mandate(
            reference_number="G",
            ean="541441000000000001",
            data_service_type=DataServiceType.VH_DAG,
            last_updated=NOW - timedelta(days=1),
            mandate_expiration_date=NOW + timedelta(days=30),
        )
    )
    register.put(mandate(reference_number="R", status=MandateStatus.REQUESTED))
    assert {each.reference_number for each in register.find(wanted, NOW)} == found


@pytest.mark.parametrize(
    ("service", "opened"),
    [
        (DataServiceType.VH_DAG, {Granularity.DAY}),
        (DataServiceType.VH_KWARTIER_UUR, {Granularity.QUARTER_HOUR}),
        (DataServiceType.VH_ONBEPAALD, {Granularity.DAY, Granularity.QUARTER_HOUR}),
        (DataServiceType.IG, set()),
    ],
)
def test_a_service_opens_granularities(service: DataServiceType, opened: set[Granularity]) -> None:
    assert mandate(data_service_type=service).granularities == opened


def test_what_opens_an_ean_is_approved_and_has_a_service_for_it() -> None:
    register = MandateRegister()
    register.put(mandate(status=MandateStatus.FINISHED))
    register.put(mandate(data_service_type=DataServiceType.IG))
    assert register.opening("541440010000000001") == []
    register.put(mandate())
    assert len(register.opening("541440010000000001")) == 1
    assert register.opening("541440010000000001", "REF-2") == []


def test_state_outlives_the_emulator(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    assert load_state(path) == State()
    request = ClientSessionRequest(
        data_access_contract_number="C",
        reference_number="REF-1",
        flow=Flow.B2C,
        data_services=[ClientSessionDataService(data_service_type=DataServiceType.VH_DAG)],
    )
    short_url = ShortUrlRegister("1").create(request, NOW)
    state = State(mandates=[mandate().expiring()], short_urls=[short_url])
    save_state(path, state)
    assert load_state(path) == state
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_a_damaged_state_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"mandates": [{"ean": 3}]}')
    with pytest.raises(ConfigurationError, match=r"state\.json"):
        load_state(path)


def test_state_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        save_state(tmp_path / "none" / "state.json", State())


def test_short_urls_are_64_hex_digits_each_its_own() -> None:
    register = ShortUrlRegister("1")
    request = ClientSessionRequest(
        data_access_contract_number="C", reference_number="R", flow=Flow.B2C, data_services=[]
    )
    made = [register.create(request, NOW) for _ in range(3)]
    assert len({each.identifier for each in made}) == 3
    assert all(len(bytes.fromhex(each.identifier)) == 32 for each in made)
    assert made[0].valid_to == NOW + timedelta(hours=24)
