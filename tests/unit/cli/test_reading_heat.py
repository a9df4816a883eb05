"""Reading commands on a data owner of Eneco: its channels, and what Centigrade is said to be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from kwartier.cli.centigrade import declared_in
from kwartier.cli.focus import FocusOptions
from kwartier.eneco.decode import decode_usages
from kwartier.errors import ConfigurationError, InputError
from kwartier.export import publish, republish
from kwartier.measurements import Fetched
from kwartier.registry import Listing
from kwartier.store import Store, open_store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.provider import ENECO
from kwartier.wire import eneco as wire
from support.cli import Cli
from support.mandates import known_mandate
from support.stores import empty_store

OWNER = "0d9b1f7e-0000-4000-8000-000000000001"
HOUR = timedelta(hours=1)
FIRST = datetime(2026, 11, 9, 23, tzinfo=UTC)
NOW = FIRST + timedelta(days=2, hours=14)
AMOUNTS = {"Warmth": 0.25, "Tapwater": 0.01, "Gas": 0.5, "Electricity": 1.5, "Produced": 0.75}


def reply() -> bytes:
    """Two days, of heat but one."""
    return msgspec.json.encode(
        wire.Usages(
            start_date=FIRST.isoformat(),
            end_date=(FIRST + 48 * HOUR).isoformat(),
            usage_channels=[
                wire.UsageChannel(
                    channel_id=wire.ChannelId(name),
                    unit=wire.CHANNEL_UNITS[wire.ChannelId(name)],
                    usage_records=[
                        wire.UsageRecord(timestamp=(FIRST + i * HOUR).isoformat(), amount=amount)
                        for i in range(24 if name == "Warmth" else 48)
                    ],
                )
                for name, amount in AMOUNTS.items()
            ],
        )
    )


def fill(store: Store) -> None:
    mandate = known_mandate(
        provider=ENECO,
        contract_number="contract-1",
        reference_number=OWNER,
        data_service_type="usages",
        metering_point=OWNER,
        energy_type="heat",
        granularities=frozenset({Granularity.HOUR}),
        period_start=FIRST,
    ).mandate
    store.record_mandates(Listing([mandate], NOW), provider=ENECO)
    scopes = (Scope(Granularity.HOUR, Interval(FIRST, NOW)),)
    fetch = Fetch(
        provider=ENECO,
        metering_point=OWNER,
        energy_type="heat",
        reason=Reason.BACKFILL,
        kind=WindowKind.READ_TIME,
        window=Interval(FIRST, NOW),
        granularities=(Granularity.HOUR,),
        scopes=scopes,
        permitted=scopes,
        planned_at=NOW,
    )
    table = decode_usages(reply(), metering_point=OWNER, fetched_at=NOW)
    store.commit([Fetched(fetch=fetch, fetched_at=NOW, outcome=Outcome.OK, table=table)])


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    with empty_store(tmp_path / "kwartier.duckdb") as store:
        fill(store)
    yield Cli(tmp_path, {}, capsys)


def said_by(cli: Cli, *arguments: str) -> str:
    """What a command says, wherever its lines break."""
    return " ".join(cli(*arguments).split())


def sums(cli: Cli, *arguments: str) -> dict[tuple[str, str, str], float]:
    rows = cli.json("totals", *arguments)
    return {(row["energy_type"], row["direction"], row["unit"]): row["value"] for row in rows}


WITHOUT_HEAT = {
    ("electricity", "offtake", "kWh"): 72.0,
    ("electricity", "production", "kWh"): 36.0,
    ("gas", "offtake", "m3"): 24.0,
    ("hot_water", "offtake", "m3"): pytest.approx(0.48),
}


def test_hours_without_a_state_count_as_measured_for_eneco_tells_none(cli: Cli) -> None:
    rows = cli.json("coverage")
    assert {row["energy_type"] for row in rows} == {"electricity", "gas", "heat", "hot_water"}
    assert all(row["present"] and not row["not_measured"] and not row["states"] for row in rows)


def test_every_channel_is_added_up_apart_and_heat_left_out_with_a_word(cli: Cli) -> None:
    assert sums(cli) == WITHOUT_HEAT
    said = said_by(cli, "totals")
    assert "Left out: heat in Centigrade" in said
    assert "KWARTIER_CENTIGRADE=GJ (or degrees), or centigrade under eneco in the settings" in said


@pytest.mark.parametrize("way", ["option", "variable", "file"])
def test_heat_is_added_up_once_it_is_declared_to_be_gigajoules(
    cli: Cli, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments: list[str] = []
    if way == "option":
        arguments = ["--centigrade", "GJ"]
    elif way == "variable":
        monkeypatch.setenv("KWARTIER_CENTIGRADE", "GJ")
    else:
        file = cli.folder / "kwartier.toml"
        file.write_text('[eneco]\ncentigrade = "GJ"\n')
        arguments = ["--config", str(file)]
    assert sums(cli, *arguments) == {**WITHOUT_HEAT, ("heat", "offtake", "GJ"): 6.0}
    said = said_by(cli, "totals", *arguments)
    assert "1 GJ is 277.78 kWh" in said
    assert "Left out" not in said


def test_degrees_are_never_added_up(cli: Cli) -> None:
    assert sums(cli, "--centigrade", "degrees") == WITHOUT_HEAT
    assert "heat in degrees" in said_by(cli, "totals", "--centigrade", "degrees")


def test_another_word_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("totals", "--centigrade", "Celsius", code=2)
    monkeypatch.setenv("KWARTIER_CENTIGRADE", "Celsius")
    with pytest.raises(ConfigurationError, match="KWARTIER_CENTIGRADE"):
        declared_in(Centigrade.UNKNOWN)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert declared_in(Centigrade.DEGREES) is Centigrade.DEGREES
    monkeypatch.setenv("KWARTIER_CENTIGRADE", "GJ")
    assert declared_in(Centigrade.DEGREES) is Centigrade.GJ


def test_coverage_tells_of_each_channel(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = cli.json("coverage")
    found = {row["energy_type"]: (row["expected"], row["missing"]) for row in rows}
    assert found == {
        "electricity": (48, 0),
        "heat": (48, 24),
        "hot_water": (48, 0),
        "gas": (48, 0),
    }
    assert "hot water" in cli("coverage")


def test_a_data_owner_has_no_month_peaks(cli: Cli) -> None:
    assert cli.json("peaks")["months"] == []


def test_months_are_drawn_one_chart_a_kind_of_energy(cli: Cli) -> None:
    charts = cli.json("plot", "--months", "1", "--centigrade", "GJ")
    drawn = [(chart["title"].split(", ")[1], chart["unit"]) for chart in charts]
    assert drawn == [
        ("electricity", "kWh"),
        ("gas", "m3"),
        ("heat", "GJ"),
        ("hot water", "m3"),
    ]
    assert [name for name, _ in charts[0]["rows"]] == ["offtake", "production"]
    assert charts == cli.json("plot", "--centigrade", "GJ"), "nothing is drawn before the first"
    assert "Left out: heat" in said_by(cli, "plot", "--months", "1")


def test_a_load_curve_is_of_electricity(cli: Cli) -> None:
    [chart] = cli.json("plot", "--day", "2026-11-10")
    assert {curve["name"] for curve in chart["curves"]} == {"offtake", "production"}
    assert all(step["value"] == 1.5 for step in chart["curves"][0]["steps"])


def published_totals(folder: Path) -> dict[str, float]:
    [file] = (folder / "current" / "totals").glob("*.parquet")
    rows = pq.read_table(file).to_pylist()
    return {row["unit"]: row["value"] for row in rows if row["energy_type"] == "heat"}


def test_published_totals_go_by_the_declaration_and_keep_to_it(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    cli("publish", "--to", str(folder))
    assert published_totals(folder) == {}
    cli("publish", "--centigrade", "GJ")
    assert published_totals(folder) == {"GJ": 6.0}
    with open_store(cli.store) as store:
        republish(store, wall=datetime.now(UTC))
        assert published_totals(folder) == {"GJ": 6.0}, "it was not declared anew"
        publish(store, folder, wall=datetime.now(UTC), centigrade=Centigrade.DEGREES)
    assert published_totals(folder) == {}
    [file] = (folder / "current" / "coverage").glob("*.parquet")
    coverage: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    assert {row["energy_type"]: row["missing"] for row in coverage} == {
        "electricity": 0,
        "gas": 0,
        "heat": 24,
        "hot_water": 0,
    }
    manifest = json.loads((folder / "current" / "_manifest.json").read_text())
    assert manifest["centigrade"] == "degrees"


def test_an_hour_is_walked_back_channel_by_channel(cli: Cli) -> None:
    [told] = cli.json("explain", "--point", OWNER, "--at", "2026-11-10T18:00")
    [hour] = told["slices"]  # its mandate opens no days, so none is missing
    assert hour["granularity"] == "PT1H"
    assert {value["energy_type"] for value in hour["values"]} == {
        "heat",
        "hot_water",
        "gas",
        "electricity",
    }
    said = cli("explain", "--point", OWNER, "--at", "2026-11-10T18:00")
    assert said.startswith(f"{OWNER} electricity, gas, heat, hot water\n")
    assert "hot water, offtake" in said
    assert "nothing is held" not in said
    [day] = cli.json("explain", "--point", OWNER, "--at", "2026-11-10")
    assert (day["slices"], day["parts"]["granularity"]) == ([], "PT1H")


def test_a_point_is_an_ean_or_a_data_owner(cli: Cli) -> None:
    file = cli.folder / "values.parquet"
    cli("export", str(file), "--point", OWNER.upper())
    assert pq.read_table(file).num_rows == 24 + 4 * 48
    assert "UUID" in cli("export", str(file), "--point", "0d9b1f7e-17", code=2)
    assert "18 digits" in cli("export", str(file), "--point", "17", code=2)


@pytest.mark.parametrize("command", ["coverage", "totals"])
def test_commands_that_read_take_either_too(cli: Cli, command: str) -> None:
    assert cli.json(command, "--point", OWNER.upper()) == cli.json(command) != []
    assert "--point: must be a UUID" in cli(command, "--point", "0d9b1f7e-17", code=2)
    assert "18 digits" in cli(command, "--point", "17", code=2)
    unknown = OWNER[:-1] + ("0" if OWNER[-1] != "0" else "1")
    assert "no approved mandate fits" in cli(command, "--point", unknown, code=2)


def test_a_sync_is_narrowed_to_either() -> None:
    ean = "541440110000000001"
    assert FocusOptions(point=(OWNER.upper(), ean)).focus().points == frozenset({OWNER, ean})
    for wrong in ("0d9b1f7e-17", "17"):
        with pytest.raises(InputError, match=r"^--point: "):
            FocusOptions(point=(wrong,)).focus()
