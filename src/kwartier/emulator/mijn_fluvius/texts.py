"""Every sentence of the pages in one of two languages."""

from __future__ import annotations

from typing import Final

from kwartier.emulator.mijn_fluvius.page_texts import PAGE_TEXTS
from kwartier.emulator.mijn_fluvius.stop_texts import STOP_TEXTS
from kwartier.emulator.site.texts import SITE_TEXTS, languages

TEXTS: Final = {**SITE_TEXTS, **PAGE_TEXTS, **STOP_TEXTS}
"""By key, the Dutch and the English text."""

LANGUAGES: Final = languages(TEXTS)
