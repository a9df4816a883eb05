"""A client that somebody else wrote for the real API, every call it has, at the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread

other: Any = import_module("fluvius_energy_api")

REFERENCE = "OTHER-1"
EAN, GAS, AMR = "541440110000000081", "541441010000000081", "541450110000000081"
WINDOW = {
    "from_date": datetime(2026, 11, 9, 23, tzinfo=UTC),
    "to_date": datetime(2026, 11, 10, 23, tzinfo=UTC),
}

Connect = Callable[..., Any]


@pytest.fixture
def connect(emulator: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Makes clients that find the emulator where they look for Fluvius and Entra."""
    token_url = emulator.url + "/{tenant_id}/oauth2/v2.0/token"
    monkeypatch.setattr("fluvius_energy_api.auth.AZURE_AD_TOKEN_URL", token_url)
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    made: list[Any] = []

    def connected(prefix: str = "FLUVIUS_SANDBOX") -> Any:
        credentials = other.FluviusCredentials.from_env(prefix=prefix)
        environment = SimpleNamespace(value=emulator.env[f"{prefix}_BASE_URL"])
        made.append(other.FluviusEnergyClient(credentials=credentials, environment=environment))
        return made[-1]

    yield connected
    for client in made:
        client.close()


def mock(client: Any, ean: str, reference: str = REFERENCE) -> None:
    answer = client.create_mock_mandate(
        reference_number=reference,
        ean=ean,
        data_service_type=other.DataServiceType.VH_KWARTIER_UUR,
        data_period_from="2025-12-31T23:00:00Z",
        status=other.MandateStatus.APPROVED,
    )
    assert answer.data.status == "success"


def test_it_asks_for_a_short_url(connect: Connect, emulator: EmulatorThread) -> None:
    answer = connect().create_client_session(
        data_access_contract_number=emulator.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        reference_number=REFERENCE,
        flow="B2C",
        data_services=[
            other.ClientSessionDataService(data_service_type="VH_kwartier_uur"),
        ],
    )
    assert answer.data.status == "success"
    assert len(answer.data.short_url_identifier) == 64


def test_it_makes_and_finds_mandates(connect: Connect) -> None:
    client = connect()
    mock(client, EAN)
    answer = client.get_mandates(
        reference_number=REFERENCE,
        ean=EAN,
        data_service_types=[other.DataServiceType.VH_DAG, other.DataServiceType.VH_KWARTIER_UUR],
        energy_type=other.EnergyType.ELECTRICITY,
        status=other.MandateStatus.APPROVED,
        last_updated_from=datetime(2026, 11, 20, tzinfo=UTC),
    )
    (mandate,) = answer.data.mandates
    assert (mandate.ean, mandate.reference_number) == (EAN, REFERENCE)


@pytest.mark.parametrize("ean", [EAN, GAS, AMR])
@pytest.mark.parametrize("period_type", list(other.PeriodType))
def test_it_reads_energy(connect: Connect, ean: str, period_type: Any) -> None:
    client = connect()
    mock(client, ean)
    answer = client.get_energy(
        ean=ean,
        period_type=period_type,
        granularity="hourly_quarterhourly",
        complex_energy_types="active,reactive",
        **WINDOW,
    )
    assert answer.data.headpoint.ean == ean


def test_it_is_told_what_is_wrong(connect: Connect) -> None:
    client = connect()
    with pytest.raises(other.NotFoundError):
        client.get_mandates(reference_number="OTHER-NOBODY")
    with pytest.raises(other.ValidationError) as caught:
        client.get_mandates(ean="123")
    assert caught.value.validation_errors == ["Parameter 'ean' must contain 18 digits."]


def test_it_signs_in_to_the_live_service_by_certificate(connect: Connect) -> None:
    client = connect("FLUVIUS")
    with pytest.raises(other.NotFoundError):
        client.get_mandates(reference_number="OTHER-NOBODY")
