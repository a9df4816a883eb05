"""The client with ``api_version="v2"``: same methods, same table but for the validation states."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from kwartier.errors import ConfigurationError, InputError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    ClientSessionDataService,
    FluviusEnergyClient,
    ValidationError,
    decode_energy,
)
from kwartier.fluvius.environment import ApiVersion, Endpoints, Environment
from kwartier.fluvius.replies import reader
from kwartier.transport import Operation
from kwartier.wire import fluvius_v2
from support.emulators import FROZEN_AT
from support.esco import send

BLOCKS = {
    "54144000000000": "electricity by day",
    "54144001000000": "electricity by quarter",
    "54144010000000": "with injection by day",
    "54144011000000": "with injection by quarter",
    "54144100000000": "gas by day",
    "54144101000000": "gas by hour",
}
SPANS = {
    "spring": (date(2026, 3, 27), date(2026, 3, 31)),
    "autumn": (date(2025, 10, 24), date(2025, 10, 28)),
    "lately": (date(2026, 11, 1), date(2026, 11, 20)),
    "two windows": (date(2026, 1, 1), date(2026, 7, 10)),
}
WORDS = {"READ": "VAL", "EST": "EST"}

_READ = reader(fluvius_v2.MandatesResponse)

Clients = tuple[FluviusEnergyClient, FluviusEnergyClient[fluvius_v2.EnergyResponse]]


@pytest.fixture
def clients(emulator_env: dict[str, str]) -> Iterator[Clients]:
    """One of v3 and one of v2, in the same sandbox."""
    os.environ.update(emulator_env)
    with (
        FluviusEnergyClient(environment="sandbox", clock=lambda: FROZEN_AT) as of_v3,
        FluviusEnergyClient(
            environment="sandbox", clock=lambda: FROZEN_AT, api_version="v2"
        ) as of_v2,
    ):
        yield of_v3, of_v2


def approve(client: FluviusEnergyClient[Any], ean: str, service: str = "VH_onbepaald") -> None:
    client.create_mock_mandate(
        reference_number=f"V2-{ean[4:9]}-{ean[-3:]}",
        ean=ean,
        data_service_type=service,
        data_period_from=None if service == "IG" else date(2025, 1, 1),
        status="Approved",
    )


def happen(env: dict[str, str], kind: str, ean: str, effective: str) -> None:
    url = env["FLUVIUS_BASE_URL"].removesuffix("/esco-live/v3") + "/_emulator/events"
    event = json.dumps({"kind": kind, "ean": ean, "effective": effective}).encode()
    assert send(url, "POST", content=event).status == 200


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Words as text: which number a word has in a dictionary means nothing."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def in_v2_words(table: pa.Table) -> pa.Table:
    words = [WORDS[word] for word in table["validation_state"].to_pylist()]
    place = table.schema.get_field_index("validation_state")
    field = table.schema.field(place)
    return table.set_column(place, field, pa.array(words).cast(field.type))


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("block", BLOCKS, ids=BLOCKS.values())
def test_the_table_is_v3s_but_for_the_words_of_the_validation_state(
    clients: Clients, block: str, span: str
) -> None:
    of_v3, of_v2 = clients
    ean = f"{block}0213"
    approve(of_v2, ean)
    assert_alike(of_v2.energy_table(ean, *SPANS[span]), of_v3.energy_table(ean, *SPANS[span]))


def assert_alike(table: pa.Table, of_v3: pa.Table) -> None:
    """``table``, of v2, is v3's but for the words of the validation state."""
    expected = in_v2_words(of_v3)
    assert table.num_rows > 0
    assert table.schema == expected.schema
    for name in table.schema.names:
        assert plain(table[name]) == plain(expected[name]), name


@pytest.mark.parametrize("span", ["spring", "autumn"])
@pytest.mark.parametrize("block", BLOCKS, ids=BLOCKS.values())
def test_live_tells_the_same_table_in_both_too(
    emulator_env: dict[str, str], block: str, span: str
) -> None:
    os.environ.update(emulator_env)
    ean = f"{block}0214"
    body = {
        "referenceNumber": f"V2-LIVE-{block[4:9]}",
        "ean": ean,
        "status": "Approved",
        "dataServiceType": "VH_onbepaald",
        "dataPeriodFrom": "2024-12-31T23:00:00Z",
    }
    url = emulator_env["FLUVIUS_BASE_URL"].removesuffix("/esco-live/v3") + "/_emulator/mandates"
    kind = {"content-type": "application/json"}
    assert send(url, "POST", content=json.dumps(body).encode(), headers=kind).status == 200
    with (
        FluviusEnergyClient(clock=lambda: FROZEN_AT) as of_v3,
        FluviusEnergyClient(clock=lambda: FROZEN_AT, api_version="v2") as of_v2,
    ):
        assert_alike(of_v2.energy_table(ean, *SPANS[span]), of_v3.energy_table(ean, *SPANS[span]))


@pytest.mark.parametrize("ean", ["541440110000000230", "541441010000000230"])
def test_what_was_stored_lately_is_told_alike(clients: Clients, ean: str) -> None:
    approve(clients[0], ean)
    of_v3, of_v2 = (
        client.fetch_energy(
            ean=ean, period_type="insertTime", from_date="2026-11-10", to_date="2026-11-18"
        )
        for client in clients
    )
    assert_alike(
        decode_energy(of_v2.body, fetched_at=of_v2.fetched_at, metering_point=ean),
        decode_energy(of_v3.body, fetched_at=of_v3.fetched_at),
    )


@pytest.mark.parametrize("ean", ["541440110000000240", "541441010000000240"])
def test_meters_in_turn_are_told_alike(
    clients: Clients, emulator_env: dict[str, str], ean: str
) -> None:
    of_v3, of_v2 = clients
    approve(of_v3, ean)
    happen(emulator_env, "meter-exchange", ean, "2026-11-04T10:00:00Z")
    span = (date(2026, 11, 1), date(2026, 11, 8))
    table = of_v2.energy_table(ean, *span)
    assert len(set(table["meter_id"].to_pylist())) == 2
    assert table.to_pylist() == in_v2_words(of_v3.energy_table(ean, *span)).to_pylist()


def test_what_is_estimated_says_so_in_both(clients: Clients) -> None:
    of_v3, of_v2 = clients
    ean = "541440010000000228"
    approve(of_v3, ean)
    states = of_v2.energy_table(ean, date(2026, 11, 1), date(2026, 11, 20))["validation_state"]
    assert set(states.to_pylist()) == {"VAL", "EST"}


def test_a_granularity_is_asked_for_by_the_data_service(clients: Clients) -> None:
    _, of_v2 = clients
    ean = "541440110000000215"
    approve(of_v2, ean)
    for granularity, expected in (("daily", {"P1D"}), ("hourly_quarterhourly", {"PT15M"})):
        table = of_v2.energy_table(
            ean, date(2026, 11, 1), date(2026, 11, 3), granularity=granularity
        )
        assert set(table["granularity"].to_pylist()) == expected
    both = of_v2.energy_table(
        ean,
        date(2026, 11, 1),
        date(2026, 11, 3),
        granularity=["daily", "hourly_quarterhourly"],
    )
    assert set(both["granularity"].to_pylist()) == {"P1D", "PT15M"}


def test_energy_comes_in_v2s_own_structs_every_slice_once(clients: Clients) -> None:
    _, of_v2 = clients
    ean = "541441010000000216"
    approve(of_v2, ean)
    starts: list[datetime] = []
    for response in of_v2.iter_energy(ean, date(2026, 1, 1), date(2026, 8, 1)):
        assert type(response) is fluvius_v2.EnergyResponse
        assert response.data.electricity_meters == []
        [meter] = response.data.gas_meters
        starts += [one.start for one in meter.hourly_energy or []]
    assert len(starts) > 180 * 24
    assert len(starts) == len(set(starts))


def test_a_reply_as_it_came_names_its_ean_for_the_decoding(clients: Clients) -> None:
    _, of_v2 = clients
    ean = "541440010000000217"
    approve(of_v2, ean)
    reply = of_v2.fetch_energy(
        ean=ean, period_type="readTime", from_date="2026-11-01", to_date="2026-11-02"
    )
    assert reply.fetched_at == FROZEN_AT
    table = decode_energy(
        reply.body, fetched_at=reply.fetched_at, metering_point=reply.metering_point
    )
    assert set(table["metering_point"].to_pylist()) == {ean}
    assert ean not in repr(reply)


def test_mandates_and_sessions_are_told_as_v3_tells_them(clients: Clients) -> None:
    of_v3, of_v2 = clients
    ean = "541440010000000218"
    approve(of_v2, ean)
    reference = "V2-40010-218"
    told = of_v2.get_mandates(reference_number=reference, data_service_types="VH_onbepaald,VH_dag")
    assert [mandate.ean for mandate in told.data.mandates] == [ean]
    assert told.meta is not None
    assert told.meta.fetch_time == FROZEN_AT
    [of_two] = of_v2.list_mandates(reference_number=reference).mandates
    [of_three] = of_v3.list_mandates(reference_number=reference).mandates
    assert of_two.ean == of_three.ean
    assert of_two.mandate_expiration_date == of_three.mandate_expiration_date
    session = of_v2.create_client_session(
        reference_number=reference,
        flow="B2C",
        data_services=[ClientSessionDataService(data_service_type="VH_dag")],
        number_of_eans=1,
    )
    assert session.data.status == "success"
    assert of_v2.consent_url(session).endswith(str(session.data.short_url_identifier))


def test_nothing_found_is_an_empty_answer(clients: Clients) -> None:
    _, of_v2 = clients
    assert of_v2.get_mandates(reference_number="V2-NOBODY").data.mandates == []
    assert of_v2.list_mandates(reference_number="V2-NOBODY").mandates == ()
    ean = "541440010000000219"
    assert of_v2.energy_table(ean, date(2026, 11, 1), date(2026, 11, 3)).num_rows == 0
    assert of_v2.get_installation(ean=ean).data.installation is None


def test_installation_data_is_v2s(clients: Clients) -> None:
    of_v3, of_v2 = clients
    ean = "541440110000000220"
    approve(of_v2, ean, "IG")
    installation = of_v2.get_installation(ean=ean).data.installation
    assert installation is not None
    assert installation.meter_type == "DM"
    assert [each.type for each in installation.local_production_installations] == ["PV"]
    assert len(installation.estimated_volumes) == 4
    with pytest.raises(InputError, match="api_version: must be v2"):
        of_v3.get_installation(ean=ean)  # type: ignore[misc]  # the type checker knows it, too


def test_installation_data_follows_what_happens(
    clients: Clients, emulator_env: dict[str, str]
) -> None:
    _, of_v2 = clients

    def meter(ean: str) -> tuple[str, bool | None] | None:
        installation = of_v2.get_installation(ean=ean).data.installation
        return (str(installation.meter_type), installation.smr3) if installation else None

    power, gas = "541440010000000961", "541441010000000961"
    for ean in (power, gas):
        approve(of_v2, ean, "IG")
        assert meter(ean) == ("KM", False)
        happen(emulator_env, "meter-exchange", ean, "2026-11-04T10:00:00Z")
        assert meter(ean) == ("DM", False)
        happen(emulator_env, "quarter-hours-on", ean, "2026-11-05T10:00:00Z")
        assert meter(ean) == ("DM", True)
    happen(emulator_env, "move", power, "2026-11-30T23:00:00Z")
    assert meter(power) == ("DM", True), "that is yet to come"
    happen(emulator_env, "customer-change", power, "2026-11-10T23:00:00Z")
    assert meter(power) is None
    assert meter(gas) == ("DM", True)
    [mandate] = of_v2.list_mandates(reference_number="V2-40010-961").mandates
    assert mandate.status == "Approved"
    assert (mandate.data_period_from, mandate.data_period_to) == (
        None,
        datetime(2026, 11, 10, 23, tzinfo=UTC),
    )


def test_its_errors_are_read_whatever_their_casing(clients: Clients) -> None:
    _, of_v2 = clients
    with pytest.raises(ValidationError, match="18 digits") as caught:
        of_v2._run(Operation(of_v2._operations.get("/Mandate", {"ean": "123"}), _READ))
    assert caught.value.code == "RequestModelValidation.Failed"
    assert caught.value.type == "AppValidationException"


def test_the_registers_cannot_be_chosen(clients: Clients) -> None:
    _, of_v2 = clients
    with pytest.raises(InputError, match="complex_energy_types: must be left out in v2"):
        of_v2.energy_table(
            "541440110000000221",
            date(2026, 11, 1),
            date(2026, 11, 3),
            complex_energy_types="active",
        )


def test_the_async_client_does_the_same(emulator_env: dict[str, str], clients: Clients) -> None:
    _, of_v2 = clients
    ean = "541440110000000222"
    approve(of_v2, ean)

    async def awaited() -> pa.Table:
        async with AsyncFluviusEnergyClient(
            environment="sandbox", clock=lambda: FROZEN_AT, api_version="v2"
        ) as client:
            return await client.energy_table(ean, date(2026, 1, 1), date(2026, 8, 1))

    table = of_v2.energy_table(ean, date(2026, 1, 1), date(2026, 8, 1))
    assert asyncio.run(awaited()).equals(table)


def test_live_answers_in_v2_as_well(emulator_env: dict[str, str]) -> None:
    os.environ.update(emulator_env)
    with FluviusEnergyClient(clock=lambda: FROZEN_AT, api_version="v2") as live:
        assert live.endpoints.base_url.endswith("/esco-live/api/v2.0")
        assert live.get_mandates(reference_number="V2-NOBODY").data.mandates == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "https://apihub.fluvius.be/esco-sbx/api/v2.0"),
        ({"FLUVIUS_SANDBOX_BASE_URL": "http://x:1/a/V3/"}, "http://x:1/a/api/v2.0"),
    ],
)
def test_v2s_address_follows_from_v3s(given: dict[str, str], expected: str) -> None:
    endpoints = Endpoints.of(
        Environment.SANDBOX, tenant_id="t", variables=given, version=ApiVersion.V2
    )
    assert endpoints.base_url == expected


def test_an_address_that_is_not_v3s_is_refused() -> None:
    variables = {"FLUVIUS_BASE_URL": "http://x:1/api/v2.0"}
    with pytest.raises(ConfigurationError, match="FLUVIUS_BASE_URL: must end in /v3"):
        Endpoints.of(
            Environment.PRODUCTION, tenant_id="t", variables=variables, version=ApiVersion.V2
        )


def test_an_unknown_version_is_refused(emulator_env: dict[str, str]) -> None:
    os.environ.update(emulator_env)
    with pytest.raises(ConfigurationError, match="api_version: must be one of v3, v2"):
        FluviusEnergyClient(environment="sandbox", api_version="v4")


def test_instants_are_utc(clients: Clients) -> None:
    _, of_v2 = clients
    approve(of_v2, "541440010000000223")
    [mandate] = of_v2.list_mandates(reference_number="V2-40010-223").mandates
    assert mandate.data_period_from == datetime(2024, 12, 31, 23, tzinfo=UTC)
