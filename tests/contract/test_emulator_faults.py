"""Faults as any client meets them: each as documented, where it was asked for, and counted."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kwartier.emulator.faults import FaultName, parse_faults
from kwartier.emulator.faults.plan import NAMED_CALLS
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT
from support.esco import Answer, Esco, ask_token, only_meter, send
from support.faults import FaultControl

EAN = "541440110000000001"
PAGE = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text("utf-8")
DAY = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


@pytest.fixture(scope="module")
def faulty(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator of this file's own."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def control(faulty: EmulatorThread) -> Iterator[FaultControl]:
    """Its faults, none at the beginning and none at the end."""
    control = FaultControl(faulty.url)
    control.clear()
    yield control
    control.clear()


@pytest.fixture
def session(faulty: EmulatorThread, control: FaultControl) -> Esco:
    esco = Esco(faulty.env)
    assert esco.mock("FAULTS", EAN).status == 200
    return esco


def short_url(esco: Esco) -> Answer:
    return esco.post("/api/shortUrlIdentifier", {})


def energy(esco: Esco) -> Answer:
    return esco.energy(EAN, *DAY)


CALLS: dict[str, Callable[[Esco], Answer]] = {
    "short-url": short_url,
    "mandate": Esco.mandates,
    "energy": energy,
    "mock": lambda esco: esco.mock("FAULTS", EAN),
}


@pytest.mark.parametrize("calls", CALLS)
@pytest.mark.parametrize(
    ("fault", "type_", "code"),
    [
        ("500", "MissingRequestContextException", "RequestContext.Missing"),
        *(
            (
                f"503({name.lower()})",
                f"{name}ResourceUnavailableException",
                f"DependentResource.{name}.Unavailable",
            )
            for name in ("Market", "Mandate", "Measurement")
        ),
    ],
)
def test_a_failure_of_the_api_has_its_documented_body(
    session: Esco, control: FaultControl, calls: str, fault: str, type_: str, code: str
) -> None:
    if (calls, fault) == ("short-url", "500"):
        type_, code = "ClientSessionCreationException", "ClientSession.CreateFailed"
    control.set(f"{calls}:{fault}=1x")
    refused = CALLS[calls](session)
    assert refused.status == int(fault[:3])
    assert refused.headers["content-type"] == "application/json"
    assert "retry-after" not in refused.headers
    assert (refused.json["Type"], refused.json["Code"]) == (type_, code)
    assert list(refused.json) == ["Type", "Code", "Message"]
    assert control.injected() == {f"{calls}:{fault}=1x": 1}
    assert CALLS[calls](session).status in (200, 400), "the call after it is answered"


@pytest.mark.parametrize(
    ("calls", "resource"),
    [("short-url", "Market"), ("mandate", "Mandate"), ("energy", "Measurement")],
)
def test_a_plain_503_tells_of_the_system_behind_the_call(
    session: Esco, control: FaultControl, calls: str, resource: str
) -> None:
    control.set(f"{calls}:503")
    assert CALLS[calls](session).json["Code"] == f"DependentResource.{resource}.Unavailable"


def test_error_bodies_follow_the_casing_that_was_chosen(
    running_emulators: list[EmulatorThread],
) -> None:
    emulator = EmulatorThread(error_casing=ErrorCasing.CAMEL)
    running_emulators.append(emulator)
    FaultControl(emulator.url).set("503=1x,429=1x")
    answers = [send(f"{emulator.env['FLUVIUS_BASE_URL']}/api/mandate") for _ in range(2)]
    assert list(answers[0].json) == ["type", "code", "message"]
    assert list(answers[1].json) == ["statusCode", "message"]


@pytest.mark.parametrize("status", [401, 403, 429])
def test_the_gateways_refusals_have_the_gateways_body(
    session: Esco, control: FaultControl, status: int
) -> None:
    control.set(f"energy:{status}")
    refused = energy(session)
    assert refused.status == refused.json["statusCode"] == status
    assert refused.json["message"]
    assert ("www-authenticate" in refused.headers) is (status == 401)
    assert "retry-after" not in refused.headers


@pytest.mark.parametrize("fault", ["429", "503"])
def test_when_to_try_again_is_told_in_seconds_or_as_a_date_of_the_servers_own_time(
    session: Esco, control: FaultControl, fault: str
) -> None:
    control.set(f"energy:{fault}(retry-after=7)=1x,{fault}(retry-after-date=7)=1x")
    assert energy(session).headers["retry-after"] == "7"
    dated = energy(session).headers
    told, now = (parsedate_to_datetime(dated[name]) for name in ("retry-after", "date"))
    assert (told - now).total_seconds() == 7
    assert energy(session).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("401", 401, "invalid_client"),
        ("403", 403, "access_denied"),
        ("429(retry-after=3)", 429, "temporarily_unavailable"),
        ("500", 500, "server_error"),
        ("503", 503, "temporarily_unavailable"),
    ],
)
def test_the_token_endpoint_fails_in_entras_words(
    faulty: EmulatorThread, control: FaultControl, fault: str, status: int, error: str
) -> None:
    control.set(f"token:{fault}=1x")
    refused = ask_token(faulty.env)
    assert (refused.status, refused.json["error"]) == (status, error)
    (number,) = refused.json["error_codes"]
    assert refused.json["error_description"].startswith(f"AADSTS{number}: ")
    assert list(refused.json)[-3:] == ["timestamp", "trace_id", "correlation_id"]
    assert refused.headers.get("retry-after") == ("3" if "retry" in fault else None)
    assert ask_token(faulty.env).status == 200


def test_a_fault_of_the_token_endpoint_spares_the_api(
    session: Esco, control: FaultControl, faulty: EmulatorThread
) -> None:
    control.set("token:503")
    assert energy(session).status == 200
    assert ask_token(faulty.env).status == 503


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
