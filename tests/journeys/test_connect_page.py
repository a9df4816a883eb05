"""docs/connect.md: what stands there works as it stands."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kwartier.configuration import configured
from support.asgi import AppClient
from support.cli import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "connect.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_its_commands_invite_and_the_links_lead_to_the_page_in_a_site_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id,expect\nc-2,1\nc-3,\n")
    cli = Cli(tmp_path, {}, capsys)
    *commands, last = block("sh").splitlines()
    for command in commands:
        cli(*shlex.split(command)[1:])
    assert (tmp_path / "codes" / "c-1001.png").exists()
    assert len((tmp_path / "letters" / "invitations.csv").read_text().splitlines()) == 3
    names: dict[str, Any] = {}
    exec(compile(block("python"), "connect.md", "exec"), names)  # noqa: S102
    client = AppClient(names["site"])
    links = [one["link"] for one in cli.json("invitations")]
    token = links[0].rpartition("/")[2]
    page = client.get(f"/share/{token}")
    assert page.status_code == 200
    assert "Noor Dewaele" in page.text
    cli(*shlex.split(last)[1:])
    assert client.get(f"/share/{token}").status_code == 410


def test_its_settings_can_be_read() -> None:
    settings = configured(tomllib.loads(block("toml")), called="connect.md")
    assert settings.connect.wording == "2026-1"
    assert settings.web.name == "Zonnewende"


def test_its_pictures_and_links_are_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / target).exists(), target
