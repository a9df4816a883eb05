"""Nothing that the API says is lost on the way into objects, and nothing is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    ClientSessionDataService,
    EnergyResponse,
    FluviusEnergyClient,
    GasConversionFactor,
    HeadpointType,
    InstallationType,
    SubHeadpointType,
    Unit,
    ValidationState,
)
from kwartier.wire.open_enum import OpenEnum
from support.esco import Esco
from support.proxy import Proxy, proxy_to

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINTS = {
    "digital meter": "541440110000000874",
    "digital meter, gas": "541441010000000875",
    "AMR": "541450100000000876",
    "AMR, gas": "541451000000000877",
    "AMR with a plant": "541450111000000878",
    "AMR with a plant and a tenant": "541450112000000879",
    "AMR and meter": "541450210000000880",
    "AMR and meter, gas": "541451212000000881",
}
WINDOWS = [(date(2026, 3, 28), date(2026, 3, 31)), (date(2025, 10, 25), date(2025, 10, 28))]


@pytest.fixture(scope="module")
def tapped(emulator: EmulatorThread) -> Iterator[Proxy]:
    """Everything on its way to the emulator passes here; mandates for all points are given."""
    esco = Esco(emulator.env)
    for ean in POINTS.values():
        assert esco.mock(f"MEMBERS-{ean[-3:]}", ean).status == 200
    with proxy_to(emulator.url) as proxy:
        yield proxy


@pytest.fixture
def client(
    emulator: EmulatorThread, tapped: Proxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FluviusEnergyClient]:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value.replace(emulator.url, tapped.url))
    with FluviusEnergyClient(environment="sandbox", clock=lambda: NOW) as client:
        client.list_mandates()  # the token
        yield client


def same_as_sent(response: msgspec.Struct, proxy: Proxy) -> bool:
    """Whether the object says what the last reply said, no more and no less."""
    said: object = msgspec.json.decode(proxy.passed[-1].body)
    return bool(msgspec.json.decode(msgspec.json.encode(response)) == said)


@pytest.mark.parametrize(("start", "end"), WINDOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize("ean", POINTS.values(), ids=POINTS)
def test_energy_is_read_whole(
    client: FluviusEnergyClient, tapped: Proxy, ean: str, start: date, end: date
) -> None:
    response = client.get_energy(ean=ean, period_type="readTime", from_date=start, to_date=end)
    assert same_as_sent(response, tapped)
    words = list(words_in(response))
    assert words
    assert all(word.is_known for word in words), [word for word in words if not word.is_known]


def words_in(told: Any) -> Iterator[OpenEnum]:
    """All words of a vocabulary in a response."""
    if isinstance(told, OpenEnum):
        yield told
    elif isinstance(told, msgspec.Struct):
        for name in told.__struct_fields__:
            yield from words_in(getattr(told, name))
    elif isinstance(told, list):
        for one in told:
            yield from words_in(one)


def test_an_amr_installation_and_what_is_metered_behind_it(client: FluviusEnergyClient) -> None:
    response = client.get_energy(
        ean=POINTS["AMR with a plant and a tenant"],
        period_type="readTime",
        from_date="2026-06-10",
        to_date="2026-06-11",
        complex_energy_types=["active", "reactive"],
    )
    headpoint = response.data.headpoint
    assert headpoint is not None
    assert headpoint.type_ is HeadpointType.METERING_ON_HEADPOINT
    assert headpoint.physical_meters is None
    [day] = headpoint.daily_energy or []
    measured = (day.measurements or [])[0].offtake
    assert measured is not None
    assert measured.reactive is not None
    assert measured.reactive.unit is Unit.KVARH
    assert measured.reactive.validation_state is ValidationState.VAL
    behind = {part.type_: part for part in headpoint.sub_headpoints or []}
    assert set(behind) == set(SubHeadpointType)
    plant = behind[SubHeadpointType.PRODUCTION]
    assert isinstance(plant.type, InstallationType)
    assert plant.vreg_id
    assert behind[SubHeadpointType.OFFTAKE].type is None
    assert len(plant.quarter_hourly_energy or []) == 96


def test_only_the_kinds_of_energy_asked_for(client: FluviusEnergyClient) -> None:
    window = {"period_type": "readTime", "from_date": "2026-06-10", "to_date": "2026-06-11"}
    ean = POINTS["AMR"]

    def registers(response: EnergyResponse) -> set[str]:
        headpoint = response.data.headpoint
        assert headpoint is not None
        [day] = headpoint.daily_energy or []
        [measurement] = day.measurements or []
        told: dict[str, Any] = msgspec.to_builtins(measurement.offtake)
        return set(told)

    active, reactive, both = (
        registers(client.get_energy(ean=ean, complex_energy_types=asked, **window))
        for asked in ("active", "reactive", None)
    )
    assert active
    assert reactive
    assert not active & reactive
    assert active | reactive == both


def test_gas_of_a_digital_meter_with_its_factor(client: FluviusEnergyClient) -> None:
    response = client.get_energy(
        ean=POINTS["digital meter, gas"],
        period_type="readTime",
        from_date="2026-06-10",
        to_date="2026-06-12",
        granularity="daily",
    )
    assert response.data.headpoint is not None
    [meter] = response.data.headpoint.physical_meters or []
    [day] = meter.daily_energy or []
    volume, energy = (one.offtake.total for one in day.measurements or [] if one.offtake)
    assert volume is not None
    assert energy is not None
    assert (volume.unit, volume.gas_conversion_factor) == (Unit.M3, None)
    assert (energy.unit, energy.gas_conversion_factor) == (
        Unit.KWH, GasConversionFactor.DEFINITIVE,
    )  # fmt: skip


def test_mandates_and_sessions_are_read_whole(client: FluviusEnergyClient, tapped: Proxy) -> None:
    assert same_as_sent(client.get_mandates(), tapped)
    session = client.create_client_session(
        reference_number="MEMBERS-1",
        flow="B2C",
        data_services=[ClientSessionDataService(data_service_type="VH_onbepaald")],
    )
    assert same_as_sent(session, tapped)
    assert session.data.status.is_known
    made = client.create_mock_mandate(
        reference_number="MEMBERS-874",
        ean=POINTS["digital meter"],
        data_service_type="VH_onbepaald",
        data_period_from="2024-01-01",
        data_period_to="2026-12-01",
        status="Approved",
        mandate_expiration_date="2027-01-15",
        renewal_status="RenewalRequested",
    )
    assert same_as_sent(made, tapped)
    listed = client.get_mandates(reference_number="MEMBERS-874")
    assert same_as_sent(listed, tapped)
    [mandate] = listed.data.mandates
    assert all(getattr(mandate, name) is not None for name in mandate.__struct_fields__)
