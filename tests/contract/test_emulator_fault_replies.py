"""Faults that spoil the reply to a call that was carried out: late, cut, reset, told twice."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from kwartier.emulator.faults import parse_faults
from kwartier.emulator.thread import EmulatorThread
from support.esco import Answer, Esco, ask_token, only_meter
from support.faults import FaultControl

EAN = "541440110000000001"

DAY = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


def energy(esco: Esco) -> Answer:
    return esco.energy(EAN, *DAY)


@pytest.mark.parametrize("calls", ["energy", "token"])
def test_a_reset_is_a_reset_and_nothing_comes_before_it(
    session: Esco, faulty: EmulatorThread, control: FaultControl, calls: str
) -> None:
    control.set(f"{calls}:reset=1x")
    with pytest.raises(ConnectionResetError):
        energy(session) if calls == "energy" else ask_token(faulty.env)
    assert control.injected() == {f"{calls}:reset=1x": 1}
    assert energy(session).status == ask_token(faulty.env).status == 200


def test_a_reset_takes_its_own_connection_and_no_other(
    session: Esco, faulty: EmulatorThread, control: FaultControl
) -> None:
    bystander = http.client.HTTPConnection(urlsplit(faulty.url).netloc, timeout=30)
    try:
        for _ in range(2):
            bystander.request("GET", "/_emulator/health")
            bystander.getresponse().read()
            own = bystander.sock
            control.set("energy:reset=3x")
            for _ in range(3):
                with pytest.raises(ConnectionResetError):
                    energy(session)
        bystander.request("GET", "/_emulator/health")
        assert bystander.getresponse().status == 200
        assert bystander.sock is own, "the same connection as before"
    finally:
        bystander.close()


def test_a_reset_breaks_an_encrypted_connection_off_without_a_goodbye(
    running_emulators: list[EmulatorThread],
) -> None:
    emulator = EmulatorThread(tls=True)
    running_emulators.append(emulator)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    where = urlsplit(emulator.url)
    assert where.hostname is not None
    assert where.port is not None
    emulator.world.faults.set(parse_faults("reset"))
    plain = socket.create_connection((where.hostname, where.port), timeout=30)
    with trusting.wrap_socket(plain, suppress_ragged_eofs=False) as connection:
        connection.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\n\r\n")
        untouched = connection.recv(65536)
        while not untouched.endswith(b"}"):
            untouched += connection.recv(65536)
        assert untouched.startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET /esco-sbx/v3/api/mandate HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises((ConnectionResetError, ssl.SSLEOFError)):
            connection.recv(65536)


@pytest.mark.parametrize("calls", ["energy", "token"])
def test_a_truncated_body_breaks_off_half_way_through_what_was_promised(
    session: Esco, faulty: EmulatorThread, control: FaultControl, calls: str
) -> None:
    control.set(f"{calls}:truncated-body=1x")
    with pytest.raises(http.client.IncompleteRead) as caught:
        energy(session) if calls == "energy" else ask_token(faulty.env)
    assert caught.value.expected is not None
    assert 0 <= caught.value.expected - len(caught.value.partial) <= 1
    assert control.injected() == {f"{calls}:truncated-body=1x": 1}
    assert energy(session).status == 200


@pytest.mark.parametrize("fault", ["slow-first-byte(10ms)", "slow-body(10ms)"])
def test_a_slow_reply_is_whole_once_it_has_come(
    session: Esco, control: FaultControl, fault: str
) -> None:
    undisturbed = energy(session)
    control.set(f"energy:{fault}")
    slow = energy(session)
    assert (slow.status, slow.content) == (200, undisturbed.content)
    assert slow.headers["content-length"] == undisturbed.headers["content-length"]
    assert control.injected() == {f"energy:{fault.replace('10ms', '0.01s')}": 1}


@pytest.fixture
def impatient(session: Esco) -> Iterator[http.client.HTTPConnection]:
    """A connection on which the mandates were asked for, and that waits 0.3 s for each part."""
    where = urlsplit(session.base)
    connection = http.client.HTTPConnection(where.netloc, timeout=0.3)
    connection.connect()
    yield connection
    connection.close()


def ask_mandates(connection: http.client.HTTPConnection, session: Esco) -> None:
    path = urlsplit(session.base).path
    connection.request("GET", f"{path}/api/mandate", headers=session.headers)


def test_of_a_slow_first_byte_nothing_comes_in_time(
    session: Esco, control: FaultControl, impatient: http.client.HTTPConnection
) -> None:
    control.set("mandate:slow-first-byte(2s)=1x")
    ask_mandates(impatient, session)
    with pytest.raises(TimeoutError):
        impatient.getresponse()
    assert control.injected() == {"mandate:slow-first-byte(2s)=1x": 1}
    assert session.mandates().status == 200, "others are served meanwhile"


def test_of_a_slow_body_the_head_comes_in_time_and_the_body_does_not(
    session: Esco, control: FaultControl, impatient: http.client.HTTPConnection
) -> None:
    control.set("mandate:slow-body(20s)=1x")
    ask_mandates(impatient, session)
    answer = impatient.getresponse()
    assert answer.status == 200
    with pytest.raises(TimeoutError):
        answer.read()
    assert session.mandates().status == 200, "others are served meanwhile"


def test_duplicate_slices_come_whole_and_beside_their_originals(
    session: Esco, control: FaultControl
) -> None:
    undisturbed = only_meter(energy(session))["quarterHourlyEnergy"]
    control.set("energy:duplicate-slices")
    answer = energy(session)
    told = only_meter(answer)["quarterHourlyEnergy"]
    assert len(told) == len(undisturbed) + 32 == 128
    assert [one for i, one in enumerate(told) if one not in told[:i]] == undisturbed
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert session.energy(EAN, "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z").status == 400
    assert control.injected() == {"energy:duplicate-slices": 1}, "a refusal has no slices"
