"""Prometheus and kwartier: each alert is told when it must be and only then, each rule finds its
series where the service runs.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML

from support.emulators import FreshEmulator
from support.esco import send
from support.listener import SECRET, Listener
from support.served import Served

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "alerts.yml"
PAGE = (ROOT / "docs" / "operation.md").read_text("utf-8")
TRIED = sorted(Path(__file__).parent.glob("*_test.yml"))
SELECTOR = re.compile(r"\b(?:kwartier_\w+|up)(?:\{[^}]*\})?")
PATIENCE = 60.0


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def rules() -> list[dict[str, Any]]:
    return [rule for group in read(RULES)["groups"] for rule in group["rules"]]


def tool(name: str) -> str:
    """Where a tool of Prometheus is; skips the test where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name}: `apt-get install prometheus` brings it")
    return found


def test_each_alert_is_tried_in_both_ways() -> None:
    told: dict[str, set[bool]] = {rule["alert"]: set() for rule in rules()}
    for path in TRIED:
        for one in read(path)["tests"]:
            for asked in one["alert_rule_test"]:
                told[asked["alertname"]].add(bool(asked.get("exp_alerts")))
    assert {name for name, ways in told.items() if ways != {True, False}} == set()


def test_alerts_are_told_when_they_must_be_and_only_then() -> None:
    ran = [tool("promtool"), "test", "rules", *map(str, TRIED)]
    done = subprocess.run(ran, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Callable[[str], Any]]:
    """A Prometheus as docs/operation.md sets it up, but that it scrapes ``target`` each second;
    asks it for a page of its API.
    """
    [example] = re.findall(r"```yaml\n(scrape_configs:.*?)```", PAGE, re.DOTALL)
    hasty = "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "prometheus.yml"
    config.write_text(
        hasty
        + example.replace("127.0.0.1:8601", target).replace(
            "/etc/prometheus/kwartier-alerts.yml", str(RULES)
        )
    )
    options = {
        "config.file": config,
        "storage.tsdb.path": folder / "series",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    started = [tool("prometheus"), *(f"--{name}={value}" for name, value in options.items())]
    with (folder / "prometheus.log").open("wb") as log:
        running = subprocess.Popen(started, stdout=log, stderr=log)

    def ask(path: str) -> Any:
        return send(f"http://127.0.0.1:{port}/api/v1/{path}").json["data"]

    try:
        yield ask
    finally:
        running.terminate()
        running.wait(PATIENCE)


def test_each_rule_finds_its_series_where_the_service_runs(
    fresh_emulator: FreshEmulator, tmp_path: Path, listener: Listener
) -> None:
    promtool, _ = tool("promtool"), tool("prometheus")
    config = tmp_path / "kwartier.toml"
    config.write_text(f'[store]\npath = "{tmp_path}/kwartier.duckdb"\n[service]\nport = 0\n')
    hook = {"KWARTIER_WEBHOOK_URL": listener.url, "KWARTIER_WEBHOOK_SECRET": SECRET}
    emulator = fresh_emulator()
    mandate = {
        "referenceNumber": "R-1",
        "ean": "541440110000000101",
        "status": "Approved",
        "environment": "live",
        "dataServiceType": "VH_kwartier_uur",
        "dataPeriodFrom": "2026-11-01T00:00:00Z",
    }
    asked = json.dumps(mandate).encode()
    kind = {"content-type": "application/json"}
    url = f"{emulator.url}/_emulator/mandates"
    assert send(url, "POST", content=asked, headers=kind).status == 200
    env = {**emulator.env, **hook, "KWARTIER_SANDBOX": ""}
    service = Served(config, env)
    try:
        service.until(lambda: service.metric("metering_points") == 1, "a look at the store")
        checked = [promtool, "check", "metrics"]
        subprocess.run(checked, input=service.exposition(), text=True, check=True)
        with prometheus(tmp_path, service.url.removeprefix("http://")) as ask:
            check_rules(ask, service)
        assert service.stop() == 0
    finally:
        service.kill()


def check_rules(ask: Callable[[str], Any], service: Served) -> None:
    """Every rule is evaluated without an error, and all that it names is there."""
    wanted = {found for rule in rules() for found in SELECTOR.findall(rule["expr"])}
    wanted -= {'kwartier_requests_total{outcome!="ok"}'}  # Nothing has failed.

    def seen() -> bool:
        try:
            found = {one for one in wanted if ask(f"query?query={quote(one)}")["result"]}
            judged = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
        except OSError:
            return False
        return found == wanted and {rule["health"] for rule in judged} == {"ok"}

    service.until(seen, "series for every rule")
    judged = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
    assert [rule["name"] for rule in judged] == [rule["alert"] for rule in rules()]
    assert {rule["name"] for rule in judged if rule["state"] != "inactive"} == set()
