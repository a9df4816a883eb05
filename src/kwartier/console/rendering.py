"""Templates into pages, and what they can say: dates as people of Brussels read them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from kwartier.console.navigation import Entry
from kwartier.vocabulary.granularity import slice_words
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.provider import provider_title
from kwartier.web.assets import Assets
from kwartier.web.brand import brand_of
from kwartier.web.forms import FORM_TOKEN
from kwartier.web.settings import WebSettings
from kwartier.web.templates import templates

if TYPE_CHECKING:
    from kwartier.console.visitor import Visitor

_SERVICES: Final = {
    "VH_dag": "Day values",
    "VH_kwartier_uur": "Quarter-hours (gas: hours)",
    "VH_onbepaald": "All values",
    "IG": "Data of the installation",
}
_TYPED: Final = re.compile(r"`([^`]+)`")
_CODE: Final = Markup("<code>{}</code>")
ASSETS_AT: Final = "/static"
_TOKEN: Final = Markup('<input type="hidden" name="{name}" value="{value}">')
_DASH: Final = "–"  # noqa: RUF001 - what stands for what is not there


class Rendering:
    """The console's templates, filled for one provider's pages; ``entries`` is its navigation."""

    def __init__(self, settings: WebSettings, entries: tuple[Entry, ...]) -> None:
        brand = brand_of(settings)
        self.assets = Assets("kwartier.web", __package__, prefix=ASSETS_AT, made=brand.files)
        self.first_path = entries[0].path if entries else "/account"
        self._entries = entries
        self._templates = templates(__package__)
        self._templates.globals.update(asset=self.assets, brand=brand, segment=segment, dash=_DASH)
        self._templates.filters.update(
            day=day,
            last_day=last_day,
            moment=moment,
            number=number,
            counted=counted,
            slices=slice_words,
            provider=provider_title,
            service=service,
            typed=typed,
        )

    def page(self, visitor: Visitor, template: str, status: int, **values: Any) -> Response:
        """What a template makes of ``values``."""
        path = visitor.request.url.path
        content = self._templates.get_template(template).render(
            visitor=visitor,
            navigation=[one for one in self._entries if visitor.may(one.role)],
            here=path,
            token=lambda: _TOKEN.format(name=FORM_TOKEN, value=visitor.form_token),
            **values,
        )
        return HTMLResponse(content, status)


def day(when: date | datetime | None) -> str:
    """``2026-11-22``; of an instant, the date that it has in Brussels; a dash for none."""
    if when is None:
        return _DASH
    if isinstance(when, datetime):
        when = when.astimezone(BRUSSELS).date()
    return when.isoformat()


def last_day(end: datetime | None) -> str:
    """The last day of a period that ends at the instant ``end``, which is not in it."""
    return day(None if end is None else end - timedelta(microseconds=1))


def moment(when: datetime | None) -> str:
    """``2026-11-22 17:05`` in Brussels; a dash for none."""
    return _DASH if when is None else f"{when.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def number(count: float | None, digits: int = 0) -> str:
    """With thin spaces between thousands; a dash for none."""
    if count is None:
        return _DASH
    return f"{count:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def counted(count: int, noun: str) -> str:
    """``1 metering point``, ``2 metering points``."""
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def service(data_service_type: str) -> str:
    """What a data service opens, in words; one that is not known by its own word."""
    return _SERVICES.get(data_service_type, data_service_type)


def typed(text: str) -> Markup:
    """A sentence with what it has between backticks as what can be typed; the rest is text."""
    parts = enumerate(_TYPED.split(text))
    return Markup("").join(_CODE.format(part) if at % 2 else escape(part) for at, part in parts)


def segment(text: object) -> str:
    """``text`` as one segment of a path."""
    return quote(str(text), safe="")
