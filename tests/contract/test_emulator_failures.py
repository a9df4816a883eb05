"""When the emulator itself breaks: the documented error bodies, and nothing of its insides."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

import pytest

from kwartier.fluvius import Environment, FluviusEnergyClient, ServerError, ServiceUnavailableError
from support.emulators import FreshEmulator
from support.esco import Esco, ask_token, send

EAN = "541440110000000001"
SESSION = {
    "referenceNumber": "REF-1",
    "flow": "B2C",
    "dataServices": [{"dataServiceType": "VH_dag"}],
}


def breaks(*_arguments: Any, **_named: Any) -> NoReturn:
    raise ZeroDivisionError("the inside of the emulator")


def test_a_broken_register_is_the_documented_500(
    fresh_emulator: FreshEmulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    for broken in ("find", "opening", "put"):
        monkeypatch.setattr(emulator.world.sandbox.mandates, broken, breaks)
    window = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")
    with caplog.at_level(logging.CRITICAL):
        answers = [esco.mandates(), esco.energy(EAN, *window), esco.mock("REF-1", EAN)]
    for answer in answers:
        assert answer.status == 500
        assert list(answer.json) == ["Type", "Code", "Message"]
        assert answer.json["Type"] == "MissingRequestContextException"
        assert answer.json["Code"] == "RequestContext.Missing"
        assert answer.headers["content-type"] == "application/json"
        assert b"inside" not in answer.content
        assert b"Traceback" not in answer.content


def test_a_session_that_cannot_be_made_is_its_own_500(
    fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    monkeypatch.setattr(emulator.world.sandbox.short_urls, "create", breaks)
    contract = {"dataAccessContractNumber": emulator.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"]}
    answer = esco.post("/api/shortUrlIdentifier", {**SESSION, **contract})
    assert answer.status == 500
    assert answer.json["Type"] == "ClientSessionCreationException"
    assert answer.json["Code"] == "ClientSession.CreateFailed"
    assert b"inside" not in answer.content


def test_other_endpoints_answer_json_too(
    fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    monkeypatch.setattr(emulator.world.tokens, "issue", breaks)
    answer = ask_token(emulator.env)
    assert (answer.status, answer.json["statusCode"]) == (500, 500)
    assert b"inside" not in answer.content
    assert send(f"{emulator.url}/_emulator/health").status == 200


def test_the_client_tells_such_a_failure_as_its_own_error(
    fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = fresh_emulator()
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(emulator.world.sandbox.mandates, "find", breaks)
    with (
        FluviusEnergyClient(environment=Environment.SANDBOX) as client,
        pytest.raises(ServerError) as caught,
    ):
        client.get_mandates()
    assert not isinstance(caught.value, ServiceUnavailableError)
    assert caught.value.code == "RequestContext.Missing"


@pytest.mark.parametrize("path", ["/api/shortUrlIdentifier", "/api/mandate/mock"])
def test_a_body_nested_beyond_reason_is_refused(esco: Esco, path: str) -> None:
    for content in (b"[" * 100_000, b'{"ean":' + b"[" * 100_000):
        answer = esco.post(path, content)
        assert (answer.status, answer.json["Code"]) == (400, "ModelValidation.Failed")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 200),
        ("text/json", 200),
        ("application/vnd.esco+json", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_the_media_types_of_bodies(esco: Esco, content_type: str, status: int) -> None:
    body = {"referenceNumber": "MEDIA", "ean": EAN, "dataServiceType": "IG"}
    assert esco.post("/api/mandate/mock", body, content_type).status == status
