"""What a session of Mijn Fluvius holds: never one customer's in another's hands."""

from __future__ import annotations

from kwartier.emulator.mijn_fluvius.sessions import Session, User


def test_another_customer_finds_nothing_of_the_one_before() -> None:
    session = Session()
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
    session = Session()
    for number in range(60):
        session.begin(str(number), User("noor", "noor"))
    assert list(session.journeys) == [str(number) for number in range(10, 60)]
