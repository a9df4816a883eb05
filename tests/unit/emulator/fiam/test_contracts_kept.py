"""FIAM's contracts: kept whole or not happened, ended on their day, never named twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.emulator.clock import Clock
from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.events.event import EventAsked
from kwartier.emulator.fiam.contracts import Contracts, Environment, KeptContracts, period_of
from kwartier.emulator.fiam.parties import OURSELVES
from kwartier.emulator.scenario import read_scenario
from kwartier.emulator.world import World
from kwartier.errors import ConfigurationError, InputError

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = data_owners(Environment.ACCEPTANCE)[0].id
US = OURSELVES.id


def contracts() -> Contracts:
    return Contracts("1/acceptance", KeptContracts())


def happen(world: World, kind: str, owner: str = OWNER, **members: object) -> None:
    asked = EventAsked(kind=kind, data_owner=owner, **members)  # type: ignore[arg-type]
    world.happen(asked.happening(world.now()))


def world_at(state: Path | None = None) -> World:
    return World(clock=Clock(NOW, speed=0), state=state)


def test_consent_begins_on_the_dutch_day_and_holds_for_three_years() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    granted = contracts().grant(OWNER, US, late)
    assert (granted.start_date, granted.end_date) == ("2026-11-21", "2029-11-21")
    assert period_of(granted)[0] == datetime(2026, 11, 20, 23, tzinfo=UTC)
    leap = contracts().grant(OWNER, US, datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert leap.end_date == "2031-02-28"


def test_granting_again_changes_nothing_unless_other_days_are_asked_for() -> None:
    held = contracts()
    first = held.grant(OWNER, US, NOW)
    assert held.grant(OWNER, US, NOW + timedelta(days=1)) is first
    other = held.grant(OWNER, US, NOW, start=date(2025, 1, 1))
    assert held.all() == [other]
    assert other.id != first.id


def test_no_identifier_comes_twice_and_worlds_of_one_seed_give_the_same() -> None:
    held, seen = contracts(), []
    for _ in range(5):
        seen.append(held.grant(OWNER, US, NOW).id)
        assert held.revoke(OWNER, US, NOW)
        assert not held.revoke(OWNER, US, NOW)
    assert len(set(seen)) == 5
    assert contracts().grant(OWNER, US, NOW).id == seen[0]
    again = Contracts("1/acceptance", held.kept())
    assert again.grant(OWNER, US, NOW).id not in seen
    other = Contracts("1/production", KeptContracts())
    assert other.grant(OWNER, US, NOW).id != seen[0]


def test_contracts_outlive_the_emulator_apart_in_each_environment(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    world = world_at(file)
    granted = world.contracts(Environment.ACCEPTANCE).grant(OWNER, US, NOW)
    again = world_at(file)
    assert again.contracts(Environment.ACCEPTANCE).all() == [granted]
    assert again.contracts(Environment.PRODUCTION).all() == []


def test_a_change_that_cannot_be_kept_has_not_happened(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    world = world_at(folder / "state.json")
    held = world.contracts(Environment.ACCEPTANCE)
    granted = held.grant(OWNER, US, NOW)
    folder.rename(tmp_path / "gone")
    with pytest.raises(ConfigurationError):
        held.revoke(OWNER, US, NOW)
    with pytest.raises(ConfigurationError):
        held.remove(granted.id)
    with pytest.raises(ConfigurationError):
        happen(world, "move")
    assert held.all() == [granted]


@pytest.mark.parametrize("kind", ["move", "disconnection", "contract-ended"])
def test_who_moves_or_stops_ends_the_contract_on_that_day(kind: str) -> None:
    world = world_at()
    held = world.contracts(Environment.ACCEPTANCE)
    granted = held.grant(OWNER, US, NOW, start=date(2026, 1, 1))
    happen(world, kind, effective="2026-11-10T10:00:00Z")
    (ended,) = held.all()
    assert (ended.id, ended.end_date) == (granted.id, "2026-11-10")
    assert held.active(OWNER, US, NOW) is None
    assert held.of_owner(OWNER, NOW) == []


def test_a_move_to_come_leaves_the_contract_until_then_and_one_before_it_leaves_nothing() -> None:
    world = world_at()
    held = world.contracts(Environment.ACCEPTANCE)
    held.grant(OWNER, US, NOW, start=date(2026, 1, 1))
    happen(world, "move", effective="P10D")
    assert held.active(OWNER, US, NOW) is not None
    assert held.active(OWNER, US, NOW + timedelta(days=10)) is None
    happen(world, "contract-ended", effective="2025-06-01")
    (ended,) = held.all()
    assert ended.start_date == ended.end_date


def test_what_happens_to_data_owners_leaves_metering_points_alone() -> None:
    world = world_at()
    happen(world, "contract-ended")
    assert world.live.has_contract and world.sandbox.has_contract
    assert len(world.events_of_owner(OWNER)) == 1


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"kind": "move", "data_owner": "nobody"}, "data_owner"),
        ({"kind": "meter-exchange", "data_owner": OWNER}, "kind"),
        ({"kind": "move", "data_owner": OWNER, "ean": "541440110000000101"}, "ean"),
        ({"kind": "move", "data_owner": OWNER, "customer": "noor"}, "customer"),
        ({"kind": "late-data", "data_owner": OWNER, "until": "P1D"}, "days"),
    ],
)
def test_what_cannot_happen_to_a_data_owner_is_refused(members: dict[str, str], field: str) -> None:
    with pytest.raises(InputError, match=field):
        EventAsked(**members).happening(NOW)  # type: ignore[arg-type]


def test_a_scenario_lets_things_happen_to_data_owners() -> None:
    story = f"""
    title = "A move"
    start = "2026-11-20T12:00:00Z"
    [[steps]]
    do = "event"
    at = "P2D"
    kind = "move"
    data_owner = "{OWNER.upper()}"
    """
    world = world_at()
    world.begin(read_scenario(story.encode(), "story"))
    held = world.contracts(Environment.ACCEPTANCE)
    held.grant(OWNER, US, NOW)
    world.clock.set(NOW + timedelta(days=2))
    assert held.active(OWNER, US, world.now()) is None
    assert world.scenario_state.refused == []
