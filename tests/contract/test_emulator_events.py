"""``/_emulator/events``, ``/_emulator/scenario``, the clock, and the command that tells events."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.cli.app import run
from kwartier.emulator.clock import Clock
from kwartier.emulator.consents import Environment
from kwartier.emulator.personas import CUSTOMERS
from kwartier.emulator.scenario import load_scenario, read_scenario, shipped_scenarios
from kwartier.emulator.thread import EmulatorThread
from kwartier.emulator.world import World
from kwartier.errors import ConfigurationError
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco, send

EAN = "541440110000000301"


@pytest.fixture(scope="module")
def running(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    emulator = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(emulator)
    return emulator


def happen(emulator: EmulatorThread, kind: str, **members: Any) -> dict[str, Any]:
    body = json.dumps({"kind": kind, **members}).encode()
    answer = send(f"{emulator.url}/_emulator/events", "POST", content=body)
    assert answer.status == 200, answer.content
    told: dict[str, Any] = answer.json
    return told


def put(emulator: EmulatorThread, path: str, **members: Any) -> Any:
    body = json.dumps(members).encode()
    answer = send(f"{emulator.url}/_emulator/{path}", "PUT", content=body)
    assert answer.status == 200, answer.content
    return answer.json


@pytest.mark.parametrize("kind", ["customer-change", "combined-switch", "move", "disconnection"])
def test_an_event_caps_the_period_also_in_the_past(running: EmulatorThread, kind: str) -> None:
    esco, reference = Esco(running.env), f"CAP-{kind}"
    esco.mock(reference, EAN)
    happen(running, kind, ean=EAN, effective="-P30D")
    (mandate,) = esco.mandates(referenceNumber=reference).json["data"]["mandates"]
    assert mandate["status"] == "Approved"
    assert mandate["ean"] == EAN
    assert mandate["dataPeriodTo"] == "2026-10-21T12:00:00Z"
    after = esco.energy(
        EAN, "2026-10-21T12:00:00Z", "2026-10-25T00:00:00Z", referenceNumber=reference
    )
    meters = after.json["data"]["headpoint"]["physicalMeters"]
    assert all("quarterHourlyEnergy" not in each for each in meters)


def test_a_suppliers_switch_changes_nothing(running: EmulatorThread) -> None:
    esco = Esco(running.env)
    esco.mock("SUPPLIER", EAN)
    before = esco.mandates(referenceNumber="SUPPLIER").json["data"]
    happen(running, "supplier-switch", ean=EAN)
    assert esco.mandates(referenceNumber="SUPPLIER").json["data"] == before


def test_the_end_of_the_contract_finishes_all_mandates(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    esco.mock("ENDED", EAN)
    happen(emulator, "contract-ended")
    (mandate,) = esco.mandates(referenceNumber="ENDED").json["data"]["mandates"]
    assert mandate["status"] == "Finished"
    assert "ean" not in mandate
    day = ("2026-10-01T22:00:00Z", "2026-10-02T22:00:00Z")
    assert esco.energy(EAN, *day).status == 404
    link = {
        "dataAccessContractNumber": emulator.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": "AFTERWARDS",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
    }
    assert esco.post("/api/shortUrlIdentifier", link).json["data"] == {"status": "failed"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "earthquake"}, "kind"),
        ({"kind": "move"}, "ean"),
        ({"kind": "move", "ean": "541449999999999999"}, "ean"),
        ({"kind": "move", "ean": EAN, "effective": "soon"}, "effective"),
        ({"kind": "move", "ean": EAN, "customer": "nobody"}, "customer"),
        ({"kind": "meter-exchange", "ean": EAN, "customer": "noor"}, "customer"),
        ({"kind": "late-data", "ean": EAN, "until": "P3D"}, "days"),
        ({"kind": "late-data", "ean": EAN, "days": 3}, "until"),
        ({"kind": "re-estimation", "ean": EAN, "until": "-P1D"}, "until"),
        ({"kind": "contract-ended", "ean": EAN}, "ean"),
        ({"kind": "move", "ean": EAN, "effective": "P9999999Y"}, "effective"),
    ],
)
def test_what_cannot_happen_is_refused_and_does_not(
    running: EmulatorThread, body: dict[str, Any], field: str
) -> None:
    url = f"{running.url}/_emulator/events"
    before = send(url).json
    answer = send(url, "POST", content=json.dumps(body).encode())
    assert answer.status == 400
    assert answer.json["error"].startswith(f"{field}:")
    assert send(url).json == before


def test_events_outlive_the_emulator(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = World(clock=Clock(FROZEN_AT, speed=0), state=state)
    first.begin(load_scenario("moving-house"))
    first.clock.set(datetime(2026, 8, 1, tzinfo=UTC))
    first.now()
    again = World(clock=Clock(datetime(2026, 8, 1, tzinfo=UTC), speed=0), state=state)
    assert again.state() == first.state()
    assert len(again.events) == 3
    lies = CUSTOMERS["lies"]
    assert "541440110000000101" in again.grid_users.eans(lies, again.now())


def test_the_clock_advances_by_durations_and_days(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    assert put(emulator, "clock", advance="P3M")["now"] == "2027-02-20T12:00:00Z"
    assert put(emulator, "clock", advance=10)["now"] == "2027-03-02T12:00:00Z"
    assert put(emulator, "clock", advance="P1DT2H30M")["now"] == "2027-03-03T14:30:00Z"
    assert put(emulator, "clock", speed=60)["speed"] == 60
    for body in ({}, {"advance": "later"}, {"advance": "P1D", "now": "2027-01-01"}):
        content = json.dumps(body).encode()
        assert send(f"{emulator.url}/_emulator/clock", "PUT", content=content).status == 400


def test_a_scenario_is_followed_by_the_clock(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    followed = put(emulator, "scenario", name="moving-house")
    assert set(followed["shipped"]) >= {"moving-house", "three-years", "silence"}
    put(emulator, "clock", now="2026-05-11T00:00:00Z")
    esco = Esco(emulator.env)
    seen = {
        each["referenceNumber"]: each["status"] for each in esco.mandates().json["data"]["mandates"]
    }
    assert seen == {"SCENARIO-MOVE-1": "Approved", "SCENARIO-MOVE-2": "Requested"}
    put(emulator, "clock", now="2026-08-01T00:00:00Z")
    mandates = esco.mandates().json["data"]["mandates"]
    assert [each.get("dataPeriodTo") for each in mandates] == [
        "2026-04-30T22:00:00Z",
        "2026-04-30T22:00:00Z",
        None,
        None,
    ]
    assert mandates[2]["status"] == "Rejected"
    # Lies may only consent for her own time.
    assert mandates[3]["dataPeriodFrom"] == "2026-04-30T22:00:00Z"
    changed = esco.mandates(lastUpdatedFrom="2026-05-22T10:00:00Z").json["data"]["mandates"]
    assert len(changed) == 4
    told = send(f"{emulator.url}/_emulator/scenario").json
    assert (told["done"], told["refused"]) == (told["steps"], [])


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenarios_come_out_the_same_in_one_jump_or_in_many(name: str) -> None:
    scenario = load_scenario(name)
    end = scenario.due(scenario.steps[-1]) + timedelta(days=1)

    def told(step: timedelta) -> Any:
        world = World(clock=Clock(FROZEN_AT, speed=0))
        world.begin(scenario)
        now = scenario.begins()
        while now < end:
            now = min(now + step, end)
            world.clock.set(now)
            world.now()
        return world.state()

    at_once = told(timedelta(days=9999))
    assert at_once == told(timedelta(days=1))
    assert at_once.refused == []
    assert at_once.steps_done == len(scenario.steps)
    assert at_once.mandates


def test_the_scenario_in_the_documentation_comes_true() -> None:
    page = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text()
    content = page.partition("```toml\n")[2].partition("```")[0]
    world = World(clock=Clock(FROZEN_AT, speed=0))
    world.begin(read_scenario(content.encode(), "docs"))
    world.clock.set(FROZEN_AT)
    world.now()
    (mandate,) = world.sandbox.mandates.all()
    assert world.scenario_state.refused == []
    assert mandate.data_period_to == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_a_step_that_is_refused_is_passed_over_and_told() -> None:
    scenario = read_scenario(
        b"""
        title = "Somebody else's reference"
        start = "2026-01-01"
        [[steps]]
        at = "P1D"
        do = "ask"
        customer = "noor"
        reference = "ONE"
        eans = ["541440110000000101"]
        services = ["VH_dag"]
        period_from = "2025-01-01"
        [[steps]]
        at = "P2D"
        do = "ask"
        customer = "bram"
        reference = "ONE"
        eans = ["541440110000000301"]
        services = ["VH_dag"]
        period_from = "2025-01-01"
        """,
        "told",
    )
    world = World(clock=Clock(FROZEN_AT, speed=0))
    world.begin(scenario)
    world.clock.set(FROZEN_AT)
    world.now()
    (refused,) = world.scenario_state.refused
    assert refused == "step 2: this reference number belongs to another customer"
    assert len(world.consents(Environment.SANDBOX).mandates.all()) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"title = 3",
        b'title="t"\nstart="2026-01-01"\n[[steps]]\nat="P1D"\ndo="dance"',
        b'title="t"\nstart="2026-01-01"\n[[steps]]\nat="-P1D"\ndo="event"\nkind="move"',
        b'title="t"\nstart="soon"\nsteps=[]',
        b"\xff",
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match="scenario told"):
        read_scenario(content, "told")


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (b'kind="earthquake"', "kind"),
        (b'kind="move"', "ean"),
        (b'kind="contract-ended"\ndays=1', "days"),
    ],
)
def test_a_scenario_with_an_event_that_cannot_happen_is_refused_when_it_is_read(
    event: bytes, field: str
) -> None:
    step = b'[[steps]]\nat="P1D"\ndo="event"\n' + event
    with pytest.raises(ConfigurationError, match=f"^scenario told, step 1: {field}: "):
        read_scenario(b'title="t"\nstart="2026-01-01"\n' + step, "told")


def test_a_scenario_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    for name in ("elsewhere", str(tmp_path / "none.toml")):
        with pytest.raises(ConfigurationError, match="scenario"):
            load_scenario(name)


def test_the_command_tells_an_event(
    running: EmulatorThread, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "emulator",
        "event",
        "move",
        "--ean",
        EAN,
        "--effective",
        "-P20D",
        "--url",
        running.url,
    ]
    assert run([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["effective"].startswith("2026-10-31T12:00:00")
    assert run(["emulator", "event", "move", "--ean", "1", "--url", running.url]) == 1
    assert "kwartier: ean: must be one of the emulator's" in capsys.readouterr().err
    assert run(["emulator", "event", "contract-ended", "--url", "http://127.0.0.1:9"]) == 1
    assert "no emulator answers" in capsys.readouterr().err


def test_the_command_lists_every_scenario_that_is_shipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["emulator", "scenarios", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told] == shipped_scenarios()
    years = next(each for each in told if each["name"] == "three-years")
    assert (years["begins"], years["ends"]) == ("2024-01-15T11:00:00Z", "2027-05-15T11:00:00Z")
    assert run(["emulator", "scenarios"]) == 0
    said = capsys.readouterr().out
    page = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text()
    section = page.partition("## Scenarios")[2].partition("\n## ")[0]
    for each in told:
        assert each["name"] in said
        assert each["title"].split()[0] in said
        assert f"`{each['name']}`" in section, "documented"
