"""What every store must keep of consents and of the words that they were given in."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kwartier.errors import InputError
from kwartier.registry.consents import Consent, Wording
from kwartier.store import Store
from support.measured import NOW
from support.stores import later

DUTCH = Wording(version="2026-1", language="nl", text="Ik ga akkoord.\n", added_at=NOW)
FRENCH = Wording(version="2026-1", language="fr", text="Je suis d'accord.\n", added_at=later(1))
GIVEN = Consent(
    reference_number="KW-1", purpose="advice", wording="2026-1", channel="web", given_at=NOW
)


def test_the_words_of_a_version_are_kept_once_in_each_language(store: Store) -> None:
    assert store.add_wording(DUTCH)
    assert store.add_wording(FRENCH)
    assert not store.add_wording(replace(DUTCH, added_at=later(5)))
    assert store.wordings() == [DUTCH, FRENCH]


def test_what_people_agreed_to_does_not_change(store: Store) -> None:
    store.add_wording(DUTCH)
    with pytest.raises(InputError, match="give a new version"):
        store.add_wording(replace(DUTCH, text="Ik ga met alles akkoord.\n"))
    assert store.wordings() == [DUTCH]


def test_a_consent_is_kept_once_and_says_when_it_was_first_given(store: Store) -> None:
    store.add_wording(DUTCH)
    other = replace(GIVEN, purpose="billing", given_at=later(2))
    assert store.note_consents([GIVEN, GIVEN]) == 1
    assert store.note_consents([replace(GIVEN, given_at=later(1)), other]) == 1
    assert store.consents() == [GIVEN, other]


def test_a_consent_in_words_that_nobody_kept_is_refused_with_all_beside_it(store: Store) -> None:
    store.add_wording(DUTCH)
    with pytest.raises(InputError, match="there is no wording '2027-1'"):
        store.note_consents([GIVEN, replace(GIVEN, wording="2027-1")])
    assert store.consents() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("purpose", " "), ("purpose", "x" * 201), ("wording", "a b"), ("channel", "")],
)
def test_a_consent_says_what_for_in_which_words_and_how(field: str, value: str) -> None:
    with pytest.raises(InputError, match=field):
        Consent(**{**asdict(GIVEN), field: value})


@pytest.mark.parametrize(
    ("field", "value"), [("version", ""), ("language", "nl-BE"), ("text", " \n")]
)
def test_a_wording_has_a_version_a_language_and_words(field: str, value: str) -> None:
    with pytest.raises(InputError, match=field):
        Wording(**{**asdict(DUTCH), field: value})


def test_a_purpose_is_withdrawn_in_all_its_words_and_only_where_it_stands(store: Store) -> None:
    store.add_wording(DUTCH)
    store.add_wording(replace(DUTCH, version="2026-2"))
    newer = replace(GIVEN, wording="2026-2", given_at=later(1))
    billing = replace(GIVEN, purpose="billing", given_at=later(2))
    others = replace(GIVEN, reference_number="KW-2", given_at=later(3))
    store.note_consents([GIVEN, newer, billing, others])
    assert store.withdraw_consents({"KW-1"}, "advice", at=later(4)) == 2
    assert store.withdraw_consents({"KW-1"}, "advice", at=later(5)) == 0
    withdrawn = [replace(one, withdrawn_at=later(4)) for one in (GIVEN, newer)]
    assert store.consents() == [*withdrawn, billing, others]


def test_what_was_withdrawn_and_is_given_again_stands_beside_it(store: Store) -> None:
    store.add_wording(DUTCH)
    store.note_consents([GIVEN])
    store.withdraw_consents({"KW-1"}, "advice", at=later(1))
    again = replace(GIVEN, given_at=later(2))
    assert store.note_consents([again]) == 1
    assert store.consents() == [replace(GIVEN, withdrawn_at=later(1)), again]


@pytest.mark.parametrize(
    ("purpose", "hours", "says"),
    [
        ("billing", 1, "'billing' was not agreed to"),
        ("advice", -1, "must not lie before it was given"),
    ],
)
def test_what_was_not_given_by_then_cannot_be_withdrawn(
    store: Store, purpose: str, hours: int, says: str
) -> None:
    store.add_wording(DUTCH)
    store.note_consents([GIVEN])
    with pytest.raises(InputError, match=says):
        store.withdraw_consents({"KW-1"}, purpose, at=later(hours))
    assert store.consents() == [GIVEN]
