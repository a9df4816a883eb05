"""A whole sync while replies are damaged on their way: what is kept, what is counted, what the
next sync mends.

Fetches that failed, or that a mandate seemed not to permit, are asked again by the next sync.
What was answered but could not be read, or came without a value, is not: the store shows it as a
gap, and it stays one until gaps are asked for again (a reason of its own, still to come).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    DataServiceType,
    Environment,
    FluviusCredentials,
    MandateStatus,
    ServiceUnavailableError,
)
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import open_store
from kwartier.store.port import Selection
from kwartier.sync import FluviusSource, ProviderDownError, RunPolicy, SyncReport, sync
from kwartier.transport import RetryPolicy
from kwartier.vocabulary.fetch import Outcome
from support.esco import send
from support.proxy import Passing, Proxy, proxy_to

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTERS, DAYS, GAS = "541440110000000044", "541440100000000712", "541441000000000713"
POINTS = (QUARTERS, DAYS, GAS)
SHARED = {
    QUARTERS: (DataServiceType.VH_KWARTIER_UUR, "2026-11-08"),
    DAYS: (DataServiceType.VH_DAG, "2026-02-01"),
    GAS: (DataServiceType.VH_DAG, "2026-09-01"),
}
FETCHES = {QUARTERS: 1, DAYS: 2, GAS: 1}
"""What a first sync asks: the days are shared for more than one window is long."""

COMPARED = (
    "granularity", "direction", "register", "unit", "start", "end", "value", "validation_state",
    "gas_conversion_factor",
)  # fmt: skip

Damage = Callable[[Passing], None]
Change = Callable[[Any], None]


class Difference(NamedTuple):
    """Values of the emulator's truth that the store lacks, and values that it should not have."""

    missing: int = 0
    surplus: int = 0


SAME = Difference()


class Home:
    """Three metering points, a proxy before their emulator, and a store behind it all."""

    def __init__(self, emulator: EmulatorThread, proxy: Proxy, path: Path) -> None:
        self.emulator, self.proxy = emulator, proxy
        self.store = open_store(path, create=True)
        self.credentials = FluviusCredentials.from_env("FLUVIUS_SANDBOX", variables=emulator.env)
        asyncio.run(self._share())

    def client(self) -> AsyncFluviusEnergyClient:
        return AsyncFluviusEnergyClient(
            self.credentials,
            Environment.SANDBOX,
            clock=self.emulator.world.now,
            retry=RetryPolicy(attempts=3, base=0.001),
        )

    async def _share(self) -> None:
        async with self.client() as client:
            for ean, (service, start) in SHARED.items():
                await client.create_mock_mandate(
                    reference_number=f"KW-{ean[-3:]}",
                    ean=ean,
                    data_service_type=service,
                    data_period_from=start,
                    status=MandateStatus.APPROVED,
                )

    def sync(self, damage: Damage | None = None, **policy: int) -> SyncReport:
        self.proxy.damage = damage

        async def run() -> SyncReport:
            async with self.client() as client:
                source = FluviusSource(client, "1")
                return await sync(self.store, source, run_policy=RunPolicy(**policy))

        return asyncio.run(run())

    def difference(self, *eans: str) -> Difference:
        """How the store differs from what the emulator holds and the mandates permit."""
        now = self.emulator.world.now()
        truth = set[Any]().union(*(permitted_truth(self, ean, now) for ean in eans or POINTS))
        held = {
            (ean, *(row[name] for name in COMPARED))
            for ean in eans or POINTS
            for row in self.values(ean)
        }
        return Difference(len(truth - held), len(held - truth))

    def values(self, ean: str) -> list[dict[str, Any]]:
        batches = self.store.scan(Selection(metering_points=(ean,)))
        table = pa.Table.from_batches(list(batches), MEASUREMENTS_SCHEMA)
        return plain_rows(table.select([*COMPARED, "metering_type"]))


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows, their words looked up at once and not one by one."""
    columns = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    rows: list[dict[str, Any]] = pa.table(columns, table.column_names).to_pylist()
    return rows


_truths: dict[tuple[str, datetime], frozenset[Any]] = {}


def permitted_truth(home: Home, ean: str, now: datetime) -> frozenset[Any]:
    """All that the emulator may tell of ``ean`` at ``now``: the same in every test."""
    if (ean, now) not in _truths:
        content = send(f"{home.emulator.url}/_emulator/truth?ean={ean}").content
        table = pa.ipc.open_stream(content).read_all()
        rows = plain_rows(table.filter(table["permitted"]))
        _truths[ean, now] = frozenset((ean, *(row[name] for name in COMPARED)) for row in rows)
    return _truths[ean, now]


@pytest.fixture
def home(
    tmp_path: Path,
    fresh_emulator: Callable[..., EmulatorThread],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Home]:
    emulator = fresh_emulator(clock=NOW)
    with proxy_to(emulator.url) as proxy:
        monkeypatch.setenv("FLUVIUS_SANDBOX_BASE_URL", f"{proxy.url}/esco-sbx/v3")
        monkeypatch.setenv("FLUVIUS_TOKEN_URL", emulator.env["FLUVIUS_TOKEN_URL"])
        yield Home(emulator, proxy, tmp_path / "kwartier.duckdb")


def on_energy_of(ean: str, damage: Damage, *, times: int | None = None) -> Damage:
    """Damage the energy replies of one metering point, each or the first few."""
    left = [times]

    def perhaps(reply: Passing) -> None:
        if reply.is_energy and reply.query["ean"] == ean and left[0] != 0:
            left[0] = None if left[0] is None else left[0] - 1
            damage(reply)

    return perhaps


def changing(change: Change) -> Damage:
    return lambda reply: reply.change(change)


def slices(content: Any) -> Any:
    """The slices of the one array that a reply of these points has."""
    meter = content["data"]["headpoint"]["physicalMeters"][0]
    (name,) = (name for name in meter if name.endswith("Energy"))
    return meter[name]


def total(one: Any) -> Any:
    return one["measurements"][0]["offtake"]["total"]


def cut_off(reply: Passing) -> None:
    reply.cut = len(reply.body) // 2


def cut_json(reply: Passing) -> None:
    reply.body = reply.body[: len(reply.body) // 2]


def test_undamaged_the_proxy_changes_nothing(home: Home) -> None:
    report = home.sync()
    assert report.outcomes == {Outcome.OK: sum(FETCHES.values())}
    assert home.difference() == SAME
    assert len(home.values(QUARTERS)) > 2_000


@pytest.mark.parametrize("cut", [cut_off, cut_json])
def test_a_body_cut_short_once_is_asked_for_again_at_once(home: Home, cut: Damage) -> None:
    report = home.sync(on_energy_of(QUARTERS, cut, times=1))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.proxy.energy_asked() == report.fetches + 1
    assert home.difference() == SAME


def answer(status: int, code: str = "") -> Damage:
    body = b'{"Type":"T","Code":"%s","Message":"EAN 541440100000000712"}' % code.encode()
    return lambda reply: reply.refuse(status, body)


def refused(status: int, body: bytes) -> Damage:
    return lambda reply: reply.refuse(status, body)


REFUSALS: dict[str, tuple[Damage, Outcome]] = {
    "cut off": (cut_off, Outcome.FAILED),
    "cut JSON": (cut_json, Outcome.FAILED),
    "500": (answer(500, "RequestContext.Missing"), Outcome.FAILED),
    "503": (answer(503, "DependentResource.Measurement.Unavailable"), Outcome.FAILED),
    "429": (answer(429), Outcome.FAILED),
    "400": (answer(400, "RequestModelValidation.Failed"), Outcome.FAILED),
    "302": (answer(302), Outcome.FAILED),
    "404": (answer(404, "Mandates.NotFound"), Outcome.NOT_FOUND),
    "403": (answer(403), Outcome.FORBIDDEN),
    "an error as 200": (answer(200), Outcome.FAILED),
    "no headpoint": (refused(200, b'{"data":{}}'), Outcome.FAILED),
    "another shape": (refused(200, b'{"data":{"headpoint":[]}}'), Outcome.FAILED),
    "HTML": (refused(200, b"<html>"), Outcome.FAILED),
    "nested": (refused(200, b'{"data":' + b"[" * 100_000), Outcome.FAILED),
    "another metering point": (
        changing(lambda content: content["data"]["headpoint"].update(ean=QUARTERS)),
        Outcome.FAILED,
    ),
}


def test_what_one_point_is_refused_costs_no_other_and_is_asked_again(home: Home) -> None:
    """One refusal after the other, a sync each; the last sync, undisturbed, mends it all."""
    for name, (damage, outcome) in REFUSALS.items():
        told_before = len(home.store.fetches())
        report = home.sync(on_energy_of(DAYS, damage))
        assert report.outcomes == {outcome: FETCHES[DAYS], Outcome.OK: 2}, name
        assert report.failed == FETCHES[DAYS], name
        assert report.last_error, name
        fetches = home.store.fetches().to_pylist()[told_before:]
        outcomes = [one["outcome"] for one in fetches if one["metering_point"] == DAYS]
        assert outcomes == [outcome] * FETCHES[DAYS], name
        assert all(DAYS not in (one["error"] or "") for one in fetches), name
        assert DAYS not in report.last_error, name
    assert home.values(DAYS) == []
    assert home.difference(QUARTERS, GAS) == SAME
    assert home.sync().failed == 0
    assert home.difference() == SAME


def test_a_kind_of_metering_that_nobody_knows_is_read_all_the_same(home: Home) -> None:
    def rename(content: Any) -> None:
        content["data"]["headpoint"]["$type"] = "metering-by-satellite"

    report = home.sync(on_energy_of(QUARTERS, changing(rename)))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.difference() == SAME
    assert {row["metering_type"] for row in home.values(QUARTERS)} == {"metering-by-satellite"}
    assert home.sync().revised == 0


def test_a_null_is_kept_as_missing_and_never_counted_as_present(home: Home) -> None:
    def forget(content: Any) -> None:
        total(slices(content)[7])["value"] = None

    undamaged = home.sync(on_energy_of(QUARTERS, changing(forget)))
    assert (undamaged.failed, undamaged.undecoded) == (0, 0)
    missing = [row for row in home.values(QUARTERS) if row["value"] is None]
    assert len(missing) == 1
    assert home.difference() == Difference(missing=1, surplus=1)
    assert present(home) == len(home.values(QUARTERS)) - 1
    home.sync()
    assert home.difference().missing == 1, "a gap until gaps are asked for again"


def present(home: Home) -> int:
    counted: int = pc.sum(home.store.coverage([QUARTERS])["present"]).as_py()
    return counted


def test_a_null_that_is_filled_later_is_revised(home: Home) -> None:
    def forget(content: Any) -> None:
        for one in slices(content)[-96 * 12 :]:
            total(one)["value"] = None

    home.sync(on_energy_of(QUARTERS, changing(forget)))
    lost = home.difference(QUARTERS).missing
    home.emulator.world.clock.set(NOW + timedelta(days=12))
    report = home.sync()
    assert report.revised > 0, "estimates that gave way to the meter's reading came with values"
    assert home.difference(QUARTERS).missing < lost


def test_a_slice_that_comes_twice_alike_counts_once(home: Home) -> None:
    def repeat(content: Any) -> None:
        some = slices(content)
        some.append(some[3])

    report = home.sync(on_energy_of(QUARTERS, changing(repeat)))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.difference() == SAME


def test_of_a_slice_that_comes_twice_with_other_values_the_last_counts_and_it_is_told(
    home: Home,
) -> None:
    def contradict(content: Any) -> None:
        some = slices(content)
        start, end = some[3]["start"], some[3]["end"]
        value = {**total(some[3]), "value": 99.5}
        measured = [{"offtake": {"total": value}}]
        some.insert(0, {"start": start, "end": end, "measurements": measured})

    report = home.sync(on_energy_of(QUARTERS, changing(contradict)))
    assert (report.failed, report.undecoded) == (0, 1)
    assert home.difference() == SAME
    assert home.sync().revised == 0


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("receiver", ["the newer window", "the older window"])
def test_a_slice_outside_the_request_never_takes_the_place_of_one_that_was_asked_for(
    home: Home, receiver: str, concurrency: int
) -> None:
    """What another window of the same sync says of its own days counts, whichever comes last."""
    newer = receiver == "the newer window"
    stray = (
        datetime(2026, 3, 10, 23, tzinfo=UTC) if newer else datetime(2026, 11, 9, 23, tzinfo=UTC)
    )

    def add(content: Any) -> None:
        some = slices(content)
        if (some[0]["start"] > "2026-03-01") is not newer:
            return
        value = {"value": 99.5, "unit": "kWh", "validationState": "READ"}
        some.append(
            {
                "start": f"{stray:%Y-%m-%dT%H:%M:%SZ}",
                "end": f"{stray + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
                "measurements": [{"offtake": {"day": value, "night": value}}],
            }
        )

    report = home.sync(on_energy_of(DAYS, changing(add)), concurrency=concurrency)
    assert (report.failed, report.beyond_consent) == (0, 0)
    assert report.unasked == 2, "a day of two registers"
    assert home.difference() == SAME


def test_a_slice_outside_the_mandate_is_not_kept_and_counted(home: Home) -> None:
    def add(content: Any) -> None:
        some = slices(content)
        for start, end in (
            ("2026-01-30T23:00:00Z", "2026-01-31T23:00:00Z"),
            ("2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
        ):
            some.append({**some[0], "start": start, "end": end})

    report = home.sync(on_energy_of(DAYS, changing(add), times=1))
    assert report.beyond_consent == 8, "two days of four registers"
    assert home.difference() == SAME


def test_values_of_a_granularity_that_no_mandate_opens_are_not_kept(home: Home) -> None:
    def add(content: Any) -> None:
        meter = content["data"]["headpoint"]["physicalMeters"][0]
        meter["quarterHourlyEnergy"] = [
            {
                "start": "2026-11-10T23:00:00Z",
                "end": "2026-11-10T23:15:00Z",
                "measurements": [{"offtake": {"total": {"value": 1.0, "unit": "kWh"}}}],
            }
        ]

    report = home.sync(on_energy_of(DAYS, changing(add)))
    assert report.beyond_consent == FETCHES[DAYS]
    assert home.difference() == SAME


@pytest.mark.parametrize(
    "damage",
    [
        {"measurements": [{"offtake": {"total": {"value": "much"}}}]},
        {"measurements": 7},
        {"start": "2026-10-05"},
        {"start": None},
        {"end": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_damaged_slice_costs_no_other(home: Home, damage: dict[str, Any]) -> None:
    def break_one(content: Any) -> None:
        slices(content)[40].update(damage)

    report = home.sync(on_energy_of(QUARTERS, changing(break_one)))
    assert (report.failed, report.undecoded) == (0, 1)
    assert home.difference() == Difference(missing=2)
    again = home.sync()
    assert again.inserted == 0
    assert home.difference() == Difference(missing=2), "a gap until gaps are asked for again"


def test_a_damaged_slice_does_not_erase_what_was_there(home: Home) -> None:
    home.sync()
    home.emulator.world.clock.set(NOW + timedelta(days=2))

    def break_all(content: Any) -> None:
        for one in slices(content):
            one["measurements"] = 7

    report = home.sync(on_energy_of(QUARTERS, changing(break_all)))
    assert report.undecoded > 90
    assert report.removed == report.revised == 0
    assert home.difference(QUARTERS) == Difference(missing=report.undecoded * 2)


def test_windows_that_overlap_bring_nothing_twice(home: Home) -> None:
    home.sync()
    seen = 0
    for hours in (20, 20.5, 21, 21.5):
        home.emulator.world.clock.set(NOW + timedelta(hours=hours))
        report = home.sync()
        seen += report.unchanged
        assert (report.revised, report.removed) == (0, 0)
    assert home.difference() == SAME
    assert seen > 0, "each window begins before the one before it ended"


def test_a_damaged_mandate_costs_no_other_and_its_data_come_once_it_can_be_read(
    home: Home,
) -> None:
    def break_days(reply: Passing) -> None:
        if reply.path.endswith("/api/mandate"):
            reply.change(lambda content: content["data"]["mandates"][1].update(dataPeriodTo="soon"))

    report = home.sync(break_days)
    assert (report.undecoded, report.points, report.failed) == (1, 2, 0)
    assert home.values(DAYS) == []
    home.sync()
    assert home.difference() == SAME
    again = home.sync(break_days)
    assert (again.undecoded, again.removed) == (1, 0)
    assert home.difference() == SAME


def test_a_provider_that_is_down_ends_the_sync_and_the_next_one_completes_it(home: Home) -> None:
    def down(reply: Passing) -> None:
        if reply.is_energy and home.proxy.energy_asked() > 1:
            answer(503)(reply)

    with pytest.raises(ProviderDownError, match="run the sync again"):
        home.sync(down, concurrency=1, give_up_after=2)
    difference = home.difference()
    assert difference.surplus == 0
    assert any(home.values(ean) for ean in POINTS), "what was answered before is kept"
    home.sync()
    assert home.difference() == SAME


def test_a_provider_that_does_not_list_its_mandates_changes_nothing(home: Home) -> None:
    home.sync()
    with pytest.raises(ServiceUnavailableError):
        home.sync(answer(503))
    assert home.difference() == SAME


def test_refused_credentials_end_the_sync_and_keep_what_was_answered(home: Home) -> None:
    with pytest.raises(AuthenticationError):
        home.sync(on_energy_of(GAS, answer(401)), concurrency=1)
    assert home.difference(QUARTERS, DAYS) == SAME
    home.sync()
    assert home.difference() == SAME
