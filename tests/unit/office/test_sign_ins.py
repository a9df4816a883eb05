"""Pauses after failed attempts: who guesses waits, and whose name is guessed at does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.office import Office, open_office, sign_ins
from kwartier.office.sign_ins import (
    FIRST_PAUSE,
    FREE_BY_ADDRESS,
    FREE_BY_BOTH,
    LONGEST_PAUSE,
    forget_attempts,
    note_success,
    try_sign_in,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE_BY_NAME = 12
"""As many as a test has the patience for."""
HERS, HIS = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    assert sign_ins.FREE_BY_NAME >= 20 * FREE_BY_BOTH, "a name's bound is much the higher one"
    monkeypatch.setattr(sign_ins, "FREE_BY_NAME", FREE_BY_NAME)
    return open_office(tmp_path / "s.duckdb")


def fail(office: Office, address: str, times: int, name: str = "An") -> timedelta | None:
    """So many attempts in vain; how long the next would have to wait, were it made."""
    for _ in range(times):
        assert try_sign_in(office, name=name, address=address, at=NOW) is None
    return try_sign_in(office, name=name, address=address, at=NOW)


def test_who_guesses_at_a_name_does_not_delay_whose_it_is(office: Office) -> None:
    assert fail(office, HIS, FREE_BY_BOTH) == FIRST_PAUSE
    assert try_sign_in(office, name="An", address=HERS, at=NOW) is None
    note_success(office, name="An", address=HERS, at=NOW)
    assert try_sign_in(office, name="An", address=HIS, at=NOW) == FIRST_PAUSE


def test_an_address_is_bounded_whatever_names_it_tries(office: Office) -> None:
    for number in range(FREE_BY_ADDRESS):
        assert try_sign_in(office, name=f"N{number}", address=HIS, at=NOW) is None
    assert try_sign_in(office, name="An", address=HIS, at=NOW) == FIRST_PAUSE
    assert try_sign_in(office, name="An", address=HERS, at=NOW) is None


def test_a_name_is_bounded_however_many_addresses_try_it(office: Office) -> None:
    for number in range(FREE_BY_NAME):
        assert try_sign_in(office, name="An", address=f"198.51.100.{number}", at=NOW) is None
    assert try_sign_in(office, name="An", address=HERS, at=NOW) == FIRST_PAUSE
    assert try_sign_in(office, name="Bert", address=HERS, at=NOW) is None
    later = NOW + FIRST_PAUSE
    assert try_sign_in(office, name="An", address=HERS, at=later) is None
    assert try_sign_in(office, name="An", address=HERS, at=later) == 2 * FIRST_PAUSE


def test_a_success_from_elsewhere_gives_nobody_more_attempts(office: Office) -> None:
    for number in range(FREE_BY_NAME - 1):
        try_sign_in(office, name="An", address=f"198.51.100.{number}", at=NOW)
    assert try_sign_in(office, name="An", address=HERS, at=NOW) is None
    note_success(office, name="An", address=HERS, at=NOW)
    assert try_sign_in(office, name="An", address="203.0.113.1", at=NOW) is None
    assert try_sign_in(office, name="An", address="203.0.113.2", at=NOW) == FIRST_PAUSE


def test_another_password_ends_the_pause_of_every_address_for_that_name(office: Office) -> None:
    fail(office, HIS, FREE_BY_BOTH)
    fail(office, HERS, FREE_BY_BOTH)
    fail(office, "203.0.113.1", FREE_BY_BOTH, name="Bert")
    forget_attempts(office, "An")
    for address in (HIS, HERS):
        assert try_sign_in(office, name="An", address=address, at=NOW) is None
    assert try_sign_in(office, name="Bert", address="203.0.113.1", at=NOW) == FIRST_PAUSE


def test_pauses_stop_growing_and_everything_is_forgotten_in_a_day(office: Office) -> None:
    fail(office, HIS, FREE_BY_BOTH)
    at, pauses = NOW, list[timedelta]()
    while len(pauses) < 8:
        pauses.append(try_sign_in(office, name="An", address=HIS, at=at) or timedelta(0))
        at += pauses[-1]
        assert try_sign_in(office, name="An", address=HIS, at=at) is None
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-2:] == [LONGEST_PAUSE, LONGEST_PAUSE]
    assert try_sign_in(office, name="An", address=HIS, at=at + timedelta(hours=24)) is None
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM failed_sign_ins").fetchone()[0] == 2
