"""The words of the page that a customer reads, a file a language."""

from kwartier.rights.languages.en import ENGLISH
from kwartier.rights.languages.fr import FRENCH
from kwartier.rights.languages.nl import DUTCH
from kwartier.rights.languages.words import Words

LANGUAGES = {"en": ENGLISH, "fr": FRENCH, "nl": DUTCH}

__all__ = ["LANGUAGES", "Words", "words_in"]


def words_in(language: str) -> Words:
    """The words of a language, else English ones."""
    return LANGUAGES.get(language, ENGLISH)
