"""The demo: its screen, part by part, and the proof at its end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from kwartier.cli.app import run
from kwartier.cli.demo.folder import own_folder
from kwartier.cli.demo.proof import Proof, prove, prove_data_owners
from kwartier.store import open_store
from support.cli import Cli

PARTS = ["kwartier demo", "consent", "backfill", "month peaks", "Eneco", "proof", "next"]


def test_it_shows_the_whole_way_in_order_and_proves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "kwartier", "demo"]
    demo = subprocess.run(command, capture_output=True, text=True, check=False)
    assert demo.returncode == 0, "as it is typed, in a process of its own"
    told_meanwhile = re.compile(r"\d+ of \d+ metering points, .* left")
    assert [line for line in demo.stderr.splitlines() if not told_meanwhile.fullmatch(line)] == []
    said = demo.stdout
    assert "python" in said[said.index("next") :]
    begins = {line.partition("  ")[0]: number for number, line in enumerate(said.splitlines())}
    places = [begins[part] for part in PARTS]
    assert places == sorted(places)
    assert "23 of 25 approved, 1 waiting, 1 refused" in said
    assert "waiting for the grid user, 30 days left" in said
    assert "switch their registration on" in said
    assert re.search(r"Lucas Jacobs.*final", said)
    assert "3 of 5 share their heat, 1 withdrew, 1 has not consented" in said
    assert re.search(r"Teun Zonderland +Verzonnenlaan 12, .*: 1.208 of 1.208 hours", said)
    assert re.search(r"Daan Etagehuis +withdrew: .* values and 1 delivery address erased", said)
    assert re.search(r"once more, the last days again: 0 new, [1-9] receipts", said)
    assert "in Centigrade, the mean of an hour: no energy" in said
    assert re.search(r"Fenna Koperdraad +2026-10 +0\.\d+ +\d+\.\d +- +- +-", said)
    assert re.search(r"Saar Dakpan +2026-11 +0\.\d+( +\d+\.\d){4}", said)
    assert re.search(r"truth: equal\n +[\d\s]+ values one by one, [\d\s]+ of them Eneco's:", said)
    assert re.search(r"0 missing, 0 invented, 0 beyond consent", said)
    assert (tmp_path / "kwartier-demo" / "measurements.parquet").exists()
    assert run(["peaks", "--store", "kwartier-demo/kwartier.duckdb"]) == 0


def test_a_folder_with_other_files_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work")
    assert run(["demo", "--folder", str(tmp_path)]) == 2
    assert "name a new folder" in capsys.readouterr().err
    assert precious.read_text() == "years of work"


def test_the_proof_fails_when_a_value_is_wrong_missing_or_not_permitted(cli: Cli) -> None:
    right, other = "541440010000000101", "541440010000000102"
    cli("customers", "add", "c-1")
    for ean in (right, other):
        cli("mock-mandate", "c-1", ean, "--from", "2026-11-10", "--service", "quarter")
    cli("sync")
    emulator = cli.env["FLUVIUS_SANDBOX_BASE_URL"].partition("/esco")[0]
    store = open_store(cli.store)
    whole = prove(store, emulator, [right, other])
    assert whole.holds
    assert whole.compared > 1_000
    cli("mock-mandate", "c-1", right, "--from", "2026-11-12", "--service", "quarter")
    assert prove(store, emulator, [right, other]).beyond_consent == 2 * 96
    cli("mock-mandate", "c-1", right, "--from", "2026-11-08", "--service", "quarter")
    assert prove(store, emulator, [right, other]).missing == 2 * 96


def test_the_proof_fails_when_a_data_owner_agreed_to_other_days_than_the_store_holds(
    cli: Cli,
) -> None:
    emulator = cli.env["ENECO_ACCEPTANCE_BASE_URL"].partition("/eneco")[0]

    def shares_since(day: str) -> str:
        about = {"environment": "acceptance", "startDate": day}
        with urlopen(f"{emulator}/_emulator/eneco/data-owners?environment=acceptance") as reply:
            about["dataOwnerId"] = json.load(reply)["dataOwners"][0]["dataOwnerId"]
        body = json.dumps(about).encode()
        urlopen(Request(f"{emulator}/_emulator/eneco/contracts", data=body, method="POST")).close()
        return about["dataOwnerId"]

    owner = shares_since("2026-11-16")
    cli("sync", "--provider", "eneco")
    store = open_store(cli.store)
    whole = prove_data_owners(store, emulator, [owner])
    assert whole.holds
    assert whole.compared > 2 * 4 * 24
    shares_since("2026-11-17")
    assert prove_data_owners(store, emulator, [owner]).beyond_consent == 2 * 24
    shares_since("2026-11-15")
    assert prove_data_owners(store, emulator, [owner]).missing == 2 * 24


def test_a_proof_with_any_fault_does_not_hold() -> None:
    assert Proof(compared=10).holds
    assert not Proof(compared=10, missing=1).holds
    assert not Proof(compared=10, invented=1).holds
    assert not Proof(compared=10, beyond_consent=1).holds


def test_a_file_in_place_of_the_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo").write_text("a file")
    assert run(["demo", "--folder", str(tmp_path / "demo")]) == 2
    assert "is a file" in capsys.readouterr().err


def test_two_demos_do_not_share_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with own_folder(tmp_path / "demo"):
        assert run(["demo", "--folder", str(tmp_path / "demo")]) == 2
    assert "another demo is running" in capsys.readouterr().err


def test_ended_by_a_signal_it_leaves_no_emulator_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kwartier", "demo", "--folder", str(tmp_path / "demo")]
    demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    env_file = tmp_path / "demo" / "emulator.env"
    while not env_file.exists():
        assert demo.poll() is None
        time.sleep(0.02)
    address = re.search(r"FLUVIUS_SANDBOX_BASE_URL=(http://[^/]+)", env_file.read_text())
    assert address
    time.sleep(0.5)
    demo.terminate()
    assert demo.wait(timeout=60) != 0
    with pytest.raises(URLError):
        urlopen(f"{address[1]}/_emulator/health", timeout=5)
