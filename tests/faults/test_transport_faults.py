"""The client against a server that misbehaves: what is asked again, what is not, what is said."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import uvloop

from kwartier.errors import InputError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    ClientSessionDataService,
    Environment,
    FluviusCredentials,
    FluviusEnergyClient,
    NoReplyError,
    RateLimitError,
    ServiceUnavailableError,
)
from kwartier.transport import (
    BrokenReplyError,
    ConnectFailedError,
    LostReplyError,
    ReplyTimeoutError,
    RetryPolicy,
)

MANDATES = b'{"data":{"mandates":[]},"_meta":{"fetchTime":"2025-01-08T09:15:00Z"}}'
SESSION = b'{"data":{"status":"success","shortUrlIdentifier":"ab"}}'
TOKEN = b'{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"T"}'

Answer = Callable[[socket.socket], None]


def answer(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> Answer:
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}"]
    head += ["Content-Type: application/json", "Connection: close", *headers]
    return lambda peer: peer.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body)


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def hang(peer: socket.socket) -> None:
    peer.recv(1)  # until the client gives up


@dataclass
class Misbehaving:
    """Answers API calls with the script's next line (its last one over and over), tokens always."""

    url: str
    listener: socket.socket
    script: list[Answer] = field(default_factory=lambda: [answer(200, MANDATES)])
    api_calls: list[bytes] = field(default_factory=list)
    token_calls: int = 0

    def serve(self) -> None:
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.converse, args=(peer,), daemon=True).start()

    def converse(self, peer: socket.socket) -> None:
        with peer:
            request = _whole_request(peer)
            if b"/token" in request.split(b"\r\n", 1)[0]:
                self.token_calls += 1
                answer(200, TOKEN.replace(b'"T"', b'"T%d"' % self.token_calls))(peer)
                return
            turn = min(len(self.api_calls), len(self.script) - 1)
            self.api_calls.append(request)
            self.script[turn](peer)


def _whole_request(peer: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        request += peer.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += peer.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("FLUVIUS_SANDBOX_BASE_URL", f"{url}/esco-sbx/v3")
        monkeypatch.setenv("FLUVIUS_TOKEN_URL", f"{url}/tenant/oauth2/v2.0/token")
        server = Misbehaving(url, listener)
        threading.Thread(target=server.serve, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


CREDENTIALS = FluviusCredentials(
    subscription_key="api-key",
    client_id="client",
    tenant_id="tenant",
    scope="api://x/.default",
    client_secret="api-secret",
    data_access_contract_number="1",
)
SETTINGS: dict[str, Any] = {
    "credentials": CREDENTIALS,
    "environment": Environment.SANDBOX,
    "timeout": 0.4,
    "retry": RetryPolicy(attempts=3, base=0.001),
}
POST: dict[str, Any] = {
    "reference_number": "R-1",
    "flow": "B2C",
    "data_services": [ClientSessionDataService(data_service_type="VH_dag")],
}

Ask = Callable[..., Any]


def ask_blocking(name: str, **arguments: Any) -> Any:
    with FluviusEnergyClient(**SETTINGS) as client:
        return getattr(client, name)(**arguments)


def ask_async(name: str, **arguments: Any) -> Any:
    async def ask() -> Any:
        async with AsyncFluviusEnergyClient(**SETTINGS) as client:
            return await getattr(client, name)(**arguments)

    return uvloop.run(ask())


@pytest.fixture(params=[ask_blocking, ask_async], ids=["blocking", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    asking: Ask = request.param
    return asking


TRUNCATED = answer(200, MANDATES[:30], length=len(MANDATES))
CUT_JSON = answer(200, MANDATES[:30])
HTML = answer(200, b"<html>")
NOT_UTF8 = answer(200, MANDATES.replace(b"mandates", b"\xff"))
UNAVAILABLE = answer(503, b'{"Type":"T","Code":"C","Message":"M"}')


@pytest.mark.parametrize(
    "fault",
    [
        reset,
        hang,
        TRUNCATED,
        CUT_JSON,
        HTML,
        UNAVAILABLE,
        answer(502),
        answer(504),
        answer(429, b"", "Retry-After: 0"),
        answer(200, b"\x1f\x8bnonsense", "Content-Encoding: gzip"),
    ],
    ids=[
        "reset", "slow", "truncated", "cut JSON", "HTML", "503", "502", "504", "429", "bad gzip",
    ],
)  # fmt: skip
def test_a_question_is_asked_again_until_it_is_answered(
    server: Misbehaving, ask: Ask, fault: Answer
) -> None:
    server.script = [fault, fault, answer(200, MANDATES)]
    assert ask("get_mandates").data.mandates == []
    assert len(server.api_calls) == 3
    assert server.token_calls == 1


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (reset, LostReplyError),
        (hang, ReplyTimeoutError),
        (TRUNCATED, (LostReplyError, BrokenReplyError)),
        (CUT_JSON, BrokenReplyError),
    ],
    ids=["reset", "slow", "truncated", "cut JSON"],
)
def test_a_post_whose_reply_is_lost_is_never_sent_twice(
    server: Misbehaving, ask: Ask, fault: Answer, cause: type[Exception]
) -> None:
    server.script = [fault, answer(200, SESSION)]
    with pytest.raises(NoReplyError) as caught:
        ask("create_client_session", **POST)
    assert isinstance(caught.value.__cause__, cause)
    assert len(server.api_calls) == 1


@pytest.mark.parametrize("status", [502, 504])
def test_a_post_that_a_gateway_lost_is_never_sent_twice(
    server: Misbehaving, ask: Ask, status: int
) -> None:
    server.script = [answer(status), answer(200, SESSION)]
    with pytest.raises(Exception, match=str(status)):
        ask("create_client_session", **POST)
    assert len(server.api_calls) == 1


@pytest.mark.parametrize("fault", [UNAVAILABLE, answer(429, b"", "Retry-After: 0")])
def test_a_post_that_was_turned_away_is_sent_again(
    server: Misbehaving, ask: Ask, fault: Answer
) -> None:
    server.script = [fault, answer(200, SESSION)]
    assert ask("create_client_session", **POST).data.short_url_identifier == "ab"
    assert len(server.api_calls) == 2


def test_one_401_brings_a_new_token(server: Misbehaving, ask: Ask) -> None:
    server.script = [answer(401), answer(200, MANDATES)]
    ask("get_mandates")
    assert server.token_calls == 2
    assert [b"bearer t1" in call.lower() for call in server.api_calls] == [True, False]
    assert b"bearer t2" in server.api_calls[1].lower()


def test_a_second_401_is_an_error(server: Misbehaving, ask: Ask) -> None:
    server.script = [answer(401, b'{"statusCode":401,"message":"Access denied"}')]
    with pytest.raises(AuthenticationError, match="Access denied"):
        ask("get_mandates")
    assert len(server.api_calls) == 2


def test_attempts_are_bounded_and_the_last_refusal_is_told(server: Misbehaving, ask: Ask) -> None:
    server.script = [UNAVAILABLE]
    with pytest.raises(ServiceUnavailableError) as caught:
        ask("get_mandates")
    assert (caught.value.type, caught.value.code, caught.value.status) == ("T", "C", 503)
    assert len(server.api_calls) == 3


def test_a_pause_longer_than_the_time_there_is_is_not_begun(server: Misbehaving, ask: Ask) -> None:
    server.script = [answer(429, b"", "Retry-After: 3600")]
    with pytest.raises(RateLimitError):
        ask("get_mandates")
    assert len(server.api_calls) == 1


def test_nobody_listening(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("FLUVIUS_SANDBOX_BASE_URL", url)
    monkeypatch.setenv("FLUVIUS_TOKEN_URL", url)
    with pytest.raises(NoReplyError) as caught:
        ask("get_mandates")
    assert isinstance(caught.value.__cause__, ConnectFailedError)
    assert caught.value.is_transient


def test_a_proxy_does_not_come_between_us_and_this_machine(
    server: Misbehaving, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask("get_mandates").data.mandates == []


def test_many_at_once_fetch_one_token(server: Misbehaving) -> None:
    async def ask_many() -> None:
        async with AsyncFluviusEnergyClient(**SETTINGS) as client:
            await asyncio.gather(*(client.get_mandates() for _ in range(12)))

    asyncio.run(ask_many())
    assert server.token_calls == 1
    assert len(server.api_calls) == 12


def test_threads_share_one_token(server: Misbehaving) -> None:
    with FluviusEnergyClient(**SETTINGS) as client:
        threads = [threading.Thread(target=client.get_mandates) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.token_calls == 1
    assert len(server.api_calls) == 6


def test_a_cancelled_request_leaves_the_client_usable(server: Misbehaving) -> None:
    server.script = [hang, answer(200, MANDATES)]

    async def cancel_one_and_ask_again() -> Any:
        async with AsyncFluviusEnergyClient(**{**SETTINGS, "timeout": 20}) as client:
            first = asyncio.ensure_future(client.get_mandates())
            while not server.api_calls:
                await asyncio.sleep(0.005)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            return await client.get_mandates()

    began = time.monotonic()
    assert asyncio.run(cancel_one_and_ask_again()).data.mandates == []
    assert time.monotonic() - began < 15, "the cancelled request was waited for"


def test_secrets_stay_out_of_errors(server: Misbehaving, ask: Ask) -> None:
    server.script = [reset]
    with pytest.raises(NoReplyError) as caught:
        ask("get_energy", ean="541440110000000001", period_type="readTime",
            from_date="2026-11-01", to_date="2026-11-02")  # fmt: skip
    told = without_source(caught.value)
    assert "ConnectError" in told, "the HTTP library's own error is chained"
    for secret in ("541440110000000001", "api-secret", "Bearer", "api-key"):
        assert secret not in told


@pytest.mark.parametrize("fault", [reset, hang, TRUNCATED])
def test_metering_points_stay_out_of_tracebacks(
    server: Misbehaving, ask: Ask, fault: Answer
) -> None:
    server.script = [fault]
    with pytest.raises(NoReplyError) as caught:
        ask("get_mandates", ean="541440110000000001")
    assert "541440110000000001" not in without_source(caught.value)


def without_source(error: BaseException | None) -> str:
    told = ""
    while error is not None:
        told += f"{error} {error!r} {vars(error)} "
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1.0},
        {"timeout": float("inf")},
        {"timeout": float("nan")},
        {"requests_per_second": 0},
        {"requests_per_second": -5},
    ],
)
@pytest.mark.parametrize("kind", [FluviusEnergyClient, AsyncFluviusEnergyClient])
def test_settings_that_cannot_be_meant_are_refused(
    server: Misbehaving, kind: Any, settings: dict[str, Any]
) -> None:
    (name,) = settings
    with pytest.raises(InputError, match=name):
        kind(**{**SETTINGS, **settings})
    assert server.token_calls == 0


def test_a_reply_with_damaged_headers_is_asked_for_again(server: Misbehaving, ask: Ask) -> None:
    server.script = [answer(200, MANDATES, "X-Remark: \xff"), answer(200, MANDATES)]
    assert ask("get_mandates").data.mandates == []
    assert len(server.api_calls) == 2


def test_a_post_whose_reply_has_damaged_headers_is_never_sent_twice(
    server: Misbehaving, ask: Ask
) -> None:
    server.script = [answer(200, SESSION, "X-Remark: \xff")]
    with pytest.raises(NoReplyError, match="headers"):
        ask("create_client_session", **POST)
    assert len(server.api_calls) == 1


def test_a_closed_client_says_so(server: Misbehaving) -> None:
    client = FluviusEnergyClient(**SETTINGS)
    client.close()
    with pytest.raises(NoReplyError, match="closed"):
        client.get_mandates()


def test_the_body_of_a_post_arrives_whole(server: Misbehaving, ask: Ask) -> None:
    server.script = [answer(200, SESSION)]
    ask("create_client_session", **POST)
    sent = msgspec.json.decode(server.api_calls[0].partition(b"\r\n\r\n")[2])
    assert sent == {
        "dataAccessContractNumber": "1",
        "referenceNumber": "R-1",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
    }
