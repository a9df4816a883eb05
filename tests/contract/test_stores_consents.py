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
