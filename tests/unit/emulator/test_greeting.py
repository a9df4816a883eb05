"""What the emulator says when it begins: loudly that it is one, and who can reach it."""

from __future__ import annotations

import inspect
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from kwartier.cli.emulator import start
from kwartier.emulator.entra.key_files import write_key_files
from kwartier.emulator.greeting import greeting
from kwartier.emulator.listening import is_open_to_others, listen
from kwartier.emulator.server import run_emulator
from kwartier.emulator.world import World

ANYWHERE = str(IPv4Address(0))
WARNING = "Whoever reaches this address can use it and control it, without a password."


@pytest.mark.parametrize(
    ("host", "is_open"), [("127.0.0.1", False), ("localhost", False), (ANYWHERE, True)]
)
def test_who_can_reach_it_goes_by_what_is_bound(host: str, is_open: bool) -> None:
    with listen(host, 0) as listener:
        assert is_open_to_others(listener) is is_open


def test_it_is_bound_to_this_machine_alone_unless_told() -> None:
    for command in (start, run_emulator):
        host = inspect.signature(command).parameters["host"].default
        with listen(host, 0) as listener:
            assert not is_open_to_others(listener)


@pytest.mark.parametrize("is_open", [False, True])
def test_it_says_that_it_is_one_and_warns_where_others_reach_it(
    tmp_path: Path, is_open: bool
) -> None:
    files = write_key_files(tmp_path, host="127.0.0.1", tls=False)
    url = "http://192.0.2.1:8600"
    said = greeting(url, World(), is_open=is_open, env_file=None, files=files)
    assert said[0].startswith("EMULATOR of Fluvius")
    assert (WARNING in said) is is_open
    assert all(len(line) <= 80 for line in said)
