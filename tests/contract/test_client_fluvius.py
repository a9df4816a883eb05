"""The real clients against the emulator, blocking and async: they meet only over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import uvloop

from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    ClientSessionDataService,
    DataServiceType,
    EnergyType,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
    MandateStatus,
    NotFoundError,
    PeriodType,
    ValidationError,
    read_energy,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTERS = DataServiceType.VH_KWARTIER_UUR
DAYS = DataServiceType.VH_DAG

Ask = Callable[..., Any]
_numbers = count(1)


def unused(prefix: str) -> str:
    """An EAN of the sandbox that no other test of this process uses."""
    return f"{prefix}0000000{600 + next(_numbers):03d}"


class Blocking:
    """Calls a method of the blocking client."""

    def __init__(self, **settings: Any) -> None:
        self.client = FluviusEnergyClient(environment=Environment.SANDBOX, **settings)

    def __call__(self, name: str, **arguments: Any) -> Any:
        return getattr(self.client, name)(**arguments)

    def close(self) -> None:
        self.client.close()


class Awaiting:
    """Calls a method of the async client, on a uvloop of its own."""

    def __init__(self, **settings: Any) -> None:
        self.loop = uvloop.new_event_loop()
        self.client = AsyncFluviusEnergyClient(environment=Environment.SANDBOX, **settings)

    def __call__(self, name: str, **arguments: Any) -> Any:
        return self.loop.run_until_complete(getattr(self.client, name)(**arguments))

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()


@pytest.fixture(autouse=True)
def _variables(emulator_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator_env.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=[Blocking, Awaiting], ids=["blocking", "async"])
def ask(request: pytest.FixtureRequest) -> Iterator[Ask]:
    asking = request.param(clock=lambda: NOW)
    yield asking
    asking.close()


def grant(ask: Ask, ean: str, service: DataServiceType = QUARTERS, **more: Any) -> str:
    reference = f"CLIENT-{ean[3:8]}-{ean[-3:]}-{service.replace('_', '')}"
    arguments = {
        "reference_number": reference,
        "ean": ean,
        "data_service_type": service,
        "data_period_from": date(2025, 1, 1),
        "status": MandateStatus.APPROVED,
        **more,
    }
    assert ask("create_mock_mandate", **arguments).data.status == "success"
    return reference


def test_a_session_leads_to_the_consent_page(ask: Ask) -> None:
    response = ask(
        "create_client_session",
        reference_number="CLIENT-SESSION",
        flow="B2C",
        data_services=[
            ClientSessionDataService(
                data_service_type=QUARTERS, data_period_from="2026-01-01T00:00:00Z"
            )
        ],
        number_of_eans=1000,
        return_url_success="https://example.com/thanks",
        sso=False,
    )
    assert response.data.status == "success"
    assert response.data.valid_to == NOW + timedelta(hours=24)
    url = ask.client.consent_url(response)  # type: ignore[attr-defined]
    assert url.endswith(f"/verbruik/dienstverlener?id={response.data.short_url_identifier}")


def test_a_mandate_is_listed_as_granted_with_the_providers_time(ask: Ask) -> None:
    ean = unused("54144011")
    reference = grant(ask, ean)
    response = ask("get_mandates", reference_number=reference)
    (mandate,) = response.data.mandates
    assert (mandate.ean, mandate.energy_type, mandate.status) == (
        ean, EnergyType.ELECTRICITY, MandateStatus.APPROVED,
    )  # fmt: skip
    assert mandate.data_period_from == datetime(2024, 12, 31, 23, tzinfo=UTC)
    assert response.meta.fetch_time == NOW
    listed = ask("list_mandates", reference_number=reference)
    assert (listed.mandates, listed.fetched_at) == ((mandate,), NOW)


def test_every_filter_reaches_the_provider(ask: Ask) -> None:
    ean = unused("54144011")
    reference = grant(ask, ean)
    filters = {
        "reference_number": reference,
        "ean": ean,
        "data_service_types": [DAYS, QUARTERS],
        "energy_type": EnergyType.ELECTRICITY,
        "status": "Approved",
        "last_updated_from": NOW - timedelta(days=1),
        "last_updated_to": NOW + timedelta(days=1),
    }
    assert len(ask("get_mandates", **filters).data.mandates) == 1
    for other in (
        {"data_service_types": [DAYS]},
        {"energy_type": EnergyType.GAS},
        {"status": MandateStatus.FINISHED},
        {"renewal_status": "Expired"},
        {"last_updated_to": NOW - timedelta(days=1)},
        {"mandate_expiration_date": NOW},
    ):
        with pytest.raises(NotFoundError):
            ask("get_mandates", **{**filters, **other})


def test_that_none_match_is_an_error_or_an_empty_list(ask: Ask) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask("get_mandates", reference_number="CLIENT-NOBODY")
    assert (caught.value.status, caught.value.code) == (404, "Mandates.NotFound")
    listed = ask("list_mandates", reference_number="CLIENT-NOBODY")
    assert (listed.mandates, listed.fetched_at) == ((), NOW)


@pytest.mark.parametrize(
    ("day", "quarters"),
    [(date(2026, 3, 29), 92), (date(2025, 10, 26), 100), (date(2026, 6, 10), 96)],
)
def test_a_local_day_has_all_its_quarters(ask: Ask, day: date, quarters: int) -> None:
    ean = unused("54144011")
    grant(ask, ean)
    reply = ask(
        "fetch_energy",
        ean=ean,
        period_type=PeriodType.READ_TIME,
        from_date=day,
        to_date=day + timedelta(days=1),
    )
    table = read_energy(reply.body, fetched_at=reply.fetched_at, metering_point=ean).table
    assert reply.fetched_at == NOW
    assert set(table["direction"].to_pylist()) == {"offtake", "injection"}
    assert table.num_rows == 2 * quarters


def test_a_gas_day_in_both_units(ask: Ask) -> None:
    ean = unused("54144100")
    grant(ask, ean, DAYS)
    reply = ask(
        "fetch_energy",
        ean=ean,
        period_type="readTime",
        from_date=datetime(2026, 6, 10, 6),  # noqa: DTZ001 - Brussels' wall time is meant
        to_date=datetime(2026, 6, 11, 6),  # noqa: DTZ001
        granularity="daily",
    )
    decoded = read_energy(reply.body, fetched_at=reply.fetched_at)
    assert decoded.undecoded == ()
    rows = decoded.table.to_pylist()
    assert [row["unit"] for row in rows] == ["m3", "kWh"]
    assert {(row["start"], row["end"]) for row in rows} == {
        (datetime(2026, 6, 10, 4, tzinfo=UTC), datetime(2026, 6, 11, 4, tzinfo=UTC))
    }


def test_energy_reads_as_objects(ask: Ask) -> None:
    ean = unused("54144011")
    grant(ask, ean)
    window = {"from_date": date(2026, 6, 10), "to_date": date(2026, 6, 11)}
    response = ask("get_energy", ean=ean, period_type="readTime", **window)
    assert response.data.headpoint.energy_type == "E"
    assert response.data.headpoint.ean == ean
    assert len(response.data.headpoint.physical_meters[0].quarter_hourly_energy) == 96


def test_energy_without_a_mandate_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFoundError):
        ask(
            "get_energy",
            ean=unused("54144011"),
            period_type="readTime",
            from_date="2026-06-10",
            to_date="2026-06-11",
        )


def test_the_whole_width_of_the_rules_is_accepted(ask: Ask) -> None:
    ean = unused("54144000")
    grant(ask, ean, DAYS, data_period_from=date(2023, 11, 20))
    for start, days in ((date(2023, 11, 20), 184), (date(2025, 4, 1), 185)):
        end = start + timedelta(days=days)
        window = {"from_date": start, "to_date": end}
        assert ask("fetch_energy", ean=ean, period_type="readTime", **window).body


@pytest.mark.parametrize("kind", [Blocking, Awaiting])
def test_a_refusal_lists_the_broken_rules(kind: Any) -> None:
    """Only rules that the provider judges by another clock than ours still get that far."""
    ean = unused("54144011")
    asking = kind(clock=lambda: NOW - timedelta(days=700))
    with pytest.raises(ValidationError) as caught:
        asking(
            "get_energy",
            ean=ean,
            period_type="readTime",
            from_date=date(2022, 6, 1),
            to_date=date(2022, 6, 2),
        )
    asking.close()
    assert (caught.value.status, caught.value.code) == (400, "RequestModelValidation.Failed")
    assert len(caught.value.validation_errors) == 1
    assert "'from'" in str(caught.value)
    assert ean not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"client_secret": "guessed"}, "AADSTS7000215"),
        ({"client_id": "somebody-else"}, "AADSTS700016"),
        ({"subscription_key": "guessed"}, "401"),
    ],
)
@pytest.mark.parametrize("kind", [Blocking, Awaiting])
def test_wrong_keys_say_which_and_what_to_do(
    kind: Any, wrong: dict[str, str], told: str, emulator_env: dict[str, str]
) -> None:
    keys = {
        "subscription_key": emulator_env["FLUVIUS_SUBSCRIPTION_KEY"],
        "client_id": emulator_env["FLUVIUS_CLIENT_ID"],
        "tenant_id": emulator_env["FLUVIUS_TENANT_ID"],
        "scope": emulator_env["FLUVIUS_SCOPE"],
        "client_secret": emulator_env["FLUVIUS_SANDBOX_CLIENT_SECRET"],
    }
    asking = kind(credentials=FluviusCredentials(**{**keys, **wrong}))
    with pytest.raises(AuthenticationError) as caught:
        asking("get_mandates")
    asking.close()
    assert told in f"{caught.value.code} {caught.value}"
    assert "check" in str(caught.value)
    assert "guessed" not in str(caught.value)


def test_many_at_once() -> None:
    async def ask_many() -> Any:
        async with AsyncFluviusEnergyClient(environment="sandbox", clock=lambda: NOW) as client:
            await client.create_mock_mandate(
                reference_number="CLIENT-MANY",
                ean="541440110000000599",
                data_service_type=QUARTERS,
                data_period_from=date(2026, 1, 1),
                status="Approved",
            )
            days = [date(2026, 6, 1) + timedelta(days=n) for n in range(20)]
            return await asyncio.gather(
                *(
                    client.fetch_energy(
                        ean="541440110000000599",
                        period_type="readTime",
                        from_date=day,
                        to_date=day + timedelta(days=1),
                    )
                    for day in days
                )
            )

    replies = uvloop.run(ask_many())
    assert len({reply.body for reply in replies}) == 20
