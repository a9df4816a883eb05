"""``kwartier verify``, against the emulator as it is and against one that answers otherwise."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kwartier.cli.app import run
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.fluvius.environment import Endpoints
from kwartier.verify import CASES, Target, Verdict, open_lab, run_cases
from kwartier.verify.own import Block
from support.emulators import FreshEmulator
from support.esco import Esco
from support.plants import PLANTS, Plant
from support.proxy import Passing, proxy_to

SANDBOX = "/esco-sbx/v3"
FAST = ("--rate", "1000")


@pytest.fixture(scope="module")
def emulated(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """One emulator for this file: it fills up with the suite's own mandates."""
    emulator = EmulatorThread()
    running_emulators.append(emulator)
    return emulator


class Verify:
    """The command, in an environment that leads to one emulator."""

    def __init__(self, emulator: EmulatorThread, capsys: pytest.CaptureFixture[str]) -> None:
        self.emulator = emulator
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int) -> str:
        self._capsys.readouterr()
        ended = run(["verify", *arguments])
        said = self._capsys.readouterr()
        assert ended == code, said.err + said.out
        return said.out + said.err

    def json(self, *arguments: str, code: int) -> Any:
        return json.loads(self(*arguments, "--json", code=code))


@pytest.fixture
def verify(
    emulated: EmulatorThread, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Verify:
    for name, value in emulated.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "300")
    return Verify(emulated, capsys)


def differing(document: Any) -> set[str]:
    return {one["name"] for one in document["cases"] if one["verdict"] == "differs"}


def target(emulator: EmulatorThread, base_url: str) -> Target:
    credentials = FluviusCredentials.from_env("FLUVIUS_SANDBOX", variables=emulator.env)
    variables = {**emulator.env, "FLUVIUS_SANDBOX_BASE_URL": base_url}
    endpoints = Endpoints.of(
        Environment.SANDBOX, tenant_id=credentials.tenant_id, variables=variables
    )
    return Target(credentials=credentials, endpoints=endpoints, rate=1000)


def test_the_emulator_is_what_it_claims_to_be(verify: Verify) -> None:
    found = verify.json(*FAST, code=0)
    assert found["complete"]
    assert found["counts"] == {"same": len(CASES), "differs": 0, "could not be tried": 0}
    assert [one["name"] for one in found["cases"]] == list(CASES)


def test_signed_in_by_certificate_over_https_only_claims_about_secrets_are_not_tried(
    verify: Verify, fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = fresh_emulator(tls=True).env
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FLUVIUS_SANDBOX_CLIENT_SECRET")
    for name in ("CERTIFICATE_PATH", "PRIVATE_KEY_PATH"):
        monkeypatch.setenv(f"FLUVIUS_SANDBOX_{name}", env[f"FLUVIUS_{name}"])
    found = verify.json(*FAST, code=1)["cases"]
    assert {one["name"] for one in found if one["verdict"] != "same"} == {
        "token-by-http-basic",
        "token-wrong-secret",
        "token-wrong-secret-status",
    }


def planted(plants: Sequence[Plant]) -> tuple[Callable[[Passing], None], Callable[[str], str]]:
    """What a proxy is to do to replies and to requests for all of ``plants``."""

    def damage(passing: Passing) -> None:
        for plant in plants:
            plant.damage(passing)

    def divert(target: str) -> str:
        for plant in plants:
            target = plant.divert(target)
        return target

    return damage, divert


@pytest.mark.parametrize(
    "plants", list(zip(PLANTS[::2], PLANTS[1::2], strict=True)), ids=lambda two: two[0].name
)
def test_two_planted_differences_are_told_from_all_others(
    emulated: EmulatorThread, plants: tuple[Plant, Plant]
) -> None:
    """Tried are the claims that any plant breaks; that none breaks another is the next test's."""
    breakable = [CASES[name] for name in CASES if any(name in one.breaks for one in PLANTS)]
    with proxy_to(emulated.url) as proxy:
        proxy.damage, proxy.divert = planted(plants)
        with open_lab(target(emulated, proxy.url + SANDBOX), dice=Random()) as lab:
            results = list(run_cases(breakable, lab))
    differing = {one.case.name for one in results if one.verdict is Verdict.DIFFERS}
    assert differing == plants[0].breaks | plants[1].breaks
    assert [one.case.name for one in results if one.verdict is Verdict.UNTRIED] == []


def test_ten_differences_at_once_are_all_reported_and_no_others(
    verify: Verify, tmp_path: Path
) -> None:
    assert len(PLANTS) == 10

    broken = set[str]().union(*(plant.breaks for plant in PLANTS))
    assert len(broken) == sum(len(plant.breaks) for plant in PLANTS)
    report = tmp_path / "differences.md"
    with proxy_to(verify.emulator.url) as proxy:
        proxy.damage, proxy.divert = planted(PLANTS)
        base_url = proxy.url + SANDBOX
        found = verify.json(*FAST, "--base-url", base_url, "--report", str(report), code=1)
    assert differing(found) == broken
    assert found["counts"]["could not be tried"] == 0
    written = report.read_text("utf-8")
    headings = set(re.findall(r"^### (.+)$", written, re.MULTILINE))
    assert headings == broken
    assert "- expected: `GET 200, POST 200`\n- seen: `GET 200, POST 201`" in written


def test_people_are_told_what_was_claimed_expected_seen_and_asked(verify: Verify) -> None:
    with proxy_to(verify.emulator.url) as proxy:
        proxy.damage = PLANTS[1].damage
        said = verify("--only", "success-is-200", "--base-url", proxy.url + SANDBOX, code=1)
    assert "differs success-is-200" in said
    assert "expected GET 200, POST 200" in said
    assert "seen     GET 200, POST 201" in said
    assert '<electricity, offtake, day>","dataServiceType":"VH_dag"' in said
    assert "1 claim tried on http://127.0.0.1" in said
    assert "1 seen otherwise, 0 could not be tried" in said


def test_what_leaves_the_suite_names_no_secret_and_no_metering_point(
    verify: Verify, tmp_path: Path
) -> None:
    """Every reply is refused in the words of the request, so that everything is written down."""
    env = verify.emulator.env
    secret = {
        value
        for name, value in env.items()
        if name.startswith("FLUVIUS_") and not name.endswith(("_URL", "_PATH"))
    }

    def echo(passing: Passing) -> None:
        told = {"Code": "Echo", "Message": " ".join([*secret, *passing.query.values()])}
        passing.refuse(400, json.dumps(told).encode())

    report = tmp_path / "report.md"
    with proxy_to(verify.emulator.url) as proxy:
        proxy.damage = lambda passing: echo(passing) if len(proxy.passed) > 1 else None
        arguments = [*FAST, "--base-url", proxy.url + SANDBOX, "--report", str(report)]
        said = verify(*arguments, "--json", code=1)
    requests = [line for one in json.loads(said)["cases"] for line in one["requests"]]
    assert sum("Echo" in line for line in requests) > 100
    for text in (said, report.read_text("utf-8")):
        assert [value for value in secret if value in text] == []
        assert re.findall(r"(?<![0-9])[0-9]{18}(?![0-9])", text) == []
        assert "eyJ" not in text
        assert not re.search(r"kwartier-verify-[0-9a-f]{8}", text)
        assert not re.search(r"[0-9a-f]{64}", text)


def test_all_that_a_run_makes_lies_under_its_own_references_on_eans_of_its_own(
    fresh_emulator: FreshEmulator, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    esco = Esco(emulator.env)
    others = {f"{Block.DAY.start}{number}" for number in range(500, 840)}
    for ean in sorted(others):
        assert esco.mock("SOMEBODY-ELSES", ean, "VH_dag").status == 200
    assert verify.json(*FAST, code=0)["counts"]["same"] == len(CASES)
    listed = esco.mandates().json["data"]["mandates"]
    made = [one for one in listed if one["referenceNumber"] != "SOMEBODY-ELSES"]
    assert {one["referenceNumber"][:16] for one in made} == {"kwartier-verify-"}
    assert {one["ean"] for one in made if "ean" in one} & others == set()


def test_without_a_contract_number_short_urls_are_not_tried_and_it_says_why(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER")
    said = verify("--only", "short-url-eans-0", "--only", "success-is-200", code=1)
    assert "could not be tried short-url-eans-0" in said
    assert "set FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER" in said
    assert "0 seen otherwise, 1 could not be tried" in said


def test_a_refused_sign_in_ends_it_before_it_begins(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUVIUS_SANDBOX_CLIENT_SECRET", "not-the-right-one-9137")
    said = verify(code=1)
    assert "7000215" in said
    assert "9137" not in said


def test_an_address_that_is_no_api_ends_it_too(verify: Verify) -> None:
    assert "404" in verify("--base-url", verify.emulator.url + "/nowhere", code=1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--only", "nonsense"], "--only: must be the name of a claim; see --list"),
        (["--rate", "0"], "--rate: must be between 1 and 1000 (got 0)"),
        (["--base-url", "fluvius"], "--base-url: must be an address"),
        (["--base-url", "https://x.test/ESCO-live/v3/"], "--base-url: must not be the live"),
        (["--base-url", "LIVE"], "--base-url: must not be the live"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    verify: Verify, arguments: list[str], says: str
) -> None:
    live = verify.emulator.env["FLUVIUS_BASE_URL"]
    said = verify(*[live if each == "LIVE" else each for each in arguments], code=2)
    assert says in said
    assert "Traceback" not in said


def test_a_sandbox_address_that_leads_to_the_live_service_is_refused(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUVIUS_SANDBOX_BASE_URL", verify.emulator.env["FLUVIUS_BASE_URL"])
    assert "FLUVIUS_SANDBOX_BASE_URL: must not be the live" in verify(code=2)


def test_the_list_names_every_claim_and_asks_nothing(verify: Verify) -> None:
    listed = verify.json("--list", code=0)
    assert [one["name"] for one in listed] == list(CASES)
    said = verify("--list", code=0)
    assert all(f"  {name} " in said for name in CASES)
    one = " ".join(verify("--list", "--only", "error-casing", code=0).split())
    assert one.startswith("errors error-casing members of a refusal (400) are written in Pascal")
    assert one.endswith(": Code, Message, Type, ValidationErrorMessages (our reading)")


def test_ctrl_c_leaves_a_report_of_what_was_tried(emulated: EmulatorThread, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    with proxy_to(emulated.url) as proxy:
        command = [sys.executable, "-m", "kwartier", "verify", "--rate", "20"]
        arguments = ["--base-url", proxy.url + SANDBOX, "--report", str(report), "--json"]
        running = subprocess.Popen(
            [*command, *arguments],
            env={**os.environ, **emulated.env},
            stdout=subprocess.PIPE,
            text=True,
        )
        while len(proxy.passed) < 20:
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate()
    assert running.returncode == 130
    found = json.loads(said)
    assert not found["complete"]
    assert 0 < len(found["cases"]) < len(CASES)
    assert f"Broken off after {len(found['cases'])}." in report.read_text("utf-8")
