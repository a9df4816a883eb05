"""What the API forbids never leaves: both clients refuse it, naming the field and the rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import ConfigurationError, InputError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    ClientSessionDataService,
    FluviusCredentials,
    FluviusEnergyClient,
)
from support.proxy import Proxy, proxy_to

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000001"
SKIPPED, TWICE = datetime(2026, 3, 29, 2, 30), datetime(2025, 10, 26, 2, 30)  # noqa: DTZ001
DAY = {"from_date": "2026-06-01", "to_date": "2026-06-02"}


def service(**period: Any) -> dict[str, Any]:
    asked = {"data_service_type": "VH_dag", **period}
    return {"data_services": [ClientSessionDataService(**asked)]}


GOOD: dict[str, dict[str, Any]] = {
    "create_client_session": {
        "data_access_contract_number": "17",
        "reference_number": "REFUSED-1",
        "flow": "B2B",
        **service(),
    },
    "get_mandates": {},
    "list_mandates": {},
    "get_energy": {"ean": EAN, "period_type": "readTime", **DAY},
    "fetch_energy": {"ean": EAN, "period_type": "insertTime", **DAY},
    "iter_energy": {"ean": EAN, **DAY},
    "energy_table": {"ean": EAN, **DAY},
    "create_mock_mandate": {
        "reference_number": "REFUSED-1",
        "ean": EAN,
        "data_service_type": "VH_kwartier_uur",
        "data_period_from": "2026-01-01",
        "status": "Approved",
    },
}
SESSION, MOCK = ("create_client_session",), ("create_mock_mandate",)
MANDATES, WITH_REFERENCE = ("get_mandates",), ("get_mandates", "list_mandates")
ONE_WINDOW, SPANS = ("get_energy", "fetch_energy"), ("iter_energy", "energy_table")
ENERGY = (*ONE_WINDOW, *SPANS)

FORBIDDEN: list[tuple[tuple[str, ...], dict[str, Any], str, str]] = [
    # the short URL
    (SESSION, {"data_access_contract_number": " "}, "data_access_contract_number", "empty"),
    (SESSION, {"data_access_contract_number": 17}, "data_access_contract_number", "text"),
    (SESSION + MOCK, {"reference_number": "x" * 36}, "reference_number", "35"),
    (SESSION + MOCK, {"reference_number": "a_b"}, "reference_number", "letters, digits or hyphens"),
    (SESSION + MOCK, {"reference_number": "caf\N{LATIN SMALL LETTER E WITH ACUTE}"},
     "reference_number", "letters"),
    (SESSION + MOCK, {"reference_number": "R-1\n"}, "reference_number", "letters"),
    (SESSION + MOCK, {"reference_number": "MijnFluvius-1"}, "reference_number", "MijnFluvius-"),
    (SESSION + MOCK, {"reference_number": ""}, "reference_number", "empty"),
    (SESSION + MOCK, {"reference_number": None}, "reference_number", "text"),
    (SESSION + MOCK, {"reference_number": b"R-1"}, "reference_number", "text"),
    (SESSION + MOCK, {"reference_number": 1}, "reference_number", "text"),
    (SESSION, {"flow": "C2C"}, "flow", "B2B, B2C"),
    (SESSION, {"flow": None}, "flow", "B2B"),
    (SESSION, {"data_services": []}, "data_services", "between 1 and 3"),
    (SESSION, {"data_services": service()["data_services"] * 4}, "data_services", "1 and 3"),
    (SESSION, {"data_services": None}, "data_services", "list"),
    (SESSION, {"data_services": "VH_dag"}, "data_services", "list"),
    (SESSION, {"data_services": service()["data_services"][0]}, "data_services", "list"),
    (SESSION, {"data_services": [{"data_service_type": "VH_dag"}]}, "data_services",
     "ClientSessionDataService"),
    (SESSION, service(data_service_type="VH_kwartier"), "data_service_type", "VH_kwartier_uur"),
    (SESSION, service(data_service_type=None), "data_service_type", "VH_dag"),
    (SESSION, service(data_period_from="2022-11-20"), "data_period_from", "3 years"),
    (SESSION, service(data_period_from="2026-11-21"), "data_period_from", "future"),
    (SESSION, service(data_period_from=SKIPPED), "data_period_from", "does not exist"),
    (SESSION, service(data_period_from=20260101), "data_period_from", "date"),
    (SESSION, service(data_period_from="2026-01-02", data_period_to="2026-01-02"),
     "data_period_to", "later than data_period_from"),
    (SESSION, service(data_period_from="2026-01-02", data_period_to=date(2026, 1, 1)),
     "data_period_to", "later"),
    (SESSION, service(data_period_to=TWICE), "data_period_to", "twice"),
    (SESSION, {"number_of_eans": 1001}, "number_of_eans", "between 0 and 1000"),
    (SESSION, {"number_of_eans": -1}, "number_of_eans", "between 0 and 1000"),
    (SESSION, {"number_of_eans": "5"}, "number_of_eans", "whole number"),
    (SESSION, {"number_of_eans": 5.0}, "number_of_eans", "whole number"),
    (SESSION, {"number_of_eans": True}, "number_of_eans", "whole number"),
    (SESSION, {"enterprise_number": "12345678"}, "enterprise_number", "9 or 10 digits"),
    (SESSION, {"enterprise_number": "12345678901"}, "enterprise_number", "9 or 10 digits"),
    (SESSION, {"enterprise_number": "0123.456.789"}, "enterprise_number", "9 or 10 digits"),
    (SESSION, {"enterprise_number": 123456789}, "enterprise_number", "text"),
    (SESSION, {"return_url_success": "example.com"}, "return_url_success", "web address"),
    (SESSION, {"return_url_success": "https://"}, "return_url_success", "web address"),
    (SESSION, {"return_url_success": b"https://a.be"}, "return_url_success", "text"),
    (SESSION, {"return_url_failed": "javascript:alert(1)"}, "return_url_failed", "web address"),
    (SESSION, {"return_url_failed": "http://[bad"}, "return_url_failed", "web address"),
    (SESSION, {"return_url_failed": "https://a.be/\n"}, "return_url_failed", "web address"),
    (SESSION, {"return_url_failed": "https://a .be/"}, "return_url_failed", "web address"),
    (SESSION, {"sso": "yes"}, "sso", "True or False"),
    (SESSION, {"sso": 1}, "sso", "True or False"),
    # metering points and times, wherever they are asked for
    (MANDATES + ENERGY + MOCK, {"ean": EAN[:17]}, "ean", "18 digits"),
    (MANDATES + ENERGY + MOCK, {"ean": EAN + "0"}, "ean", "18 digits"),
    (MANDATES + ENERGY + MOCK, {"ean": f" {EAN[1:]}"}, "ean", "18 digits"),
    (MANDATES + ENERGY + MOCK, {"ean": int(EAN)}, "ean", "18 digits"),
    (MANDATES + ENERGY + MOCK, {"ean": EAN.encode()}, "ean", "18 digits"),
    (ENERGY + MOCK, {"ean": None}, "ean", "18 digits"),
    (WITH_REFERENCE + ENERGY, {"reference_number": ""}, "reference_number", "empty"),
    (WITH_REFERENCE + ENERGY, {"reference_number": 5}, "reference_number", "text"),
    # mandates
    (MANDATES, {"data_service_types": []}, "data_service_types", "at least one"),
    (MANDATES, {"data_service_types": "VH_dag,weekly"}, "data_service_types", "VH_onbepaald"),
    (MANDATES, {"data_service_types": ["VH_dag", None]}, "data_service_types", "VH_dag"),
    (MANDATES, {"data_service_types": 1}, "data_service_types", "list"),
    (MANDATES, {"energy_type": "W"}, "energy_type", "E, G"),
    (MANDATES, {"energy_type": ["E"]}, "energy_type", "E, G"),
    (MANDATES + MOCK, {"status": "Perhaps"}, "status", "Approved"),
    (MANDATES + MOCK, {"renewal_status": "Perhaps"}, "renewal_status", "ToBeRenewed"),
    (MANDATES + MOCK, {"mandate_expiration_date": TWICE}, "mandate_expiration_date", "twice"),
    (MANDATES, {"last_updated_from": "yesterday"}, "last_updated_from", "ISO 8601"),
    (MANDATES, {"last_updated_to": "2026-02-30"}, "last_updated_to", "ISO 8601"),
    (MANDATES, {"last_updated_to": "9999-12-31"}, "last_updated_to", "years"),
    # energy
    (ONE_WINDOW, {"period_type": "sometime"}, "period_type", "readTime, insertTime"),
    (ONE_WINDOW, {"period_type": None}, "period_type", "readTime"),
    (ONE_WINDOW, {"from_date": None}, "from_date", "date"),
    (ONE_WINDOW, {"to_date": None}, "to_date", "date"),
    (ENERGY, {"from_date": 1780264800}, "from_date", "date"),
    (ENERGY, {"from_date": b"2026-06-01"}, "from_date", "date"),
    (ENERGY, {"from_date": "1 June 2026"}, "from_date", "ISO 8601"),
    (ENERGY, {"from_date": SKIPPED}, "from_date", "does not exist"),
    (ENERGY, {"from_date": "2025-10-26T02:30"}, "from_date", "twice"),
    (ENERGY, {"to_date": SKIPPED}, "to_date", "does not exist"),
    (ENERGY, {"to_date": "2026-06-01"}, "to_date", "later than from_date"),
    (ENERGY, {"to_date": "2026-05-31"}, "to_date", "later than from_date"),
    (ENERGY, {"from_date": "2022-11-20", "to_date": "2022-12-01"}, "from_date", "3 years"),
    (ENERGY, {"from_date": "2023-11-18", "to_date": "2023-12-01"}, "from_date", "3 years"),
    (ONE_WINDOW, {"from_date": "2026-01-01", "to_date": "2026-07-06"}, "to_date", "185 days"),
    (ENERGY, {"granularity": "weekly"}, "granularity", "daily, hourly_quarterhourly"),
    (ENERGY, {"granularity": []}, "granularity", "at least one"),
    (ENERGY, {"granularity": ""}, "granularity", "daily"),
    (ENERGY, {"granularity": 15}, "granularity", "list"),
    (ENERGY, {"complex_energy_types": "apparent"}, "complex_energy_types", "active, reactive"),
    # mock mandates
    (MOCK, {"ean": "541441110000000001"}, "ean", "not 1 for gas"),
    (MOCK, {"ean": "541451110000000001"}, "ean", "not 1 for gas"),
    (MOCK, {"ean": "541440110000100001"}, "ean", "sandbox"),
    (MOCK, {"ean": "541460000000000001"}, "ean", "sandbox"),
    (MOCK, {"ean": "541440030000000001"}, "ean", "sandbox"),
    (MOCK, {"data_service_type": "VH_half_uur"}, "data_service_type", "VH_kwartier_uur"),
    (MOCK, {"data_period_from": None}, "data_period_from", "must be given"),
    (MOCK, {"data_service_type": "IG"}, "data_period_from", "IG"),
    (MOCK, {"data_service_type": "IG", "data_period_from": None, "data_period_to": "2026-12-01"},
     "data_period_to", "IG"),
    (MOCK, {"data_period_to": "2026-01-01"}, "data_period_to", "later than data_period_from"),
    (MOCK, {"data_period_to": ["2026-01-01"]}, "data_period_to", "date"),
]  # fmt: skip
ROWS = [(name, *row) for names, *row in FORBIDDEN for name in names]

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def tapped(emulator: EmulatorThread) -> Iterator[Proxy]:
    """Everything on its way to the emulator passes here."""
    with proxy_to(emulator.url) as proxy:
        yield proxy


@pytest.fixture(scope="module", params=["blocking", "async"])
def ask(request: pytest.FixtureRequest, emulator: EmulatorThread, tapped: Proxy) -> Iterator[Ask]:
    """Calls a method by its name; the async client's within a loop of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.env.items():
            patch.setenv(name, value.replace(emulator.url, tapped.url))
        if request.param == "blocking":
            with FluviusEnergyClient(environment="sandbox", clock=lambda: NOW) as client:
                yield lambda name, **given: getattr(client, name)(**given)
            return
        awaited = AsyncFluviusEnergyClient(environment="sandbox", clock=lambda: NOW)

        async def call(name: str, **given: Any) -> Any:
            result = getattr(awaited, name)(**given)
            return await result if asyncio.iscoroutine(result) else result

        with asyncio.Runner() as runner:
            yield lambda name, **given: runner.run(call(name, **given))
            runner.run(awaited.aclose())


@pytest.mark.parametrize(("name", "broken", "field", "rule"), ROWS)
def test_it_is_refused_and_nothing_is_sent(
    ask: Ask, tapped: Proxy, name: str, broken: dict[str, Any], field: str, rule: str
) -> None:
    sent = len(tapped.passed)
    with pytest.raises(InputError) as caught:
        ask(name, **{**GOOD[name], **broken})
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert rule in str(caught.value)
    assert EAN[:17] not in str(caught.value)
    assert len(tapped.passed) == sent


def test_what_keeps_the_rules_is_sent(ask: Ask, tapped: Proxy) -> None:
    """The same arguments unbroken do arrive: the table above refuses what is broken in them."""
    for name in ("create_mock_mandate", "create_client_session", *GOOD):
        before = len(tapped.passed)
        answer = ask(name, **GOOD[name])
        if name != "iter_energy":  # lazy
            assert answer is not None
            assert len(tapped.passed) > before, name


@pytest.mark.parametrize(
    "ean",
    ["541450000000000001", "541440210000000001", "541441200000000001", "541451022000000999"],
)
def test_eans_of_the_wider_sandbox_are_let_pass(ask: Ask, tapped: Proxy, ean: str) -> None:
    before = len(tapped.passed)
    made = ask("create_mock_mandate", **{**GOOD["create_mock_mandate"], "ean": ean})
    assert made.data.status == "success"
    assert len(tapped.passed) > before


@pytest.mark.parametrize("client", [FluviusEnergyClient, AsyncFluviusEnergyClient])
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"timeout": 0}, "timeout: must be between"),
        ({"timeout": None}, "timeout: must be a number"),
        ({"timeout": "60"}, "timeout: must be a number"),
        ({"requests_per_second": 0}, "requests_per_second: must be between"),
        ({"requests_per_second": True}, "requests_per_second: must be a number"),
        ({"environment": "staging"}, "environment: must be one of production, sandbox"),
        ({"environment": None}, "environment: must be one of production, sandbox"),
        ({"credentials": {"client_id": "x"}}, "credentials: must be FluviusCredentials"),
        ({"clock": NOW}, "clock: must be a function"),
        ({"clock": lambda: "2026-11-20"}, "clock: must return a date-time"),
    ],
)
def test_settings_that_make_no_client_say_so(
    client: type, settings: dict[str, Any], told: str, emulator_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in emulator_env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises((InputError, ConfigurationError)) as caught:
        client(**{"environment": "sandbox", **settings})
    assert str(caught.value).startswith(told)


def test_a_clock_without_zone_is_brussels(emulator_env: dict[str, str]) -> None:
    keys = {
        "subscription_key": emulator_env["FLUVIUS_SUBSCRIPTION_KEY"],
        "client_id": "c",
        "tenant_id": "t",
        "scope": "s",
        "client_secret": "hush",
    }
    almost = datetime(2026, 11, 20, 23, 59)  # noqa: DTZ001 - wall time is meant
    client = FluviusEnergyClient(FluviusCredentials(**keys), "sandbox", clock=lambda: almost)
    with client, pytest.raises(InputError, match="first whole day is 2023-11-20T23:00:00Z"):
        client.iter_energy(EAN, "2023-11-01")
