"""What is shipped to run the service: each file fits the service, and is what its reader takes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from ruamel.yaml import YAML

from kwartier.cli.app import app
from kwartier.serve import Metrics
from kwartier.serve.settings import PORT
from kwartier.web.settings import PORT as PAGES_PORT

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = YAML(typ="safe").load((DEPLOY / "alerts.yml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana" / "kwartier.json").read_text("utf-8"))
UNIT = (DEPLOY / "kwartier.service").read_text("utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")

BASE = "docker.io/library/python:3.11-slim"

NAME = re.compile(r"\b((?:kwartier|process)_[a-z_]+)(?:\{([^}]*)\})?")
LABEL = re.compile(r'(\w+)(?:=~|!~|!=|=)"')
TARGETS = {"instance", "job"}


def known(registry: CollectorRegistry) -> dict[str, set[str]]:
    """The labels of each metric, by the names that its samples may have."""
    found: dict[str, set[str]] = {}
    for collector, names in registry._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        for name in names:
            found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    return found | {one.name: set() for one in registry.collect() if one.name not in found}


KNOWN = known(Metrics().registry)


def expressions() -> Iterator[Any]:
    for rule in RULES:
        yield pytest.param(rule["expr"], id=rule["alert"])
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield pytest.param(target["expr"], id=f"{panel['title']} {target['refId']}")


@pytest.mark.parametrize("expression", list(expressions()))
def test_an_expression_asks_for_metrics_and_labels_that_there_are(expression: str) -> None:
    assert expression.count("(") == expression.count(")")
    asked = [*NAME.finditer(expression)]
    assert asked or expression.startswith("up{")
    labels: set[str] = set()
    for metric in asked:
        assert metric[1] in KNOWN, metric[1]
        labels |= KNOWN[metric[1]]
        assert set(LABEL.findall(metric[2] or "")) <= KNOWN[metric[1]] | TARGETS
    for grouping in re.findall(r"(?:by|without) \(([^)]*)\)", expression):
        assert set(grouping.split(", ")) <= labels


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert set(rule["annotations"]) == {"summary", "description"}
    metrics = [KNOWN.get(found[1], set()) for found in NAME.finditer(rule["expr"])]
    shown = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
    assert shown <= TARGETS.union(*metrics)


def test_alerts_are_what_prometheus_takes() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool")
    subprocess.run([promtool, "check", "rules", DEPLOY / "alerts.yml"], check=True)


def test_the_dashboard_shows_every_metric_of_ours() -> None:
    shown = {
        metric[1]
        for each in DASHBOARD["panels"]
        for t in each.get("targets", ())
        for metric in NAME.finditer(t["expr"])
    }
    families = {re.sub(r"_(total|bucket|sum|count|info|created)$", "", name) for name in KNOWN}
    bare = {re.sub(r"_(total|bucket)$", "", name) for name in shown}
    hidden = {name for name in families - bare if name.startswith("kwartier_")}
    assert hidden == {
        "kwartier_build",
        "kwartier_tasks",
        "kwartier_mandate_lists",
        "kwartier_undecoded",
        "kwartier_metering_points_failing",
        "kwartier_standing_timestamp_seconds",
    }


def test_the_panels_do_not_lie_on_each_other() -> None:
    places = set()
    for panel in DASHBOARD["panels"]:
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                assert (x, y) not in places
                places.add((x, y))
        assert grid["x"] + grid["w"] <= 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def arguments(unit: str) -> list[str]:
    [line] = re.findall(r"^ExecStart=\S+ (.*)$", unit, re.MULTILINE)
    return str(line).replace("%d", "/run/credentials").split()


@pytest.mark.parametrize(
    "words",
    [
        arguments(UNIT),
        json.loads(re.findall(r"^CMD (.*)$", CONTAINER, re.MULTILINE)[0]),
    ],
    ids=["systemd", "container"],
)
def test_what_is_started_is_a_command_of_ours(words: list[str]) -> None:
    command, bound, _ = app.parse_args(words, print_error=False, exit_on_error=False)
    assert command.__name__ == "serve"
    assert bound.arguments["log_format"] == "json"


def test_systemd_takes_the_unit_and_finds_it_well_guarded(tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("there is no systemd-analyze")
    unit = tmp_path / "kwartier.service"
    unit.write_text(UNIT.replace("/opt/kwartier/bin/kwartier", str(shutil.which("true"))))
    ran = subprocess.run([systemd, "verify", unit], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    judged = [systemd, "security", "--offline=true", "--threshold=20", str(unit)]
    subprocess.run(judged, capture_output=True, check=True)


def test_the_unit_holds_no_secret_and_no_fixed_user() -> None:
    assert "DynamicUser=yes" in UNIT
    assert "\nLimitCORE=0\n" in UNIT, "what hangs is ended by a signal that dumps memory"
    assert not re.search(r"(SECRET|SUBSCRIPTION_KEY|WEBHOOK)", UNIT)
    for path in re.findall(r"^LoadCredential=\S+:(\S+)$", UNIT, re.MULTILINE):
        assert path.startswith("/etc/kwartier/")


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_in_particular() -> None:
    stages = CONTAINER.split("\nFROM ")[1:]
    assert len(stages) == 2
    assert all(stage.startswith(BASE.removeprefix("docker.io/library/")) for stage in stages)
    built, run = stages
    for source in re.findall(r"^COPY (?!--)(.*) \S+$", built, re.MULTILINE):
        assert all((ROOT / each).exists() for each in source.split())
    kept = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    copied = " ".join(re.findall(r"^COPY (?!--)(.*) \S+$", built, re.MULTILINE)).split()
    assert {line[1:] for line in kept if line.startswith("!")} == set(copied)
    assert "\nUSER 10001:10001\n" in run
    assert "\nVOLUME /data\n" in run
    assert "\nSTOPSIGNAL SIGINT\n" in run, "a first process hears no SIGTERM while it starts"
    assert f"\nEXPOSE {PORT} {PAGES_PORT}\n" in run
    assert f":{PORT}/health" in run


def builder() -> str | None:
    """A builder of images that works here: it has the base image, or gets it, and can run it."""
    for name in ("podman", "docker"):
        found = shutil.which(name)
        if found is None:
            continue
        with suppress(subprocess.TimeoutExpired):
            tried = [found, "run", "--rm", BASE, "true"]
            if not subprocess.run(tried, capture_output=True, check=False, timeout=60).returncode:
                return found
    return None


def test_the_image_is_built_and_runs() -> None:
    found = builder()
    if found is None:
        pytest.skip(f"there is no podman or docker that can run {BASE}")
    file = DEPLOY / "Containerfile"
    subprocess.run([found, "build", "--file", file, "--tag", "kwartier-test", ROOT], check=True)
    ran = subprocess.run(
        [found, "run", "--rm", "--read-only", "kwartier-test", "config", "init", "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "[schedule]" in ran.stdout
