"""The real client against the emulator's faults: what is asked again and fine, what ends as which
error, and that a POST whose reply is lost is never sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvloop

from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    ClientSessionDataService,
    Environment,
    FluviusAPIError,
    FluviusEnergyClient,
    ForbiddenError,
    NoReplyError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
)
from kwartier.transport import RetryPolicy
from support.emulators import FROZEN_AT
from support.esco import Esco
from support.faults import FaultControl

EAN = "541440110000000001"
SETTINGS: dict[str, Any] = {
    "environment": Environment.SANDBOX,
    "retry": RetryPolicy(attempts=3, base=0.001),
    "requests_per_second": 1_000,
}
PATIENT, IMPATIENT = 20.0, 0.4
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "mandate": ("get_mandates", {}),
    "energy": (
        "get_energy",
        {
            "ean": EAN,
            "period_type": "readTime",
            "from_date": "2026-11-01",
            "to_date": "2026-11-02",
        },
    ),
    "short-url": (
        "create_client_session",
        {
            "reference_number": "R-1",
            "flow": "B2C",
            "data_services": [ClientSessionDataService(data_service_type="VH_dag")],
        },
    ),
    "mock": (
        "create_mock_mandate",
        {
            "reference_number": "R-2",
            "ean": EAN,
            "data_service_type": "VH_dag",
            "data_period_from": "2026-01-01",
            "status": "Approved",
        },
    ),
}

Ask = Callable[[str, str], Any]
"""Makes one of the ``REQUESTS`` while a fault is due; only a long one is not waited for."""


@pytest.fixture(scope="module")
def emulator_of_this_file(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    emulator = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(emulator)
    Esco(emulator.env).mock("R-0", EAN)
    return emulator


@pytest.fixture
def faults(
    emulator_of_this_file: EmulatorThread, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultControl]:
    """The faults of an emulator to which the environment leads; none at the beginning."""
    for name, value in emulator_of_this_file.env.items():
        monkeypatch.setenv(name, value)
    control = FaultControl(emulator_of_this_file.url)
    control.clear()
    yield control
    control.clear()


def settings(fault: str) -> dict[str, Any]:
    return {**SETTINGS, "timeout": IMPATIENT if "(30s)" in fault else PATIENT}


def ask_blocking(calls: str, fault: str) -> Any:
    method, arguments = REQUESTS[calls]
    with FluviusEnergyClient(**settings(fault)) as client:
        return getattr(client, method)(**arguments)


def ask_async(calls: str, fault: str) -> Any:
    async def ask() -> Any:
        method, arguments = REQUESTS[calls]
        async with AsyncFluviusEnergyClient(**settings(fault)) as client:
            return await getattr(client, method)(**arguments)

    return uvloop.run(ask())


@pytest.fixture(params=[ask_blocking, ask_async], ids=["blocking", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    asking: Ask = request.param
    return asking


Expected = tuple[type[FluviusAPIError] | None, int]
"""What it ends with (None: an answer), and how many times it was sent."""

EITHER: dict[str, Expected] = {
    "401=1x": (None, 2),
    "401": (AuthenticationError, 2),
    "403": (ForbiddenError, 1),
    "429=2x": (None, 3),
    "429(retry-after=0)=1x": (None, 2),
    "429(retry-after-date=0)=1x": (None, 2),
    "429": (RateLimitError, 3),
    "429(retry-after=3600)": (RateLimitError, 1),
    "429(retry-after-date=3600)": (RateLimitError, 1),
    "500": (ServerError, 1),
    "503(market)=1x,503(mandate)=1x": (None, 3),
    "503(measurement)=2x": (None, 3),
    "503(retry-after=0)=1x": (None, 2),
    "503": (ServiceUnavailableError, 3),
    "slow-first-byte(10ms)": (None, 1),
    "slow-body(10ms)": (None, 1),
}
"""Alike for questions and orders: these refusals say that the call was not carried out."""

OF_QUESTIONS: dict[str, Expected] = {
    "slow-first-byte(30s)=1x": (None, 2),
    "slow-body(30s)=1x": (None, 2),
    "truncated-body=2x": (None, 3),
    "truncated-body": (NoReplyError, 3),
    "reset=2x": (None, 3),
    "reset": (NoReplyError, 3),
    "reset=1x,503=1x": (None, 3),
}
OF_ORDERS: dict[str, Expected] = {
    "slow-body(30s)": (NoReplyError, 1),
    "truncated-body": (NoReplyError, 1),
    "503=1x,reset=1x": (NoReplyError, 2),
}
OF_TOKENS: dict[str, type[FluviusAPIError] | None] = {
    "503=2x": None,
    "503": ServiceUnavailableError,
    "429(retry-after=0)=2x": None,
    "429(retry-after=3600)": RateLimitError,
    "500": ServerError,
    "401": AuthenticationError,
    "403": AuthenticationError,
    "slow-first-byte(30s)=1x": None,
    "slow-body(30s)=1x": None,
    "truncated-body=2x": None,
    "reset=2x": None,
    "reset": NoReplyError,
}


def cases(
    calls: tuple[str, ...], table: dict[str, Expected]
) -> list[tuple[str, str, type[FluviusAPIError] | None, int]]:
    return [(one, fault, *expected) for one in calls for fault, expected in table.items()]


@pytest.mark.parametrize(
    ("calls", "fault", "error", "sent"),
    [
        *cases(tuple(REQUESTS), EITHER),
        *cases(("energy",), OF_QUESTIONS),
        *cases(("mock",), OF_ORDERS),
    ],
)
def test_what_becomes_of_a_call(
    faults: FaultControl,
    ask: Ask,
    calls: str,
    fault: str,
    error: type[FluviusAPIError] | None,
    sent: int,
) -> None:
    faults.set(f"{calls}:{fault}")
    if error is None:
        assert ask(calls, fault).data is not None
    else:
        with pytest.raises(FluviusAPIError) as caught:
            ask(calls, fault)
        assert type(caught.value) is error
    assert faults.seen() == sent


@pytest.mark.parametrize(("fault", "error"), OF_TOKENS.items())
def test_what_becomes_of_a_call_when_the_token_endpoint_is_down(
    faults: FaultControl, ask: Ask, fault: str, error: type[FluviusAPIError] | None
) -> None:
    faults.set(f"token:{fault}")
    if error is None:
        assert ask("short-url", fault).data.short_url_identifier
    else:
        with pytest.raises(FluviusAPIError) as caught:
            ask("short-url", fault)
        assert type(caught.value) is error
    assert faults.told()["injected"] >= 1


def test_a_time_out_after_a_time_out_is_an_error(faults: FaultControl, ask: Ask) -> None:
    fault = "slow-first-byte(30s)=1x,slow-body(30s)=2x"
    faults.set(f"mandate:{fault}")
    with pytest.raises(NoReplyError):
        ask("mandate", fault)
    assert faults.seen() == 3


@pytest.mark.parametrize(
    "fault", ["slow-first-byte(30s)", "slow-body(30s)", "truncated-body", "reset"]
)
def test_an_order_whose_reply_is_lost_is_carried_out_once(
    emulator_of_this_file: EmulatorThread, faults: FaultControl, ask: Ask, fault: str
) -> None:
    sessions = emulator_of_this_file.world.sandbox.short_urls
    before = len(sessions.all())
    faults.set(f"short-url:{fault}")
    with pytest.raises(NoReplyError):
        ask("short-url", fault)
    assert len(sessions.all()) == before + 1
    assert faults.seen() == 1


def test_slices_that_come_twice_are_in_the_table_once(faults: FaultControl) -> None:
    _, asked = REQUESTS["energy"]
    span = {"ean": EAN, "from_date": "2026-10-20", "to_date": "2026-11-10"}
    with FluviusEnergyClient(**SETTINGS) as client:
        undisturbed = client.energy_table(**span)
        faults.set("energy:duplicate-slices")
        assert client.energy_table(**span).drop(["fetched_at"]) == undisturbed.drop(["fetched_at"])
        assert client.get_energy(**asked).data.headpoint is not None
    assert faults.seen() == faults.told()["injected"] == 2


def test_many_calls_at_once_outlive_a_mix_of_faults(faults: FaultControl) -> None:
    faults.set(
        "mandate:503(mandate)=4%,429(retry-after=0)=4%,reset=4%,truncated-body=4%,"
        "slow-first-byte(20ms)=4%; token:503=1x,reset=1x"
    )

    async def ask_often() -> list[int]:
        patient = {**SETTINGS, "retry": RetryPolicy(attempts=8, base=0.001), "timeout": PATIENT}
        async with AsyncFluviusEnergyClient(**patient) as client:
            replies = await asyncio.gather(*(client.get_mandates() for _ in range(150)))
        return [len(reply.data.mandates) for reply in replies]

    assert len(set(asyncio.run(ask_often()))) == 1
    met = faults.injected()
    assert all(met.values()), met
