"""Sentences in one of two languages, and dates in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from starlette.datastructures import Headers

from kwartier.vocabulary.local_time import BRUSSELS

Texts = dict[str, tuple[str, str]]
"""By key, the Dutch and the English text."""

_ORDER: Final = ("nl", "en")
_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class Language:
    """One of the two, by its code ``nl`` or ``en``, and what a site says."""

    code: str
    texts: Texts = field(repr=False)

    @property
    def other(self) -> str:
        """The code of the other one."""
        return "en" if self.code == "nl" else "nl"

    def text(self, key: str, **values: object) -> str:
        """The text of a key, filled with ``values``; whoever shows it escapes it."""
        return self.texts[key][_ORDER.index(self.code)].format(**values)

    def day(self, moment: date | datetime) -> str:
        """A date in words; of an instant, the date that it has in Brussels and Amsterdam."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(BRUSSELS).date()
        return f"{moment.day} {_MONTHS[self.code].split()[moment.month - 1]} {moment.year}"


def languages(texts: Texts) -> dict[str, Language]:
    """Both, by their codes."""
    return {code: Language(code, texts) for code in _ORDER}


def accepted(headers: Headers) -> str:
    """The first of our languages in Accept-Language, heaviest first; Dutch without any."""
    said = headers.get("accept-language", "")
    weighed = []
    for position, part in enumerate(said[:500].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            weighed.append((-float(weight or 1), position, tag.partition("-")[0]))
        except ValueError:
            continue
    tags = [tag for heaviness, _, tag in sorted(weighed) if heaviness < 0 and tag in _ORDER]
    return tags[0] if tags else "nl"


SITE_TEXTS: Final[Texts] = {
    "emulator": ("EMULATOR", "EMULATOR"),
    "skip": ("Naar de inhoud", "Skip to the content"),
    "pages": ("Pagina's", "Pages"),
    "other_language": ("English", "Nederlands"),
    "signed_in": ("Aangemeld: {name}", "Signed in: {name}"),
    "sign_out": ("Afmelden", "Sign out"),
    "clock": ("Klok van de emulator: {day}, {time}", "The emulator's clock: {day}, {time}"),
    "cancel": ("Terug", "Back"),
    # When something cannot be
    "stopped": ("Dit kan niet", "This cannot be done"),
    "unchanged": ("Er is niets veranderd.", "Nothing was changed."),
    "stop_page": ("Deze pagina is er niet.", "There is no such page."),
    "stop_form": ("Dit formulier is niet te lezen.", "This form cannot be read."),
    "stop_field": (
        "Het formulier is te lang, of een veld telt meer dan {longest} tekens.",
        "The form is too long, or a field has more than {longest} characters.",
    ),
    "stop_origin": (
        "Dit formulier kwam van een andere website.",
        "This form came from another website.",
    ),
    "stop_form_token": (
        "Dit formulier is niet van deze sessie, of de sessie is voorbij. Open de pagina opnieuw.",
        "This form is not of this session, or the session is over. Open the page anew.",
    ),
    "stop_failed": (
        "De emulator kon dit niet bewaren. Zijn uitvoer zegt waarom.",
        "The emulator could not keep this. Its output says why.",
    ),
}
"""What every site says; it adds ``emulated``: whose website this is not."""
