"""Faults that refuse a call, as any client meets them: each in the documented words."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

import pytest

from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.thread import EmulatorThread
from support.esco import Answer, Esco, ask_token, send
from support.faults import FaultControl

EAN = "541440110000000001"

DAY = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


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
