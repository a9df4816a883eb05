"""When the service says that it is ready; what it waits for; that it is alone."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.errors import ConfigurationError, KwartierError
from kwartier.serve import Readiness, ServedAlreadyError, ServiceClock, alone_on
from kwartier.serve.clock import LONGEST_NAP
from kwartier.serve.contact import Contact
from kwartier.serve.stopping import StoppedError, unless_stopped
from kwartier.store import open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ServiceClock:
    monkeypatch.setenv("KWARTIER_CLOCK", "2026-11-20T12:00:00Z")
    return ServiceClock()


def checks(path: Path, contact: Contact, clock: ServiceClock) -> dict[str, tuple[bool, str]]:
    contacts = {"fluvius": contact, "eneco": Contact(synced_at=NOW, accepted=True)}
    readiness = Readiness(open_store(path), contacts, clock, within=HOUR)
    found = asyncio.run(readiness.checks())
    others = [check for check in found if check.provider == "eneco"]
    assert all(check.is_met for check in others), "each provider is judged by itself"
    return {check.name: (check.is_met, check.says) for check in found if check not in others}


def test_all_is_well(tmp_path: Path, clock: ServiceClock) -> None:
    open_store(tmp_path / "it.duckdb", create=True)
    contact = Contact(synced_at=NOW - HOUR, accepted=True)
    found = checks(tmp_path / "it.duckdb", contact, clock)
    assert all(is_met for is_met, _ in found.values())
    assert list(found) == ["store", "sync", "credentials"]


def test_each_thing_that_is_wrong_is_told_with_its_reason(
    tmp_path: Path, clock: ServiceClock
) -> None:
    (tmp_path / "it.duckdb").write_text("something else altogether")
    contact = Contact(synced_at=NOW - 2 * HOUR, accepted=False, error="the secret has expired")
    found = checks(tmp_path / "it.duckdb", contact, clock)
    assert not any(is_met for is_met, _ in found.values())
    assert "is not a store" in found["store"][1]
    assert found["sync"][1] == "the last one succeeded 2h ago, allowed are 1h"
    assert found["credentials"][1] == "the secret has expired"


def test_before_the_first_answer_it_is_not_ready(tmp_path: Path, clock: ServiceClock) -> None:
    open_store(tmp_path / "it.duckdb", create=True)
    found = checks(tmp_path / "it.duckdb", Contact(), clock)
    assert [name for name, (is_met, _) in found.items() if not is_met] == ["sync", "credentials"]


def test_where_the_clock_stands_still_waiting_goes_on(clock: ServiceClock) -> None:
    first, then = clock.moment(), clock.moment()
    while then.waited == first.waited:
        then = clock.moment()
    assert first.at == then.at == clock.now() == NOW
    assert then.waited > first.waited
    assert clock.real_seconds(timedelta(seconds=5)) == 5
    assert clock.real_seconds(HOUR) == LONGEST_NAP


def test_a_fast_clock_shortens_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    real = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    monkeypatch.setenv("KWARTIER_CLOCK", f"2026-11-20T12:00:00Z@{real}x3600")
    clock = ServiceClock()
    assert clock.real_seconds(10 * HOUR) == 10
    assert clock.real_seconds(-HOUR) == 0
    began, waited = time.monotonic(), clock.moment().waited
    passed = (clock.moment().waited - waited) / timedelta(hours=1)
    assert 0 <= passed <= time.monotonic() - began


def test_a_clock_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWARTIER_CLOCK", "noon")
    with pytest.raises(ConfigurationError, match="KWARTIER_CLOCK"):
        ServiceClock()


def test_a_store_has_one_service_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "it.duckdb"
    with alone_on(path), pytest.raises(ServedAlreadyError, match=r"already, as process \d+ since"):
        alone_on(path).__enter__()
    with alone_on(path), alone_on(tmp_path / "another.duckdb"):
        pass
    with pytest.raises(KwartierError, match="check that the folder exists"):
        alone_on(tmp_path / "nowhere" / "it.duckdb").__enter__()


def test_what_a_stop_interrupts_may_end_by_itself_first() -> None:
    async def attempt(patience: timedelta) -> str:
        stop, done = asyncio.Event(), asyncio.Event()

        async def work() -> str:
            await stop.wait()
            if patience:
                done.set()
            await done.wait()
            return "done"

        asyncio.get_running_loop().call_soon(stop.set)
        return await unless_stopped(stop, work(), patience=patience)

    assert asyncio.run(attempt(HOUR)) == "done"
    with pytest.raises(StoppedError):
        asyncio.run(attempt(timedelta(0)))
