"""Requests that name themselves: a repeat leads to nothing new, for a day, in every process."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.office import Office, open_office
from kwartier.office.forgetting import erase_invitations
from kwartier.office.invitations import invitations, invite, withdraw
from kwartier.office.named_requests import (
    REMEMBERED,
    Answered,
    NamedRequest,
    NameTakenError,
    invite_once,
)
from kwartier.office.terms import Terms
from kwartier.vocabulary.provider import ENECO, FLUVIUS

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
ORDER = NamedRequest(key_id="kw_1", name="order of Els Peeters", asked=b"one")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path / "s.duckdb")


def asked(office: Office, request: NamedRequest = ORDER, **given: Any) -> Answered:
    now = given.pop("asked_at", AT)
    options: dict[str, Any] = {"provider": FLUVIUS, "terms": Terms(), "at": AT} | given
    return invite_once(office, request, "c-1", asked_at=now, **options)


def named(key_id: str = "kw_1", name: str = ORDER.name, asked: bytes = b"one") -> NamedRequest:
    return NamedRequest(key_id=key_id, name=name, asked=asked)


def test_a_repeat_leads_to_the_invitation_of_the_first_time_though_others_came_since(
    office: Office,
) -> None:
    first = asked(office)
    assert (first.is_repeat, first.invited.is_new) == (False, True)
    other = invite(office, "c-1", provider=FLUVIUS, terms=Terms(max_eans=1), at=AT)
    again = asked(Office(office.path), at=AT + timedelta(hours=2))
    assert (again.is_repeat, again.invited.is_new) == (True, True)
    assert again.invited.invitation.token == first.invited.invitation.token
    assert not again.invited.invitation.stands, "the link as it stands by now"
    assert invitations(office) == [other.invitation]


def test_a_repeat_of_a_request_that_found_a_link_says_so_again(office: Office) -> None:
    there = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation
    withdrawn = [asked(office).invited]
    withdraw(office, "c-1", at=AT)
    withdrawn.append(asked(office).invited)
    assert [one.is_new for one in withdrawn] == [False, False]
    assert [one.invitation.token for one in withdrawn] == [there.token] * 2


def test_it_is_remembered_for_a_day_and_not_longer(office: Office) -> None:
    asked(office)
    withdraw(office, "c-1", at=AT)
    assert asked(office, asked_at=AT + REMEMBERED - MOMENT).is_repeat
    after = asked(office, asked_at=AT + REMEMBERED)
    assert (after.is_repeat, after.invited.is_new) == (False, True)
    assert asked(office, asked_at=AT + 2 * REMEMBERED - MOMENT).is_repeat


def test_a_name_that_stands_for_something_else_is_refused_and_changes_nothing(
    office: Office,
) -> None:
    asked(office)
    with pytest.raises(NameTakenError, match="take a new key"):
        asked(office, named(asked=b"two"), terms=Terms(max_eans=1))
    assert len(invitations(office, withdrawn=True)) == 1
    assert not asked(office, named(key_id="kw_2", asked=b"two")).is_repeat
    assert not asked(office, named(name="another order", asked=b"two")).is_repeat


def test_a_request_that_is_refused_leaves_its_name_free(office: Office) -> None:
    with pytest.raises(InputError):
        asked(office, provider=ENECO, terms=Terms(max_eans=1))
    assert not asked(office, named(asked=b"mended")).is_repeat


def test_of_many_at_once_one_is_the_first(office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(asked, [Office(office.path) for _ in range(8)]))
    assert sorted(one.is_repeat for one in answers) == [False] + [True] * 7
    assert len({one.invited.invitation.token for one in answers}) == 1
    assert all(one.invited.is_new for one in answers)


def test_it_goes_with_the_invitation_and_holds_nothing_that_can_be_read(office: Office) -> None:
    token = asked(office).invited.invitation.token
    with office.reading() as connection:
        kept = dict(connection.execute("SELECT * FROM named_requests").fetchone())
    assert not [one for one in map(str, kept.values()) if "Els" in one or token in one]
    assert erase_invitations(office, {"c-1": AT}) == 1
    with office.reading() as connection:
        assert connection.execute("SELECT count(*) FROM named_requests").fetchone()[0] == 0
    assert not asked(office).is_repeat


def test_an_office_file_from_before_gets_its_table(office: Office) -> None:
    invite(office, "c-1", provider=FLUVIUS, at=AT)
    with sqlite3.connect(office.path) as connection:
        connection.executescript("DROP TABLE named_requests; PRAGMA user_version = 1")
    connection.close()
    assert not asked(office).invited.is_new
    assert asked(office).is_repeat
