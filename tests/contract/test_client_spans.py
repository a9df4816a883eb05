"""Spans longer than one request may ask for, against the emulator's own truth."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import InputError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    FluviusEnergyClient,
    NotFoundError,
    UndecodedWarning,
)
from kwartier.fluvius.methods import AT_ONCE
from kwartier.measurements import MEASUREMENTS_SCHEMA, check_measurements
from kwartier.transport import RetryPolicy
from kwartier.vocabulary.local_time import to_utc
from kwartier.wire.fluvius_v3 import EnergyResponse
from support.esco import Esco, send
from support.proxy import Passing, Proxy, proxy_to

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS_OF_SOLAR, QUARTERS, GAS = "541440100000000871", "541440010000000872", "541441010000000873"
TWICE_METERED = "541450210000000869"
SERVICES = {
    DAYS_OF_SOLAR: "VH_dag",
    QUARTERS: "VH_kwartier_uur",
    GAS: "VH_onbepaald",
    TWICE_METERED: "VH_dag",
}
SAID = [
    name
    for name in MEASUREMENTS_SCHEMA.names
    if name not in ("provider", "metering_point", "fetched_at")
]
NOBODY = b'{"Type":"MandatesNotFoundException","Code":"Mandates.NotFound","Message":"None."}'

Clients = tuple[FluviusEnergyClient, AsyncFluviusEnergyClient]


@pytest.fixture(scope="module")
def tapped(emulator: EmulatorThread) -> Iterator[Proxy]:
    """Everything on its way to the emulator passes here; mandates are given."""
    esco = Esco(emulator.env)
    for ean, service in SERVICES.items():
        start = "2023-11-20T23:00:00Z"
        assert esco.mock(f"SPAN-{ean[-3:]}", ean, service, dataPeriodFrom=start).status == 200
    with proxy_to(emulator.url) as proxy:
        yield proxy


@pytest.fixture
def quiet(tapped: Proxy) -> Iterator[Proxy]:
    """The proxy, having seen nothing yet."""
    tapped.passed.clear()
    yield tapped
    tapped.damage = None


@pytest.fixture
def settings(
    emulator: EmulatorThread, quiet: Proxy, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value.replace(emulator.url, quiet.url))
    return {"environment": "sandbox", "clock": lambda: NOW, "retry": RetryPolicy(attempts=1)}


Ask = Callable[..., Any]


@pytest.fixture(params=["blocking", "async"])
def ask(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Ask:
    """Calls a method of either client; what it iterates over comes as a list."""

    def blocking(name: str, *given: Any, **more: Any) -> Any:
        with FluviusEnergyClient(**settings) as client:
            answer = getattr(client, name)(*given, **more)
            return list(answer) if name == "iter_energy" else answer

    def awaiting(name: str, *given: Any, **more: Any) -> Any:
        async def call() -> Any:
            async with AsyncFluviusEnergyClient(**settings) as client:
                answer = getattr(client, name)(*given, **more)
                if name == "iter_energy":
                    return [one async for one in answer]
                return await answer

        return asyncio.run(call())

    return blocking if request.param == "blocking" else awaiting


@cache
def visible(url: str, ean: str) -> pa.Table:
    """What is permitted and visible of an EAN; of one that is metered twice, at its headpoint."""
    told = pa.ipc.open_stream(send(f"{url}/_emulator/truth?ean={ean}").content).read_all()
    mine = pc.equal(told["source"], "headpoint" if ean == TWICE_METERED else "meter")
    return told.filter(pc.and_(told["permitted"], mine))


def truth(emulator: EmulatorThread, ean: str, start: date, end: date) -> pa.Table:
    """That of it which lies wholly in the span, as :func:`in_order` has it."""
    table = visible(emulator.url, ean)
    inside = pc.and_(
        pc.greater_equal(table["start"], pa.scalar(to_utc(start, "start"))),
        pc.less_equal(table["end"], pa.scalar(to_utc(end, "end"))),
    )
    return in_order(table.filter(inside))


def in_order(table: pa.Table) -> pa.Table:
    """What is said of each slice: words as text, rows in the order of all that they say."""
    said = table.select(SAID)
    texts = [
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in said.schema
    ]
    plain = pa.table([said[field.name].cast(field.type) for field in texts], names=SAID)
    return plain.sort_by([(name, "ascending") for name in SAID])


@pytest.mark.parametrize(
    ("ean", "start", "end", "windows"),
    [
        (DAYS_OF_SOLAR, date(2023, 12, 1), date(2026, 11, 1), 6),
        (QUARTERS, date(2025, 10, 20), date(2026, 5, 1), 2),
        (GAS, date(2025, 10, 20), date(2026, 5, 1), 2),
        (TWICE_METERED, date(2025, 8, 1), date(2026, 4, 1), 2),
        (QUARTERS, date(2026, 3, 29), date(2026, 3, 30), 1),
        (QUARTERS, date(2025, 10, 26), date(2025, 10, 27), 1),
    ],
)
def test_a_table_of_any_span_is_the_truth(
    ask: Ask, quiet: Proxy, emulator: EmulatorThread, ean: str, start: date, end: date, windows: int
) -> None:
    table = check_measurements(ask("energy_table", ean, start, end))
    true = truth(emulator, ean, start, end)
    assert in_order(table) == true
    assert true.num_rows > 90
    assert quiet.energy_asked() == windows
    assert table["metering_point"].unique().to_pylist() == [ean]


def bounds(responses: list[EnergyResponse], array: str) -> list[tuple[datetime, datetime]]:
    found = []
    for response in responses:
        assert response.data.headpoint is not None
        for meter in response.data.headpoint.physical_meters or []:
            found += [(one.start, one.end) for one in getattr(meter, array) or []]
    return found


@pytest.mark.parametrize(
    ("ean", "array", "granularity"),
    [
        (DAYS_OF_SOLAR, "daily_energy", "P1D"),
        (GAS, "daily_energy", "P1D"),
        (GAS, "hourly_energy", "PT1H"),
    ],
)
def test_iterating_brings_every_slice_once_and_in_order(
    ask: Ask, emulator: EmulatorThread, ean: str, array: str, granularity: str
) -> None:
    start, end = date(2025, 10, 1), date(2026, 4, 20)
    responses = ask("iter_energy", ean, start, end)
    found = bounds(responses, array)
    slices = truth(emulator, ean, start, end).filter(pc.field("granularity") == granularity)
    bounds_of_all = slices.select(["start", "end"]).group_by(["start", "end"]).aggregate([])
    assert found == sorted(zip(*bounds_of_all.to_pydict().values(), strict=True))
    assert [response.meta.fetch_time for response in responses] == [NOW] * 2


def test_without_dates_it_is_all_that_can_be_had(ask: Ask, quiet: Proxy) -> None:
    responses = ask("iter_energy", DAYS_OF_SOLAR, granularity="daily", reference_number="SPAN-871")
    days = bounds(responses, "daily_energy")
    assert days[0][0] == datetime(2023, 11, 20, 23, tzinfo=UTC)
    assert days[-1][0] > NOW - timedelta(days=10)
    asked = [one.query for one in quiet.passed if one.is_energy]
    assert max(one["to"] for one in asked) == "2026-11-20T12:00:00Z"
    assert {one["granularity"] for one in asked} == {"daily"}
    assert {one["referenceNumber"] for one in asked} == {"SPAN-871"}
    assert {one["periodType"] for one in asked} == {"readTime"}


def refusing(which: Callable[[Passing], bool], body: bytes = NOBODY) -> Callable[[Passing], None]:
    def damage(passing: Passing) -> None:
        if passing.is_energy and which(passing):
            passing.refuse(404, body)

    return damage


@pytest.mark.parametrize("name", ["iter_energy", "energy_table"])
def test_a_window_without_a_mandate_is_passed_over(ask: Ask, quiet: Proxy, name: str) -> None:
    quiet.damage = refusing(lambda passing: passing.query["from"] < "2025-01")
    answer = ask(name, DAYS_OF_SOLAR, date(2024, 1, 1), date(2026, 1, 1))
    assert len(answer) > 0
    with_one, asked = sum(one.status == 200 for one in quiet.passed if one.is_energy), 4
    assert (quiet.energy_asked(), with_one < asked) == (asked, True)


@pytest.mark.parametrize("name", ["iter_energy", "energy_table"])
def test_no_mandate_in_any_window_is_an_error(ask: Ask, quiet: Proxy, name: str) -> None:
    quiet.damage = refusing(lambda _: True)
    with pytest.raises(NotFoundError) as caught:
        ask(name, DAYS_OF_SOLAR, date(2025, 1, 1), date(2026, 1, 1))
    assert caught.value.code == "Mandates.NotFound"


def test_an_address_that_does_not_exist_is_an_error_at_once(ask: Ask, quiet: Proxy) -> None:
    quiet.damage = refusing(lambda passing: passing.query["from"] < "2025-01", body=b"<html>")
    with pytest.raises(NotFoundError):
        ask("iter_energy", DAYS_OF_SOLAR, date(2024, 1, 1), date(2026, 1, 1))


def test_slices_that_cannot_be_read_cost_no_other_and_are_told(ask: Ask, quiet: Proxy) -> None:
    def damage(passing: Passing) -> None:
        if passing.is_energy:
            passing.change(spoil)

    def spoil(content: Any) -> None:
        days = content["data"]["headpoint"]["physicalMeters"][0]["dailyEnergy"]
        days[3]["start"] = "some day"

    span = (DAYS_OF_SOLAR, date(2026, 1, 1), date(2026, 3, 1))
    whole = ask("energy_table", *span)
    quiet.damage = damage
    with pytest.warns(UndecodedWarning, match="dailyEnergy") as caught:
        table = ask("energy_table", *span)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    missing = {row["start"] for row in whole.to_pylist()} - {
        row["start"] for row in table.to_pylist()
    }
    assert missing == {datetime(2026, 1, 3, 23, tzinfo=UTC)}


def test_wrong_spans_are_refused_when_they_are_asked_for(settings: dict[str, Any]) -> None:
    """Not only when the loop begins."""
    with FluviusEnergyClient(**settings) as client, pytest.raises(InputError, match="from_date"):
        client.iter_energy(DAYS_OF_SOLAR, date(2020, 1, 1))

    async def call() -> None:
        async with AsyncFluviusEnergyClient(**settings) as awaited:
            awaited.iter_energy(DAYS_OF_SOLAR, date(2020, 1, 1))

    with pytest.raises(InputError, match="from_date"):
        asyncio.run(call())


def test_the_blocking_client_asks_for_a_window_when_it_is_its_turn(
    settings: dict[str, Any], quiet: Proxy
) -> None:
    with FluviusEnergyClient(**settings) as client:
        responses = client.iter_energy(DAYS_OF_SOLAR)
        assert quiet.passed == []
        for turn in (1, 2):
            next(responses)
            assert quiet.energy_asked() == turn


def test_the_async_client_asks_for_a_few_windows_at_once(
    settings: dict[str, Any], quiet: Proxy
) -> None:
    """The first few are answered only once all of them have been asked."""
    together, under_way, most = threading.Barrier(AT_ONCE), 0, 0
    lock = threading.Lock()

    def damage(passing: Passing) -> None:
        nonlocal under_way, most
        if not passing.is_energy:
            return
        with lock:
            under_way += 1
            most = max(most, under_way)
            is_early = quiet.energy_asked() <= AT_ONCE
        if is_early:
            together.wait(timeout=60)
        with lock:
            under_way -= 1

    quiet.damage = damage

    async def read() -> list[EnergyResponse]:
        async with AsyncFluviusEnergyClient(**settings) as client:
            return [one async for one in client.iter_energy(DAYS_OF_SOLAR)]

    responses = asyncio.run(read())
    assert bounds(responses, "daily_energy") == sorted(bounds(responses, "daily_energy"))
    assert (len(responses), most) == (6, AT_ONCE)


def test_leaving_the_loop_saves_the_rest(settings: dict[str, Any], quiet: Proxy) -> None:
    async def read_one() -> int:
        async with AsyncFluviusEnergyClient(**settings) as client:
            async for response in client.iter_energy(DAYS_OF_SOLAR):
                assert response.data.headpoint is not None
                break
            mandates = await client.get_mandates(ean=DAYS_OF_SOLAR)
            return len(mandates.data.mandates)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.run(read_one()) == 1
    assert quiet.energy_asked() <= AT_ONCE + 1 < 6


def test_an_error_midway_ends_what_was_asked_ahead(settings: dict[str, Any], quiet: Proxy) -> None:
    quiet.damage = refusing(lambda passing: passing.query["from"] > "2024-03", body=b"<html>")

    async def read() -> list[EnergyResponse]:
        responses = []
        async with AsyncFluviusEnergyClient(**settings) as client:
            with pytest.raises(NotFoundError):
                async for response in client.iter_energy(DAYS_OF_SOLAR):
                    responses.append(response)
        return responses

    assert len(asyncio.run(read())) == 1
