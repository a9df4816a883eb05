"""The service as it is run: its own process, an emulated day a second, two providers, faults, a
stop.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kwartier.analysis import month_coverage
from kwartier.cli.app import run
from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.thread import EmulatorThread
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.office import open_office
from kwartier.office.runs import RunOutcome, Trouble, latest_runs
from kwartier.serve import ServedAlreadyError, alone_on
from kwartier.store import Selection, open_store
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.mandate import permissions
from support.emulators import FreshEmulator
from support.esco import send
from support.faults import FaultControl
from support.listener import SECRET, Listener
from support.served import Served

ALERTS = (Path(__file__).parents[2] / "deploy" / "alerts.yml").read_text("utf-8")
BEGIN = datetime(2026, 3, 20, 8, tzinfo=UTC)
DAYS_A_SECOND = 86_400
CONSENTED_FROM = "2026-02-19T23:00:00Z"
"""Not long before a day that stays estimated."""
EANS = ["541440110000000101", "541441010000000101", "541440010000000301"]
LATE = "541440110000000302"
OWNER = data_owners(Environment.ACCEPTANCE)[0].id
BOTH = {"KWARTIER_PROVIDER": "fluvius eneco"}

CONFIG = """
[store]
path = "{folder}/kwartier.duckdb"
[provider]
sandbox = true
[service]
port = 0
ready_within = "6d"
retry_first = "{retry_first}"
retry_longest = "12h"
[schedule]
poll_every = "6h"
[retry]
attempts = 1
"""


def give_consent(emulator: EmulatorThread, ean: str) -> None:
    mandate = {
        "referenceNumber": f"R-{ean}",
        "ean": ean,
        "status": "Approved",
        "environment": "sandbox",
        "dataServiceType": "VH_kwartier_uur",
        "dataPeriodFrom": CONSENTED_FROM,
    }
    kind = {"content-type": "application/json"}
    url = f"{emulator.url}/_emulator/mandates"
    assert send(url, "POST", content=json.dumps(mandate).encode(), headers=kind).status == 200


def share_heat(emulator: EmulatorThread) -> None:
    """A data owner of Eneco consents, to all since a few days ago."""
    since = (BEGIN - timedelta(days=5)).date().isoformat()
    asked = json.dumps({"dataOwnerId": OWNER, "startDate": since}).encode()
    url = f"{emulator.url}/_emulator/eneco/contracts"
    assert send(url, "POST", content=asked).status == 200


@contextmanager
def served(
    folder: Path,
    env: dict[str, str],
    *,
    settings: str = "",
    retry_first: str = "2h",
    **more: str,
) -> Iterator[Served]:
    """A service with the emulator's credentials."""
    config = folder / "kwartier.toml"
    config.write_text(CONFIG.format(folder=folder, retry_first=retry_first) + settings)
    running = Served(config, {**env, **more})
    try:
        yield running
    finally:
        running.kill()


def consented(emulator: EmulatorThread) -> FaultControl:
    for ean in EANS:
        give_consent(emulator, ean)
    return FaultControl(emulator.url)


def check_nothing_private(said: str, env: dict[str, str]) -> None:
    hidden = [
        "FLUVIUS_SUBSCRIPTION_KEY",
        "FLUVIUS_SANDBOX_CLIENT_SECRET",
        "ENECO_ACCEPTANCE_API_KEY",
    ]
    secrets = [env[name] for name in hidden]
    for word in (*EANS, LATE, OWNER, *secrets, SECRET, "hidden", "eyJ", "Bearer"):
        assert word not in said


def test_what_it_tells_prometheus_is_what_the_store_holds(
    fresh_emulator: FreshEmulator, tmp_path: Path, listener: Listener
) -> None:
    emulator = fresh_emulator(clock=datetime(2026, 4, 24, 20, tzinfo=UTC))
    faults = consented(emulator)
    faults.set("/esco*:503=1x")
    hook = {"KWARTIER_WEBHOOK_URL": listener.url, "KWARTIER_WEBHOOK_SECRET": SECRET}
    published, events = tmp_path / "published", tmp_path / "events.jsonl"
    settings = f'[publish]\nfolder = "{published}"\n[events]\nfile = "{events}"\n'
    quickly = {"settings": settings, "retry_first": "1s"}
    with served(tmp_path, emulator.env, **quickly, **hook) as service:
        assert service.wait_for("sync_failed")["kind"] == "ServiceUnavailableError"
        back = service.wait_for("provider_back")
        assert (back["failures"], back["since"]) == (1, "2026-04-24T20:00:00Z")
        assert back["seconds"] >= 0.8, "waited for really, on a clock that stands still"
        service.until(lambda: service.metric("events_total", receiver="webhook") == 3, "events")
        service.until(lambda: service.metric("metering_points") == 3, "a look at the store")
        assert len(listener.events()) == len(events.read_text().splitlines()) == 3
        assert service.wait_for("published", 2)["months"] == 3
        assert any(published.rglob("*.parquet"))
        assert service.ready() == {"store": True, "sync": True, "credentials": True}
        path = tmp_path / "kwartier.duckdb"
        with pytest.raises(ServedAlreadyError, match=f"process {service.process.pid} "):
            alone_on(path).__enter__()

        with open_store(path).snapshot() as moment:
            table = pa.Table.from_batches(moment.scan(), MEASUREMENTS_SCHEMA)
            assert service.metric("requests_total", outcome="ok") == moment.fetches().num_rows
            known = [one.mandate for one in moment.mandates()]
            as_of = moment.listed("fluvius").latest
        assert service.metric("values_total", change="inserted") == table.num_rows
        assert service.metric("mandates", status="Approved") == len(known) == 3
        assert as_of is not None
        told = month_coverage(table, permissions(known, until=as_of), as_of).to_pylist()
        for granularity in ("PT15M", "PT1H"):
            rows = [row for row in told if row["granularity"] == granularity]
            for name, column in (
                ("gap_slices", "missing"),
                ("estimated_slices", "estimated"),
                ("provisional_slices", "provisional"),
            ):
                counted = sum(row[column] for row in rows)
                assert service.metric(name, granularity=granularity) == counted, name
        assert service.metric("estimated_slices") > 0
        assert service.metric("provisional_slices") > 0
        assert service.metric("store_bytes") == path.stat().st_size

        exposition = service.exposition()
        check_alerts_have_series(exposition)
        assert service.stop(signal.SIGINT) == 0
        assert service.process.stdout is not None
        said = "".join(service.lines) + service.process.stdout.read() + exposition
    check_nothing_private(said, emulator.env)
    with alone_on(path):
        pass


def check_alerts_have_series(exposition: str) -> None:
    """What the alerts for Prometheus are about is told; certificates only where one is used."""
    families = text_string_to_metric_families(exposition)
    told = {sample.name for family in families for sample in family.samples}
    asked = set(re.findall(r"\bkwartier_\w+", ALERTS))
    assert asked - told == {"kwartier_certificate_remaining_seconds"}


def test_it_goes_on_for_days_through_an_outage_of_one_provider_until_it_is_stopped(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    emulator = fresh_emulator(clock=BEGIN, speed=DAYS_A_SECOND)
    faults = consented(emulator)
    share_heat(emulator)
    faults.set("token:401=2x")
    with served(tmp_path, emulator.env, **BOTH) as service:
        refused = service.wait_for("sync_failed")
        assert (refused["kind"], refused["level"]) == ("AuthenticationError", "error")
        assert refused["provider"] == "fluvius"
        assert service.wait_for("provider_back")["failures"] == 2
        service.until(lambda: syncs(service, "fluvius") > 1, "syncs")
        service.until(lambda: syncs(service, "eneco") > 1, "syncs of the other")
        assert service.metric("certificate_remaining_seconds", certificate="fiam") > 0
        give_consent(emulator, LATE)
        backfill = {"provider": "fluvius", "reason": "backfill"}
        ok = backfill | {"outcome": "ok"}
        service.until(lambda: service.metric("requests_total", **ok) == 4, "consent")

        faults.set("/esco*:503")
        down = {"provider": "fluvius"}
        service.until(lambda: service.metric("provider_up", **down) == 0, "the outage")
        asked = service.metric("requests_total", **backfill)
        service.until(lambda: not service.ready()["sync"], "readiness to end")
        assert service.ready() == {"store": True, "sync": False, "credentials": True}
        assert service.metric("consecutive_failures", **down) >= 3
        failures = [event for event in service.told() if event["level"] != "info"]
        assert [event["kind"] for event in failures[1:]] == ["ServiceUnavailableError"]
        service.until(lambda: all(service.ready("eneco").values()), "the other's readiness")
        assert not service.ready()["sync"]
        faults.clear()
        back = service.wait_for("provider_back", 2)
        assert timedelta(seconds=back["seconds"]) > timedelta(days=3)
        service.until(lambda: all(service.ready().values()), "readiness")
        assert service.metric("requests_total", **backfill) == asked, "caught up by delta"

        faults.set("energy:slow-first-byte(30s)")
        service.until(lambda: any(faults.injected().values()), "a request under way")
        others = syncs(service, "eneco")
        service.until(lambda: syncs(service, "eneco") > others, "a sync of the other")
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 25, "it did not wait for the reply"
        assert service.told()[-1]["event"] == "stopped"
    check_nothing_private("".join(service.lines), emulator.env)
    path, last = tmp_path / "kwartier.duckdb", back["since"]
    check_whole_days(path, EANS[0], BEGIN, last)
    check_whole_days(path, OWNER, BEGIN - timedelta(days=5), last)
    check_runs(path)


def syncs(service: Served, provider: str) -> float:
    """How many went well."""
    asked = {"provider": provider, "task": "sync", "outcome": "done"}
    return service.metric("tasks_total", **asked)


def check_runs(path: Path) -> None:
    """What went wrong and what went well is noted, of each provider."""
    runs = latest_runs(open_office(path), limit=10_000)
    assert {run.provider for run in runs} == {"fluvius", "eneco"}
    assert {"poll", "sync"} <= {run.task for run in runs}
    first = next(run for run in reversed(runs) if run.provider == "fluvius")
    assert (first.outcome, first.trouble) == (RunOutcome.FAILED, Trouble.CREDENTIALS)
    assert any(run.trouble is Trouble.OUTAGE for run in runs)
    assert runs[0].outcome is RunOutcome.STOPPED


def check_whole_days(path: Path, point: str, first: datetime, last: str) -> None:
    """No day from one to the other is without values."""
    selection = Selection(metering_points=(point,))
    table = pa.Table.from_batches(open_store(path).scan(selection), MEASUREMENTS_SCHEMA)
    days = {start.astimezone(BRUSSELS).date() for start in table["start"].to_pylist()}
    number = (datetime.fromisoformat(last) - first).days
    wanted = {first.date() + timedelta(days=each) for each in range(number)}
    assert wanted <= days


def test_what_cannot_work_ends_at_once_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kwartier.toml"
    config.write_text("[schedule]\njitter = 3\n")
    assert run(["serve", "--config", str(config)]) == 1
    assert "schedule.jitter: must be a duration" in capsys.readouterr().err
    assert run(["serve"]) == 1
    assert "FLUVIUS_SUBSCRIPTION_KEY: not set" in capsys.readouterr().err
    config.write_text('[provider]\nnames = ["eneco"]\n')
    assert run(["serve", "--config", str(config)]) == 1
    assert "ENECO_API_KEY: not set" in capsys.readouterr().err
    assert run(["sync", "--config", str(config)]) == 1
    assert "ENECO_API_KEY: not set" in capsys.readouterr().err
    config.write_text('[provider]\nnames = ["fluvius", "eneco"]\n')
    assert run(["sync", "--config", str(config)]) == 2
    assert "--provider: say which one is meant (fluvius, eneco)" in capsys.readouterr().err
    assert run(["sync", "--config", str(config), "--provider", "eneco"]) == 1
    assert "ENECO_API_KEY: not set" in capsys.readouterr().err


def test_the_configuration_is_written_once_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "kwartier.toml")
    assert run(["config", "init", path]) == 0
    assert run(["config", "check", path]) == 0
    assert run(["config", "init", path]) == 1
    assert "is there already" in capsys.readouterr().err
    assert run(["config", "init", "-"]) == 0
    assert capsys.readouterr().out == Path(path).read_text("utf-8")
