"""Which call meets which fault."""

from __future__ import annotations

from collections import Counter

import pytest

from kwartier.emulator.faults import Faults, parse_faults

ENERGY, MANDATE = "/esco-sbx/v3/api/mandate/energy", "/esco-sbx/v3/api/mandate"


def following(spec: str, seed: int = 1) -> Faults:
    faults = Faults(seed)
    faults.set(parse_faults(spec))
    return faults


def drawn(faults: Faults, path: str = ENERGY) -> str:
    due = faults.draw(path)
    return "-" if due is None else str(due.fault)


def many(faults: Faults, times: int, path: str = ENERGY) -> list[str]:
    return [drawn(faults, path) for _ in range(times)]


def test_without_a_plan_all_goes_well() -> None:
    assert many(Faults(1), 3) == ["-", "-", "-"]


def test_a_script_is_followed_in_its_order_and_then_all_is_fine() -> None:
    faults = following("energy:503=2x,ok=1x,reset=1x")
    assert many(faults, 6) == ["503", "503", "-", "reset", "-", "-"]


def test_a_fault_without_a_share_befalls_every_call() -> None:
    assert many(following("energy:503"), 3) == ["503"] * 3


def test_shares_begin_when_the_script_has_ended_and_always_takes_the_rest() -> None:
    met = many(following("energy:500,429=30%,reset=2x"), 2_002)
    assert met[:2] == ["reset", "reset"]
    counted = Counter(met[2:])
    assert set(counted) == {"500", "429"}
    assert 520 < counted["429"] < 680


def test_shares_are_what_they_say() -> None:
    counted = Counter(many(following("energy:503=5%,429=1%,reset=0.5%"), 20_000))
    assert 900 < counted["503"] < 1_100
    assert 150 < counted["429"] < 250
    assert 60 < counted["reset"] < 145
    assert counted["-"] > 18_500


def test_shares_of_a_hundred_percent_leave_no_call_alone() -> None:
    assert "-" not in many(following("energy:503=33.333333%,429=66.666667%"), 3_000)


def test_the_same_seed_and_calls_meet_the_same_faults_and_another_seed_others() -> None:
    spec = "energy:503=20%,reset=20%"
    first = many(following(spec), 200)
    assert many(following(spec), 200) == first
    assert many(following(spec, seed=2), 200) != first


def test_setting_the_same_plan_again_begins_it_anew() -> None:
    faults = following("energy:503=20%,reset=1x")
    first = many(faults, 50)
    faults.set(parse_faults("energy:503=20%,reset=1x"))
    assert many(faults, 50) == first


def test_calls_to_one_path_do_not_change_what_befalls_another() -> None:
    spec = "energy:503=20%; mandate:reset=20%"
    alone = many(following(spec), 100)
    faults, mixed = following(spec), []
    for _ in range(100):
        drawn(faults, MANDATE)
        mixed.append(drawn(faults))
    assert mixed == alone


def test_two_lines_of_the_same_calls_draw_each_for_itself() -> None:
    counted = Counter(many(following("energy:503=20%; energy:503(market)=20%"), 2_000))
    assert 340 < counted["503"] < 460
    assert 260 < counted["503(market)"] < 380


def test_what_is_added_befalls_what_the_plan_spares_and_the_plan_goes_on() -> None:
    faults = following("mandate:503=2x; energy:reset=2x")
    assert drawn(faults) == "reset"
    faults.add(parse_faults("energy:500=2x"))
    assert many(faults, 4) == ["reset", "500", "500", "-"]
    assert faults.spec == "mandate:503=2x; energy:reset=2x; energy:500=2x"


def test_only_what_was_carried_out_is_counted_and_calls_are_counted_as_they_are_seen() -> None:
    faults = following("energy:503=2x,500=20%; mandate:reset")
    for path in (ENERGY, ENERGY, MANDATE):
        due = faults.draw(path)
        assert due is not None
        if path == ENERGY:
            due.carried_out()
    assert faults.told() == {
        "spec": "energy:503=2x,500=20%; mandate:reset",
        "injected": 2,
        "plan": [
            {
                "calls": "energy",
                "seen": 2,
                "faults": [
                    {"fault": "503=2x", "injected": 2, "left": 0},
                    {"fault": "500=20%", "injected": 0},
                ],
            },
            {"calls": "mandate", "seen": 1, "faults": [{"fault": "reset", "injected": 0}]},
        ],
    }


@pytest.mark.parametrize("path", ["/", "/_emulator/health", "/esco-sbx/v3/api/mandate/energy/x"])
def test_other_paths_are_left_alone(path: str) -> None:
    assert drawn(following("energy:503"), path) == "-"
