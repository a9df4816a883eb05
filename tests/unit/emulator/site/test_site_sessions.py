"""Browser sessions: bounded, ended in time, and never under a cookie that was planted."""

from __future__ import annotations

import time

import pytest

from kwartier.emulator.site.sessions import LIVES, MOST, Session, Sessions


def test_an_unknown_cookie_opens_nothing() -> None:
    held = Sessions(Session)
    held.open()
    assert [held.of(token) for token in (None, "", "forged")] == [None] * 3


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Sessions(Session)
    session = held.open()
    later = time.monotonic() + LIVES + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert held.of(session.token) is None


def test_the_oldest_gives_way() -> None:
    held = Sessions(Session)
    first = held.open()
    rest = [held.open() for _ in range(MOST)]
    assert held.of(first.token) is None
    assert all(held.of(each.token) is each for each in rest)


def test_a_renewed_session_has_another_cookie_and_form_token() -> None:
    held = Sessions(Session)
    session = held.open()
    cookie, form_token = session.token, session.form_token
    held.renew(session)
    assert held.of(cookie) is None
    assert held.of(session.token) is session
    assert session.form_token != form_token
