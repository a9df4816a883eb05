"""docs/console.md: its commands can be given, its settings are read, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from kwartier.cli.app import app
from kwartier.configuration import configured
from kwartier.office.users import Role

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "console.md").read_text("utf-8")
COMMANDS = re.findall(
    r"^kwartier (.*)$", "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)), re.MULTILINE
)


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_can_be_given(command: str) -> None:
    app.parse_args(shlex.split(command), print_error=False, exit_on_error=False)


def test_its_settings_are_settings() -> None:
    [said] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    web = configured(tomllib.loads(said), called="it").web
    assert web.is_https
    assert web.oidc_privacy_officer == "privacy"


def test_its_table_names_every_role() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| yes", PAGE, re.MULTILINE)
    assert [row.replace(" ", "_") for row in rows] == [role.value for role in Role]


def test_the_links_and_pictures_of_the_page_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^):]+?)\)|<img src=\"([^\"]+)\"", PAGE)
    assert targets
    for link, picture in targets:
        assert (DOCS / (link or picture)).exists(), link or picture
