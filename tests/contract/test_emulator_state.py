"""``--state``: refused at the start when it cannot be kept, and never lost in silence later."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from kwartier.emulator.server import run_emulator
from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import ConfigurationError
from support.emulators import FreshEmulator
from support.esco import Esco

EAN = "541440110000000001"


def test_it_is_there_from_the_start(fresh_emulator: FreshEmulator, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    fresh_emulator(state=state)
    assert b"mandates" in state.read_bytes()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "nowhere" / "state.json"
    with pytest.raises(ConfigurationError) as caught:
        EmulatorThread(state=state)
    assert str(caught.value) == (
        f"{state} cannot be written (No such file or directory); "
        "name a file in a folder that exists and that you may write to"
    )


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be read \(Is a directory\)"):
        EmulatorThread(state=tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"mandates", b"[]", b'{"name": "a-package"}', b"[" * 100_000, b'{"mandates":["\xff"]}'],
)
def test_somebody_elses_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"state\.json cannot be read"):
        EmulatorThread(state=state)
    assert state.read_bytes() == content


def test_a_refused_file_leaves_the_port_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            run_emulator(port=port, state=tmp_path)


def test_what_could_not_be_kept_is_a_500_did_not_happen_and_is_said(
    fresh_emulator: FreshEmulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    state = folder / "state.json"
    emulator = fresh_emulator(state=state)
    esco = Esco(emulator.env)
    assert esco.mock("KEPT", EAN).status == 200
    folder.rename(tmp_path / "gone")
    contract = emulator.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"]
    session = {
        "dataAccessContractNumber": contract,
        "referenceNumber": "LOST",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
    }
    with caplog.at_level(logging.ERROR):
        mandate = esco.mock("LOST", EAN)
        short_url = esco.post("/api/shortUrlIdentifier", session)
    assert (mandate.status, mandate.json["Code"]) == (500, "RequestContext.Missing")
    assert (short_url.status, short_url.json["Code"]) == (500, "ClientSession.CreateFailed")
    assert str(state).encode() not in mandate.content + short_url.content
    assert [record.getMessage() for record in caplog.records] == [
        f"the emulator failed at {call}: {state} cannot be written (No such file or directory); "
        "name a file in a folder that exists and that you may write to"
        for call in ("mock_mandate", "short_url")
    ]
    assert not any(record.exc_info for record in caplog.records)
    (tmp_path / "gone").rename(folder)
    assert esco.mandates(referenceNumber="LOST").status == 404
    assert esco.mandates(referenceNumber="KEPT").status == 200
    assert emulator.world.sandbox.short_urls.all() == []
