"""Templates into pages: escaped, with headers that let nothing in from elsewhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from kwartier.emulator.site.look import STYLE, Look
from kwartier.emulator.site.texts import Language
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.web.forms import FORM_TOKEN

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_TOKEN: Final = Markup('<input type="hidden" name="{name}" value="{value}">')


def render(
    look: Look, template: str, language: Language, form_token: str, status: int, **values: object
) -> Response:
    """The page that a template makes of ``values``, in ``language``."""
    content = look.templates.get_template(template).render(
        language=language,
        t=language.text,
        day=language.day,
        last_day=last_day,
        brussels_time=brussels_time,
        site=look.name,
        root=look.root,
        style=look.style_path,
        token=lambda: _TOKEN.format(name=FORM_TOKEN, value=form_token),
        **values,
    )
    return HTMLResponse(content, status, headers={**HEADERS, "content-language": language.code})


def style(look: Look) -> Response:
    """The one style sheet of a site."""
    headers = {"x-content-type-options": "nosniff"}
    return Response(STYLE + look.style, media_type="text/css", headers=headers)


def last_day(end: datetime) -> date:
    """The last day of a period that ends at the instant ``end``, which is not in it."""
    return (end - timedelta(microseconds=1)).astimezone(BRUSSELS).date()


def brussels_time(instant: datetime) -> str:
    """Hours and minutes on the wall clock."""
    return f"{instant.astimezone(BRUSSELS):%H:%M}"
