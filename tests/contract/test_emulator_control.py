"""The emulator's own endpoints, its process, and its files."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.errors import KwartierError
from support.emulators import FreshEmulator
from support.esco import Esco, send

EAN = "541440110000000001"

RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from kwartier.emulator.server import run_emulator
run_emulator(
    port=0, clock=datetime(2026, 11, 20, 12, tzinfo=UTC), speed=0, env_file=Path(sys.argv[1]),
    announce=lambda line: print(line, flush=True),
)
print("stopped cleanly", flush=True)
"""


def test_health_tells_clock_and_seed(emulator: EmulatorThread) -> None:
    assert send(f"{emulator.url}/_emulator/health").json == {
        "status": "ok",
        "clock": "2026-11-20T12:00:00Z",
        "seed": 1,
    }


def test_the_clock_can_be_moved_and_set_going(fresh_emulator: FreshEmulator) -> None:
    url = f"{fresh_emulator().url}/_emulator/clock"
    assert send(url).json == {"now": "2026-11-20T12:00:00Z", "speed": 0.0}
    moved = send(url, "PUT", content=b'{"now": "2026-12-05T06:00:00Z"}')
    assert moved.json == {"now": "2026-12-05T06:00:00Z", "speed": 0.0}
    running = send(url, "PUT", content=b'{"now": "2026-12-05T06:00:00Z", "speed": 2}')
    assert running.json["speed"] == 2


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"now": "later"}', b'{"now": "2026-12-05", "speed": -1}']
)
def test_a_clock_that_cannot_be_set_is_left_alone(
    fresh_emulator: FreshEmulator, content: bytes
) -> None:
    url = f"{fresh_emulator().url}/_emulator/clock"
    assert send(url, "PUT", content=content).status == 400
    assert send(url).json["now"] == "2026-11-20T12:00:00Z"


@pytest.mark.parametrize(
    ("now", "instant"),
    [
        ("2026-12-01", "2026-11-30T23:00:00Z"),
        ("2026-07-01T08:00:00", "2026-07-01T06:00:00Z"),
        ("2026-07-01T08:00:00Z", "2026-07-01T08:00:00Z"),
    ],
)
def test_a_time_without_zone_is_brussels(
    fresh_emulator: FreshEmulator, now: str, instant: str
) -> None:
    url = f"{fresh_emulator().url}/_emulator/clock"
    assert send(url, "PUT", content=f'{{"now": "{now}"}}'.encode()).json["now"] == instant


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("events", b'{"kind":"contract-ended"}'),
        ("faults", b'{"spec":"*:503"}'),
        ("mandates", b"{}"),
        ("certificates", b""),
    ],
)
def test_no_other_website_lets_a_browser_change_the_world(
    emulator: EmulatorThread, path: str, body: bytes
) -> None:
    url = f"{emulator.url}/_emulator/{path}"
    before = list(emulator.world.events)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = send(url, "POST", content=body, headers={"content-type": "text/plain", **headers})
        assert refused.status == 403
        assert "another website" in refused.json["error"]
    assert emulator.world.events == before
    assert emulator.world.faults.spec == ""


def test_the_truth_is_an_arrow_stream(emulator: EmulatorThread, esco: Esco) -> None:
    esco.mock("TRUTH", EAN)
    answer = send(f"{emulator.url}/_emulator/truth?ean={EAN}&ean=541441000000000001")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(answer.content).read_all()
    assert set(table["ean"].unique().to_pylist()) == {EAN, "541441000000000001"}
    assert set(table["unit"].unique().to_pylist()) == {"kWh", "m3"}
    assert table["value"].null_count == 0
    url = f"{emulator.url}/_emulator/truth?ean=541441000000000001"
    later = pa.ipc.open_stream(send(f"{url}&since=2026-11-10T05:00:00Z").content).read_all()
    assert min(later["start"].to_pylist()) == datetime(2026, 11, 10, 5, tzinfo=UTC)
    assert send(f"{url}&since=then").status == 400
    assert send(f"{emulator.url}/_emulator/truth").status == 400
    assert send(f"{emulator.url}/_emulator/truth?ean=1").status == 400


def test_unknown_paths_are_the_gateways_404(emulator: EmulatorThread, esco: Esco) -> None:
    for url in (f"{emulator.url}/", f"{esco.base}/api/nothing"):
        answer = send(url, headers=esco.headers)
        assert answer.status == 404
        assert answer.json["statusCode"] == 404


def test_a_stopped_emulator_frees_its_port() -> None:
    first = EmulatorThread(clock=datetime(2026, 11, 20, tzinfo=UTC))
    port = int(first.url.rpartition(":")[2])
    first.stop()
    first.stop()
    with EmulatorThread(clock=datetime(2026, 11, 20, tzinfo=UTC), port=port) as second:
        assert second.url == first.url
        assert send(f"{second.url}/_emulator/health").status == 200


def test_hundreds_of_connections_are_served_at_once(emulator: EmulatorThread) -> None:
    where = urlsplit(emulator.url)
    address = (where.hostname or "", where.port or 0)
    kept = [socket.create_connection(address, timeout=10) for _ in range(300)]
    try:
        for connection in kept:
            connection.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert all(connection.recv(4096).startswith(b"HTTP/1.1 200") for connection in kept)
    finally:
        for connection in kept:
            connection.close()


def test_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KwartierError) as caught:
            EmulatorThread(port=port)
    assert str(caught.value) == (
        f"the emulator cannot listen on 127.0.0.1 port {port} (Address already in use); "
        "choose another with --port (0 takes a free one) or --host"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    env_file = tmp_path / "emulator.env"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(env_file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    while "Ctrl-C" not in process.stdout.readline():
        pass
    variables = dict(each.split("=", 1) for each in env_file.read_text().splitlines())
    assert variables["KWARTIER_CLOCK"] == "2026-11-20T12:00:00Z"
    origin = variables["FLUVIUS_SANDBOX_BASE_URL"].removesuffix("/esco-sbx/v3")
    assert origin in line
    assert send(f"{origin}/_emulator/health").json["status"] == "ok"
    assert Esco(variables).mandates().status == 404
    process.send_signal(number)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert rest.endswith("stopped cleanly\n")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["emulator-keys", "emulator.env"]
