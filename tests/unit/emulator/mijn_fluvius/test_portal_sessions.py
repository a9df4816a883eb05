"""Browser sessions: bounded, ended in time, and never one customer's in another's hands."""

from __future__ import annotations

import time

import pytest

from kwartier.emulator.mijn_fluvius.sessions import LIVES, MOST, Sessions, User


def test_an_unknown_cookie_opens_nothing() -> None:
    held = Sessions()
    held.open()
    assert [held.of(token) for token in (None, "", "forged")] == [None] * 3


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Sessions()
    session = held.open()
    later = time.monotonic() + LIVES + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert held.of(session.token) is None


def test_the_oldest_gives_way() -> None:
    held = Sessions()
    first = held.open()
    rest = [held.open() for _ in range(MOST)]
    assert held.of(first.token) is None
    assert all(held.of(each.token) is each for each in rest)


def test_a_renewed_session_has_another_cookie_and_form_token() -> None:
    held = Sessions()
    session = held.open()
    cookie, form_token = session.token, session.form_token
    held.renew(session)
    assert held.of(cookie) is None
    assert held.of(session.token) is session
    assert session.form_token != form_token


def test_another_customer_finds_nothing_of_the_one_before() -> None:
    session = Sessions().open()
    first, second = User("noor", "noor"), User("bram", "bram")
    session.sign_in(first)
    session.begin("a", first)
    session.sign_in(first)
    assert list(session.journeys) == ["a"]
    session.sign_in(second)
    assert session.journeys == {}
    session.begin("b", second)
    session.sign_out()
    assert (session.user, session.at_csam, session.journeys) == (None, None, {})


def test_no_more_than_fifty_journeys_are_remembered() -> None:
    session = Sessions().open()
    for number in range(60):
        session.begin(str(number), User("noor", "noor"))
    assert list(session.journeys) == [str(number) for number in range(10, 60)]
