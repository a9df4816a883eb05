"""``kwartier postman``, and its collection run by newman against the emulator."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kwartier.cli.app import run
from kwartier.postman import collection
from support.newman import Newman, Run, Sent, exit_code, inspect, need_newman
from support.proxy import Passing, proxy_to

CLOCK = "2026-11-20T12:00:00Z"
COLLECTION = "fluvius.postman_collection.json"
SANDBOX = "fluvius-sandbox.postman_environment.json"
LIVE = "fluvius-production.postman_environment.json"
ENERGY = ("quarterHourlyEnergy", "hourlyEnergy", "dailyEnergy")
SECRETS = ("emulated-client-secret", "emulated-subscription-key", "eyJ")


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the emulator, in a process of its own, wrote for its clients."""
    written = tmp_path_factory.mktemp("emulated") / "emulator.env"
    command = [sys.executable, "-m", "kwartier", "emulator", "--env-file", str(written)]
    emulator = subprocess.Popen([*command, "--port", "0", "--clock", CLOCK, "--speed", "0"])
    while not written.exists():
        assert emulator.poll() is None
        time.sleep(0.02)
    yield written
    emulator.terminate()
    emulator.wait()


@pytest.fixture(scope="module")
def newman() -> Iterator[Newman]:
    with Newman() as ready:
        yield ready


@pytest.fixture
def variables(env_file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in env_file.read_text("utf-8").splitlines())
    return {name: value for name, _, value in lines}


@pytest.fixture
def folder(env_file: Path, tmp_path: Path) -> Path:
    """The files that the command wrote."""
    made = tmp_path / "postman"
    assert run(["postman", "--env-file", str(env_file), "--folder", str(made)]) == 0
    return made


def requests_in(items: list[dict[str, Any]]) -> list[str]:
    """The names of all requests, in the order in which they are sent."""
    names: list[str] = []
    for item in items:
        names += requests_in(item["item"]) if "item" in item else [item["name"]]
    return names


ALL = requests_in(collection()["item"])
MOCK = requests_in([one for one in collection()["item"][1]["item"] if "Mock" in one["name"]])


def slices(reply: Any) -> int:
    """How many slices a reply about energy holds, wherever."""
    if isinstance(reply, list):
        return sum(map(slices, reply))
    if not isinstance(reply, dict):
        return 0
    return ("start" in reply and "end" in reply) + sum(map(slices, reply.values()))


def assert_all_well(done: Run, expected: list[str]) -> None:
    """Each was sent once, was answered with what it asks for, and passed all its checks."""
    assert (done.code, done.failures) == (0, [])
    assert done.names() == expected
    assert [one.name for one in done.sent if one.status != 200] == []
    assert [one.name for one in done.sent if one.failed or not one.passed] == []
    energy = [one for one in done.sent if "headpoint" in str(one.reply)[:40]]
    assert len(energy) >= 7
    assert [one.name for one in energy if slices(one.reply) == 0] == []


# --- what is run ---------------------------------------------------------------------------------


def test_the_whole_collection_passes_in_the_sandbox_signed_in_by_secret(
    newman: Newman, folder: Path
) -> None:
    done = newman(folder / COLLECTION, folder / SANDBOX)
    assert_all_well(done, [name for name in ALL if name != "Token by certificate"])
    assert len(done.sent) == len(ALL) - 1


def test_the_whole_collection_passes_in_production_signed_in_by_certificate(
    newman: Newman, folder: Path, variables: dict[str, str]
) -> None:
    origin = variables["FLUVIUS_BASE_URL"].removesuffix("/esco-live/v3")
    for ean, service in [
        ("541440110000000301", "VH_kwartier_uur"),
        ("541440110000000301", "VH_dag"),
        ("541441010000000301", "VH_kwartier_uur"),
    ]:
        mandate = {"referenceNumber": "LIVE-1", "ean": ean, "dataServiceType": service}
        mandate |= {"status": "Approved", "dataPeriodFrom": "2025-12-31T23:00:00Z"}
        mandate |= {"mandateExpirationDate": "2027-01-31T23:00:00Z"}
        request = urllib.request.Request(
            f"{origin}/_emulator/mandates",
            json.dumps(mandate).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as reply:
            assert reply.status == 200
    done = newman(folder / COLLECTION, folder / LIVE)
    passed_over = {"Token by client secret", *MOCK, *(name for name in ALL if "AMR" in name)}
    assert_all_well(done, [name for name in ALL if name not in passed_over])
    assert {one.reply["data"]["headpoint"]["ean"] for one in done.sent if slices(one.reply)} == {
        "541440110000000301",
        "541441010000000301",
    }, "whose energy is asked for comes from the mandates"


def test_one_token_is_taken_without_being_asked_for_and_kept(
    newman: Newman, folder: Path, variables: dict[str, str]
) -> None:
    token_url = urlsplit(variables["FLUVIUS_TOKEN_URL"])
    with proxy_to(f"http://{token_url.netloc}") as proxy:
        changes = {"tokenUrl": proxy.url + token_url.path}
        done = newman(folder / COLLECTION, folder / LIVE, "Mandates", changes=changes)
    assert done.code == 0
    assert [(one.method, one.status) for one in proxy.passed] == [("POST", 200)]
    assert len(done.sent) > 5


def test_what_cannot_be_asked_is_passed_over_and_what_is_not_found_is_no_failure(
    newman: Newman,
    folder: Path,
) -> None:
    changes = {"dataAccessContractNumber": "", "referenceNumber": "NOBODY"}
    folders = ("Short URL", "By reference number")
    done = newman(folder / COLLECTION, folder / SANDBOX, *folders, changes=changes)
    assert (done.code, done.failures) == (0, [])
    assert [(one.name, one.status) for one in done.sent] == [("By reference number", 404)]


def test_newmans_own_command_exits_with_1_if_something_fails_else_with_0(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.json").write_text('{"name": "empty", "values": []}')
    assert exit_code(folder / COLLECTION, folder / SANDBOX, "All mandates") == 0
    assert exit_code(folder / COLLECTION, tmp_path / "empty.json", "All mandates") == 1


# --- what must fail ------------------------------------------------------------------------------


def test_a_wrong_secret_fails_and_nothing_is_sent_without_a_token(
    newman: Newman, folder: Path
) -> None:
    changes = {"clientSecret": "wrong"}
    done = newman(folder / COLLECTION, folder / SANDBOX, changes=changes)
    assert done.code == 1
    assert done.names() == ["Token by client secret"]
    assert done.sent[0].failed == ["a token was granted"]
    assert len(done.failures) == len(ALL) - 1
    assert all("AADSTS7000215" in failure for failure in done.failures)
    assert "wrong" not in str(done.failures)


def test_an_assertion_that_has_ended_is_not_sent_and_the_failure_says_what_to_do(
    newman: Newman,
    folder: Path,
) -> None:
    changes = {"clientAssertionEnds": "2026-01-01T00:00:00Z"}
    done = newman(folder / COLLECTION, folder / LIVE, "All mandates", changes=changes)
    assert (done.code, done.sent) == (1, [])
    assert "ended at 2026-01-01T00:00:00Z" in done.failures[0]
    assert "run `kwartier postman --production` again" in done.failures[0]


def test_a_token_endpoint_that_is_not_there_is_named(newman: Newman, folder: Path) -> None:
    changes = {"tokenUrl": "http://127.0.0.1:1/token"}
    done = newman(folder / COLLECTION, folder / SANDBOX, "All mandates", changes=changes)
    assert (done.code, done.sent) == (1, [])
    told = done.failures[-1]
    assert told.startswith("http://127.0.0.1:1/token cannot be reached: ")
    assert "ECONNREFUSED" in told


def test_without_an_environment_of_ours_the_failure_says_what_to_do(
    newman: Newman, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.json").write_text('{"name": "empty", "values": []}')
    done = newman(folder / COLLECTION, tmp_path / "empty.json", "All mandates")
    assert (done.code, done.sent) == (1, [])
    assert "choose the environment that `kwartier postman` wrote" in done.failures[0]


def test_a_wrong_subscription_key_fails(newman: Newman, folder: Path) -> None:
    changes = {"subscriptionKey": "wrong"}
    folders = ("All mandates", "Quarter-hours", "Short URL")
    done = newman(folder / COLLECTION, folder / SANDBOX, *folders, changes=changes)
    assert (done.code, [one.status for one in done.sent]) == (1, [401] * 4)
    assert all(one.failed for one in done.sent)


LIED_ABOUT = ("AMR installation, active energy", "AMR installation, reactive energy")


def lie(reply: Passing) -> None:
    """Answer every request with what was not asked for, in another shape."""
    if reply.path.endswith("/energy"):
        reply.change(_lie_about_energy)
    elif reply.path.endswith("/mandate"):
        reply.change(_lie_about_mandates)
    elif reply.path.endswith("/shortUrlIdentifier"):
        reply.change(lambda body: body["data"].update(status="failed", validTo=CLOCK))
    else:
        reply.change(lambda body: body["data"].update(status="failed"))


def _lie_about_energy(body: Any) -> None:
    headpoint = body["data"]["headpoint"]
    headpoint["ean"] = "541440110000000998"
    for series in [headpoint, *headpoint.get("physicalMeters", [])]:
        found = [one for name in ENERGY for one in series.get(name, [])]
        for one in found:
            one["start"], one["end"] = "2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"
            kinds = [{"total": {"value": "1", "unit": unit}} for unit in ("kWh", "kVArh")]
            one["measurements"] = [{"offtake": kind} for kind in kinds]
        if found:
            series |= dict.fromkeys(ENERGY, found)


def _lie_about_mandates(body: Any) -> None:
    first = {"referenceNumber": "X", "dataServiceType": "IG", "energyType": "G"}
    body["data"]["mandates"] = [{**first, "status": "Requested", "ean": "541441010000000998"}]


def test_replies_that_are_not_what_was_asked_for_fail_every_check(
    newman: Newman, folder: Path, variables: dict[str, str]
) -> None:
    base_url = variables["FLUVIUS_SANDBOX_BASE_URL"]
    with proxy_to(base_url.removesuffix("/esco-sbx/v3")) as proxy:
        proxy.damage = lie
        changes = {"baseUrl": f"{proxy.url}/esco-sbx/v3"}
        folders = ["Short URL", "Mock mandates (sandbox)", "Mandates", "Days", *LIED_ABOUT]
        done = newman(folder / COLLECTION, folder / SANDBOX, *folders, changes=changes)
    assert done.code == 1
    by_name = {one.name: one for one in done.sent}
    assert _kinds(by_name["A person chooses period and meters"]) == {
        "a short URL was made",
        "it is valid for a day",
    }
    assert all(by_name[name].failed == ["the mandate was made"] for name in MOCK)
    filtered = [one for one in done.sent if one.name.startswith("By ")]
    for one in filtered:
        assert "EAN and energy are told where the mandate is approved, and only there" in one.failed
        assert ("each is one that was asked for" in one.failed) != (one.name == "By last update")
    assert len(filtered) == 8
    assert _kinds(by_name["Days"]) == {
        "it is about the metering point asked for",
        "only the granularity asked for",
        "every slice begins before it ends",
        "every slice lies within the period asked for",
        "every value is a number, or missing, with its unit and its state",
    }
    for name in LIED_ABOUT:
        assert "only the kind of energy asked for" in _kinds(by_name[name])


def _kinds(one: Sent) -> set[str]:
    return {failed.partition(" (")[0] for failed in one.failed}


# --- what is written -----------------------------------------------------------------------------


def test_postmans_own_parser_reads_the_collection_as_it_was_written(folder: Path) -> None:
    script = """
        const { Collection } = require('postman-collection');
        const collection = new Collection(require(process.argv[1]));
        const found = [];
        collection.forEachItem((item) => found.push({
          name: item.name,
          method: item.request.method,
          url: item.request.url.toString(),
          tests: item.events.filter((event) => event.listen === 'test').length,
          auth: item.getAuth().type,
        }));
        console.log(JSON.stringify(found));
    """
    found = inspect(script, str(folder / COLLECTION))
    assert [one["name"] for one in found] == ALL
    assert {one["tests"] for one in found} == {1}
    assert {one["method"] for one in found} == {"GET", "POST"}
    assert {one["auth"] for one in found if one["url"] == "{{tokenUrl}}"} == {"noauth"}
    assert {one["auth"] for one in found if one["url"] != "{{tokenUrl}}"} == {"bearer"}
    quarters = next(one for one in found if one["name"] == "Quarter-hours")
    assert quarters["url"] == (
        "{{baseUrl}}/api/mandate/energy?ean={{ean}}&periodType=readTime&from={{energyFrom}}"
        "&to={{energyTo}}&granularity=hourly_quarterhourly"
    )


def test_it_says_what_it_wrote_what_is_next_and_how_long_it_lasts_but_no_secret(
    folder: Path, env_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["postman", "--env-file", str(env_file), "--folder", str(folder)]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in (COLLECTION, SANDBOX, LIVE))
    assert "signs in by client secret" in said
    assert "signs in by certificate; good for 60 minutes, until 20" in said
    assert "import these files in Postman" in said
    written = (folder / COLLECTION).read_text("utf-8")
    assert not any(secret in said + written for secret in SECRETS)
    for name in (SANDBOX, LIVE):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert run(["postman", "--env-file", str(env_file), "--folder", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["signs_in_by"] for one in told["environments"]] == ["certificate", "secret"]
    assert told["environments"][0]["assertion_ends"] > CLOCK[:4]
    assert (told["left_out"], told["ignored_by_git"], told["collection_kept"]) == ({}, True, False)


def test_git_passes_the_environments_over(folder: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(folder), "-c", "init.defaultBranch=main", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet")
    assert git("status", "--porcelain", "--untracked-files=all").split() == [
        *("??", ".gitignore"),
        *("??", COLLECTION),
    ]


def test_only_what_is_configured_is_written_and_the_rest_is_told(
    env_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = tmp_path / "some.env"
    kept = [line for line in env_file.read_text("utf-8").splitlines() if "PRIVATE" not in line]
    some.write_text("\n".join(kept))
    arguments = ["postman", "--env-file", str(some), "--folder", str(tmp_path / "made")]
    assert run(arguments) == 0
    assert "Left out, production: FLUVIUS_CLIENT_SECRET: not set" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        ".gitignore",
        SANDBOX,
        COLLECTION,
    ]
    assert run([*arguments, "--production"]) == 1
    assert "FLUVIUS_CLIENT_SECRET: not set" in capsys.readouterr().err


def test_one_environment_can_be_asked_for(env_file: Path, tmp_path: Path) -> None:
    arguments = ["postman", "--env-file", str(env_file), "--folder", str(tmp_path)]
    assert run([*arguments, "--production"]) == 0
    assert not (tmp_path / SANDBOX).exists()
    assert run([*arguments, "--sandbox"]) == 0
    assert (tmp_path / SANDBOX).exists()


def test_without_any_credentials_it_fails_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["postman", "--folder", str(tmp_path / "made")]) == 1
    assert "FLUVIUS_SUBSCRIPTION_KEY: not set" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()


def test_newman_is_there_in_ci() -> None:
    if os.environ.get("CI"):
        assert need_newman()
