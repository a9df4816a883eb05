"""The package is typed for those who use it: mypy, at its strictest, reads a program of theirs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kwartier

PROGRAM = """
import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime

from kwartier.eneco import AsyncEnecoClient, ChannelId, EnecoClient, EnecoCredentials
from kwartier.eneco import Timestamps
from kwartier.fluvius import (
    ApiVersion,
    AsyncFluviusEnergyClient,
    ClientSessionDataService,
    DataServiceType,
    EnergyResponse,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
    InputError,
    Mandate,
    MandateStatus,
    NotFoundError,
    PeriodType,
    RetryPolicy,
    ValidationError,
)


def consent(client: FluviusEnergyClient) -> str:
    response = client.create_client_session(
        reference_number="R-1",
        flow="B2B",
        data_services=[
            ClientSessionDataService(
                data_service_type=DataServiceType.VH_DAG, data_period_from=date(2026, 1, 1)
            )
        ],
        number_of_eans=5,
    )
    return client.consent_url(response)


def approved(client: FluviusEnergyClient) -> Iterator[Mandate]:
    try:
        for mandate in client.get_mandates(status="Approved").data.mandates:
            if mandate.status is MandateStatus.APPROVED and mandate.status.is_known:
                yield mandate
    except NotFoundError as error:
        print(error.code, error.status)
    except (ValidationError, InputError) as error:
        print(error)


def days(response: EnergyResponse) -> list[tuple[datetime, float | None]]:
    headpoint = response.data.headpoint
    found: list[tuple[datetime, float | None]] = []
    for meter in (headpoint and headpoint.physical_meters) or []:
        for one in meter.daily_energy or []:
            for measurement in one.measurements or []:
                if measurement.offtake and measurement.offtake.day:
                    found.append((one.start, measurement.offtake.day.value))
    return found


def one_window(client: FluviusEnergyClient, ean: str) -> EnergyResponse:
    return client.get_energy(
        ean=ean,
        period_type=PeriodType.READ_TIME,
        granularity="daily",
        from_date=datetime(2026, 1, 1, tzinfo=UTC),
        to_date="2026-02-01",
    )


def of_the_older(ean: str) -> list[tuple[datetime, bool | None, float | None]]:
    with FluviusEnergyClient(environment="sandbox", api_version="v2") as client:
        response = client.get_energy(
            ean=ean, period_type="readTime", from_date="2026-01-01", to_date="2026-02-01"
        )
        installation = client.get_installation(ean=ean).data.installation
        responses = [response, *client.iter_energy(ean)]
    return [
        (one.start, installation.smr3 if installation else None, values.offtake_day_value)
        for each in responses
        for meter in each.data.electricity_meters
        for one in meter.daily_energy or []
        for values in one.measurement or []
    ]


async def meters_of_the_older(ean: str) -> list[str | None]:
    async with AsyncFluviusEnergyClient(api_version=ApiVersion.V2) as client:
        return [
            meter.meter_id
            async for response in client.iter_energy(ean)
            for meter in response.data.gas_meters
        ]


def of_either(version: str, ean: str) -> datetime | None:
    client = FluviusEnergyClient(api_version=version)
    response = client.get_energy(
        ean=ean, period_type="readTime", from_date="2026-01-01", to_date="2026-02-01"
    )
    if isinstance(response, EnergyResponse):
        return response.meta.fetch_time if response.meta else None
    return response.data.fetch_time


async def all_windows(ean: str) -> int:
    async with AsyncFluviusEnergyClient(
        FluviusCredentials.from_env("FLUVIUS_SANDBOX"), retry=RetryPolicy(attempts=2)
    ) as client:
        windows = [days(response) async for response in client.iter_energy(ean)]
        table = await client.energy_table(ean, date(2026, 1, 1), date(2026, 2, 1))
        return len(windows) + int(table.num_rows)


def heat(client: EnecoClient, owner: str) -> list[float | None]:
    usages = client.get_usages(owner, date(2026, 1, 1))
    return [
        record.amount
        for channel in usages.usage_channels
        if channel.channel_id is ChannelId.WARMTH
        for record in channel.usage_records
    ]


async def of_all_contracts() -> int:
    credentials = EnecoCredentials(api_key="k", consumer_token="t")
    async with AsyncEnecoClient(credentials, "acceptance", label="eneco") as client:
        listed = await client.list_contracts()
        tables = [
            await client.usages_table(
                each.data_owner, date(2026, 1, 1), timestamps=Timestamps(zone="Europe/Amsterdam")
            )
            for each in listed.contracts
        ]
        consumer = (await client.list_consumers("x"))[0]
        agreed: bool = (await client.set_consent("x", consumer.consumer_id, True)).is_consent
        return sum(int(table.num_rows) for table in tables) + agreed


def main() -> None:
    with FluviusEnergyClient(environment=Environment.SANDBOX) as client:
        print(consent(client))
        for mandate in approved(client):
            if mandate.ean:
                print(days(one_window(client, mandate.ean)))
                print(sum(len(days(response)) for response in client.iter_energy(mandate.ean)))
                print(asyncio.run(all_windows(mandate.ean)))
"""
MISTAKES = """
from kwartier.fluvius import AsyncFluviusEnergyClient, FluviusEnergyClient

client = FluviusEnergyClient()
client.get_energy(ean=541440110000000001, period_type="readTime", from_date="", to_date="")
client.get_energy(ean="541440110000000001", period_type="readTime", from_date=None, to_date="")
client.get_mandates(eanNumber="541440110000000001")
client.iter_energy()
count: int = client.get_mandates().data.mandates[0].ean
AsyncFluviusEnergyClient().get_mandates().data
client.iter_energy("541440110000000001").__next__().data.electricity_meters
FluviusEnergyClient(api_version="v2").iter_energy("1").__next__().data.headpoint
client.get_installation(ean="541440110000000001")
FluviusEnergyClient(api_version=2)
FluviusEnergyClient(time_out=3)
"""


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(kwartier.__file__).parent / "py.typed").exists()


def test_a_program_is_accepted_and_mistakes_are_found(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / "mistakes.py").write_text(MISTAKES, "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary",
         "program.py", "mistakes.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [line.split(": ", 1) for line in checked.stdout.splitlines() if ": error: " in line]
    assert [place for place, _ in found] == [f"mistakes.py:{line}" for line in range(5, 16)], (
        checked.stdout + checked.stderr
    )
