"""Every sentence of the pages in one of two languages, and dates in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kwartier.emulator.mijn_fluvius.page_texts import PAGE_TEXTS
from kwartier.emulator.mijn_fluvius.stop_texts import STOP_TEXTS
from kwartier.vocabulary.local_time import BRUSSELS

_MONTHS: Final = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True, slots=True)
class Language:
    """One of the two, by its code ``nl`` or ``en``."""

    code: str

    @property
    def other(self) -> str:
        """The code of the other one."""
        return "en" if self.code == "nl" else "nl"

    def text(self, key: str, **values: object) -> str:
        """The text of a key, filled with ``values``; whoever shows it escapes it."""
        dutch, english = TEXTS[key]
        return (dutch if self.code == "nl" else english).format(**values)

    def day(self, moment: date | datetime) -> str:
        """A date in words; of an instant, the date that it has in Brussels."""
        if isinstance(moment, datetime):
            moment = moment.astimezone(BRUSSELS).date()
        return f"{moment.day} {_MONTHS[self.code].split()[moment.month - 1]} {moment.year}"


LANGUAGES: Final = {code: Language(code) for code in ("nl", "en")}

TEXTS: Final = {**PAGE_TEXTS, **STOP_TEXTS}
"""By key, the Dutch and the English text."""
