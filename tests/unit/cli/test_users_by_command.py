"""`kwartier users`: colleagues by command, whose password is typed, piped or made up."""

from __future__ import annotations

import getpass
import io
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kwartier.cli.app import run
from kwartier.office import open_office, passwords
from kwartier.office.passwords import is_right
from kwartier.office.users import password_of, user_of_subject

DONE, WRONG = 0, 2


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
    monkeypatch.setenv("KWARTIER_STORE", str(tmp_path / "store.duckdb"))
    return tmp_path / "store.duckdb"


def knows(store: Path, name: str, password: str) -> bool:
    found = password_of(open_office(store), name)
    return found is not None and is_right(password, found[1])


def type_in(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    """A terminal at which somebody types, without it being shown."""
    answers = iter(typed)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))


def test_a_password_is_typed_twice_and_not_shown(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_in(monkeypatch, "a long enough one", "another long one")
    assert run(["users", "add", "An"]) == WRONG
    type_in(monkeypatch, "a long enough one", "a long enough one")
    assert run(["users", "add", "An", "--role", "operator"]) == DONE
    assert "long" not in capsys.readouterr().out
    assert knows(store, "An", "a long enough one")


def test_a_password_comes_by_a_pipe(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("too short\n"))
    assert run(["users", "add", "An"]) == WRONG
    monkeypatch.setattr(sys, "stdin", io.StringIO(" with blanks around \n"))
    assert run(["users", "add", "An"]) == DONE
    assert knows(store, "An", " with blanks around ")


def test_a_made_up_password_is_shown_this_once(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["users", "add", "An", "--generate"]) == DONE
    said = capsys.readouterr().out
    password = said.partition("Password: ")[2].split()[0]
    assert knows(store, "An", password)
    assert run(["users", "password", "An", "--generate"]) == DONE
    assert not knows(store, "An", password)
    assert run(["users", "list"]) == DONE
    assert password not in capsys.readouterr().out


def test_who_signs_in_elsewhere_has_no_password_here(store: Path) -> None:
    there = ["--issuer", "https://people.example", "--subject", "an-1"]
    assert run(["users", "add", "An", *there]) == DONE
    assert run(["users", "add", "Another", *there]) == WRONG
    assert run(["users", "add", "Bert", "--subject", "b-1"]) == WRONG
    assert run(["users", "password", "An", "--generate"]) == WRONG
    found = user_of_subject(open_office(store), issuer="https://people.example", subject="an-1")
    assert found is not None
    assert found.name == "An"


@pytest.mark.parametrize("name", ["", " An", "An\n", "x" * 101])
def test_a_name_is_one_that_can_be_read(store: Path, name: str) -> None:
    assert run(["users", "add", name, "--generate"]) == WRONG


def test_what_is_done_to_somebody_unknown_is_refused(store: Path) -> None:
    more = {"role": ["viewer"], "password": ["--generate"]}
    for command in ("disable", "enable", "remove", "role", "password"):
        assert run(["users", command, "Nobody", *more.get(command, [])]) == WRONG
    run(["users", "add", "An", "--generate"])
    for command in ("disable", "enable", "remove"):
        assert run(["users", command, "An"]) == DONE
    assert run(["users", "role", "An", "viewer"]) == WRONG
