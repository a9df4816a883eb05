"""What a language has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language: ``code``, the ``decimal`` sign, the page's ``texts``, and for ``terms`` of the
    data what people call them. A term that is not listed is shown as it is.
    """

    code: str
    decimal: str
    texts: Mapping[str, str]
    terms: Mapping[str, str]

    def text(self, name: str, **values: object) -> str:
        """A text with what belongs in it."""
        return self.texts[name].format(**values)

    def term(self, word: object) -> str:
        """What people call ``word``."""
        return "" if word is None else self.terms.get(str(word), str(word))

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number as people write it; a dash where there is none."""
        if value is None:
            return "-"
        text = f"{value:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return text.replace(".", self.decimal)
