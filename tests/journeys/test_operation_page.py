"""docs/operation.md: its commands can be given, its tables name all there is and no more."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from kwartier.cli.app import app
from kwartier.configuration.sections import sections
from kwartier.configuration.table import keys_of
from kwartier.serve import Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operation.md").read_text("utf-8")
SERVICE = "".join(path.read_text("utf-8") for path in (ROOT / "src/kwartier").rglob("serve*/*.py"))
SERVICE += (ROOT / "src/kwartier/cli/serve.py").read_text("utf-8")
BLOCKS = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = re.findall(r"(?:^|/|:ro |exec kwartier )kwartier (\w.*)$", BLOCKS, re.MULTILINE)


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 15


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_given(command: str) -> None:
    app.parse_args(shlex.split(command), print_error=False, exit_on_error=False)


def rows(title: str) -> list[str]:
    """The first cells of the table under a heading."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)


def test_it_names_every_metric() -> None:
    named = {name for row in rows("Metrics") for name in re.findall(r"`(\w+)`", row)}
    families = {
        f"{one.name}_{suffix}" if (suffix := {"counter": "total", "info": "info"}.get(one.type))
        else one.name
        for one in Metrics().registry.collect()
    }  # fmt: skip
    assert named == {name for name in families if name.startswith("kwartier_")}


def test_it_names_every_event_of_the_log() -> None:
    named = {name for row in rows("Logs") for name in re.findall(r"`(\w+)`", row)}
    said = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"say\([^,]+,\s*([^,)]+)", SERVICE))))
    said |= {f"{task}_failed" for task in ("sync", "fetch", "poll")}
    said |= {"sync_finished", "fetch_finished", "crashed", "message", "events_told"}
    assert named == said - {"mandates_polled"}


def test_the_settings_that_it_names_are_there() -> None:
    known = {f"{name}.{key}" for name, section in sections().items() for key in keys_of(section)}
    named = re.findall(r"`((?:service|schedule|provider|publish|events)\.\w+)`", PAGE)
    assert named
    assert set(named) <= known


def test_its_example_of_readiness_is_json() -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert [check["name"] for check in json.loads(example)["checks"]] == [
        "store",
        "sync",
        "credentials",
    ]


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).resolve().exists(), target
