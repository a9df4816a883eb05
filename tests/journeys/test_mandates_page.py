"""docs/mandates.md: its commands run in order, its example has the members that events have."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from kwartier.registry.renewals import RenewalState
from support.cli import Cli
from support.listener import SECRET, Listener

PAGE = (Path(__file__).parents[2] / "docs" / "mandates.md").read_text("utf-8")
ADDRESS = "https://crm.example.com/mandates"
CUSTOMER = "c-1001"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def consented(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The page's customer with a mandate that the store knows of."""
    monkeypatch.chdir(cli.folder)
    monkeypatch.setenv("KWARTIER_WEBHOOK_SECRET", SECRET)
    cli("customers", "add", CUSTOMER)
    cli("mock-mandate", CUSTOMER, "541440110000000001", "--from", "2026-11-01")
    cli("mandates")
    return cli


def test_its_commands_run_in_order(consented: Cli, listener: Listener) -> None:
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    ran = [shlex.split(line)[1:] for line in commands if line.startswith("kwartier ")]
    assert len(ran) == 6
    for words in ran:
        consented(*(listener.url if word == ADDRESS else word for word in words))
    told = (consented.folder / "mandates.jsonl").read_text().splitlines()
    assert len(told) == len(listener.events()) == 2


def test_its_example_has_the_members_of_an_event_in_their_order(consented: Cli) -> None:
    consented("mandates", "--events", "mandates.jsonl")
    line, _ = (consented.folder / "mandates.jsonl").read_text().splitlines()
    (shown,) = blocks("json")
    assert shape(json.loads(shown)) == shape(json.loads(line))


def shape(event: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    data = event["data"]
    return list(event), list(data), list(data["changes"][0])


def test_its_receiver_takes_what_is_signed_and_nothing_else(
    consented: Cli, listener: Listener
) -> None:
    consented("mandates", "--webhook", listener.url)
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(code, "docs/mandates.md", "exec"), names)  # noqa: S102
    for _, headers, body in listener.came:
        assert names["receive"](SECRET, headers, body)["data"]["customer_id"] == CUSTOMER
        with pytest.raises(WebhookVerificationError):
            names["receive"](SECRET, headers, body.replace(b"Approved", b"Finished"))


def test_it_explains_every_state_of_a_renewal() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert set(explained) == {state.value for state in RenewalState}
