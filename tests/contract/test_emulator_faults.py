"""Faults: set, counted, cleared, seeded and documented; which calls they befall and which not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kwartier.emulator.faults import FaultName, parse_faults
from kwartier.emulator.faults.plan import NAMED_CALLS
from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT
from support.esco import Answer, Esco, send
from support.faults import FaultControl

EAN = "541440110000000001"

PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")

DAY = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


def energy(esco: Esco) -> Answer:
    return esco.energy(EAN, *DAY)


def test_faults_are_shown_set_added_to_and_cleared(
    session: Esco, faulty: EmulatorThread, control: FaultControl
) -> None:
    nothing = {"spec": "", "injected": 0, "plan": []}
    assert control.told() == nothing
    put = send(control.url, "PUT", content=b'{"spec": "Energy: 503 = 1x"}')
    assert (put.status, put.json["spec"]) == (200, "energy:503=1x")
    assert energy(session).status == 503
    post = send(control.url, "POST", content=b'{"spec": "mandate:403=2x"}')
    assert (post.status, post.json["spec"]) == (200, "energy:503=1x; mandate:403=2x")
    assert session.mandates().status == 403
    assert control.told() == {
        "spec": "energy:503=1x; mandate:403=2x",
        "injected": 2,
        "plan": [
            {
                "calls": "energy",
                "seen": 1,
                "faults": [{"fault": "503=1x", "injected": 1, "left": 0}],
            },
            {
                "calls": "mandate",
                "seen": 1,
                "faults": [{"fault": "403=2x", "injected": 1, "left": 1}],
            },
        ],
    }
    assert send(control.url, "DELETE").json == control.told() == nothing
    assert session.mandates().status == 200


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "truncated"),
        (b"energy:503", "malformed"),
        (b"{}", "spec"),
        (b'{"spec": 503}', "spec"),
        (b'{"spec": "energy:504"}', "spec: at character 8: '504' is no fault; choose from 401"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_faults_that_cannot_be_are_refused_and_change_nothing(
    control: FaultControl, method: str, content: bytes, says: str
) -> None:
    control.set("energy:503=1x")
    refused = send(control.url, method, content=content)
    assert refused.status == 400
    assert says in refused.json["error"]
    assert control.told()["spec"] == "energy:503=1x"


def test_the_emulators_own_endpoints_are_never_touched(
    faulty: EmulatorThread, control: FaultControl
) -> None:
    control.set("*:503; /_emulator/*:reset; /*:500")
    for path in ("/_emulator/health", "/_emulator/clock", "/_Emulator//faults"):
        assert send(f"{faulty.url}{path}").status == 200
    assert send(f"{faulty.url}/nothing").status == 503
    assert control.told()["injected"] == 1


def test_paths_are_matched_whatever_their_casing_and_slashes(
    session: Esco, control: FaultControl
) -> None:
    control.set("mandate:503")
    assert [session.get(path).status for path in ("/api/Mandate", "//api//mandate")] == [503, 503]


def test_a_refused_call_was_not_carried_out_and_one_whose_reply_is_lost_was(
    session: Esco, control: FaultControl
) -> None:
    control.set("mock:503=1x,reset=1x")
    assert session.mock("REFUSED", EAN).status == 503
    with pytest.raises(ConnectionResetError):
        session.mock("LOST", EAN)
    assert session.mandates(referenceNumber="REFUSED").status == 404
    assert session.mandates(referenceNumber="LOST").status == 200


def test_the_same_seed_and_calls_meet_the_same_faults_in_another_emulator(
    running_emulators: list[EmulatorThread],
) -> None:
    met = []
    for seed in (5, 5, 6):
        emulator = EmulatorThread(clock=FROZEN_AT, seed=seed)
        running_emulators.append(emulator)
        FaultControl(emulator.url).set("mandate:503=20%,429=20%,500=20%")
        url = f"{emulator.env['FLUVIUS_SANDBOX_BASE_URL']}/api/mandate"
        met.append([send(url).status for _ in range(40)])
    assert met[0] == met[1] != met[2]
    assert set(met[0]) == {401, 429, 500, 503}, "401 is the answer without credentials"


def test_the_documented_faults_can_be_typed_and_none_is_left_out() -> None:
    typed = re.findall(r'--faults "(.*?)"', PAGE)
    assert len(typed) >= 2
    for spec in typed:
        assert parse_faults(spec)
    table = PAGE.partition("## Faults")[2].partition("\n## ")[0]
    for name in (*FaultName, *NAMED_CALLS):
        assert re.search(rf"`{name}\b", table), name


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_documented_shell_commands_answer_as_documented(
    faulty: EmulatorThread, control: FaultControl
) -> None:
    section = PAGE.partition("## Faults")[2]
    (commands,) = re.findall(r"```bash\n(.*?faults.*?)```", section, re.DOTALL)
    (answer,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    commands = commands.replace("http://127.0.0.1:8600", faulty.url)
    said = subprocess.run(["bash", "-ec", commands], capture_output=True, text=True, check=True)
    decoder = json.JSONDecoder()
    put, end = decoder.raw_decode(said.stdout)
    assert put == json.loads(said.stdout[end:]) == json.loads(answer)
