"""Keys of the REST API: shown once, known by their digest, valid until they are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from kwartier.api.scopes import ABOUT, Scope
from kwartier.cli.api_keys import Scopes
from kwartier.cli.app import run
from kwartier.errors import InputError
from kwartier.office import Office, open_office
from kwartier.office.api_keys import add_api_key, api_keys, find_api_key, withdraw_api_key
from support.cli import Cli

AT = datetime(2026, 11, 22, 16, tzinfo=UTC)
SCOPES = ["customers:read", "events:read"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path / "kwartier.duckdb")


def test_a_key_is_found_by_its_text_alone(office: Office) -> None:
    made = add_api_key(office, name=" crm ", scopes=SCOPES, at=AT)
    found = find_api_key(office, made.text, at=AT)
    assert found is not None
    assert (found.name, found.scopes) == ("crm", frozenset(SCOPES))
    assert made.text.startswith(f"{found.key_id}_")
    for wrong in ("", "kw_", made.text[:-1] + "-_"[made.text.endswith("-")], f" {made.text}"):
        assert find_api_key(office, wrong, at=AT) is None


def test_the_key_itself_stands_nowhere(office: Office) -> None:
    made = add_api_key(office, name="crm", scopes=SCOPES, at=AT)
    secret = made.text.removeprefix(f"{made.key.key_id}_")
    files = list(office.path.parent.glob(office.path.name + "*"))
    assert files
    assert all(secret.encode() not in path.read_bytes() for path in files)
    assert secret not in repr(made)


def test_it_ends_when_it_expires_and_when_it_is_withdrawn(office: Office) -> None:
    end = AT + timedelta(days=1)
    brief = add_api_key(office, name="brief", scopes=SCOPES, at=AT, expires_at=end)
    lasting = add_api_key(office, name="lasting", scopes=SCOPES, at=AT)
    assert find_api_key(office, brief.text, at=end - timedelta(seconds=1))
    assert find_api_key(office, brief.text, at=end) is None
    assert withdraw_api_key(office, lasting.key.key_id, at=end).withdrawn_at == end
    assert find_api_key(office, lasting.text, at=end) is None
    again = withdraw_api_key(office, lasting.key.key_id, at=end + timedelta(days=1))
    assert again.withdrawn_at == end


def test_its_last_use_is_noted_at_most_once_a_minute(office: Office) -> None:
    made = add_api_key(office, name="crm", scopes=SCOPES, at=AT)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
        find_api_key(office, made.text, at=AT + timedelta(seconds=seconds))
        assert api_keys(office)[0].used_at == AT + timedelta(seconds=noted)


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_at": AT},
        {"name": "taken"},
    ],
)
def test_what_breaks_a_rule_makes_no_key(office: Office, said: dict[str, object]) -> None:
    add_api_key(office, name="taken", scopes=SCOPES, at=AT)
    with pytest.raises(InputError):
        add_api_key(office, **{"name": "crm", "scopes": SCOPES, "at": AT, **said})  # type: ignore[arg-type]
    assert len(api_keys(office)) == 1


def test_a_name_is_free_again_once_its_key_was_withdrawn(office: Office) -> None:
    first = add_api_key(office, name="crm", scopes=SCOPES, at=AT)
    withdraw_api_key(office, first.key.key_id, at=AT)
    assert add_api_key(office, name="crm", scopes=SCOPES, at=AT).text != first.text
    with pytest.raises(InputError, match="kw_00000000"):
        withdraw_api_key(office, "kw_00000000", at=AT)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(tmp_path, {}, capsys)
    made = cli.json("api-keys", "add", "crm", "--scope", "customers:read", "--scope", "events:read")
    assert made["scopes"] == SCOPES
    assert made["key"].startswith(made["key_id"])
    shown = cli("api-keys", "add", "bi", "--scope", "measurements:read", "--expires", "2099-01-01")
    assert "until 2099-01-01 00:00" in shown
    listed = cli("api-keys", "list")
    assert made["key_id"] in listed
    assert made["key"] not in listed
    assert "opens nothing" in cli("api-keys", "withdraw", made["key_id"])
    states = {one["name"]: one["state"] for one in cli.json("api-keys", "list")}
    assert states == {"crm": "withdrawn", "bi": "valid"}
    assert "NAME" in cli("api-keys", "add", "bi", "--scope", "events:read", code=2)
    assert "KEY" in cli("api-keys", "withdraw", "kw_00000000", code=2)
    assert run(["api-keys", "add", "x", "--scope", "all"]) == 2


def test_the_command_offers_every_scope() -> None:
    assert list(get_args(Scopes)) == [str(one) for one in Scope] == [str(one) for one in ABOUT]
