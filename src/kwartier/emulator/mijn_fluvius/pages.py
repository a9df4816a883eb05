"""Templates into pages: escaped, with headers that let nothing in from elsewhere."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from kwartier.emulator.mijn_fluvius.choices import last_day
from kwartier.emulator.mijn_fluvius.texts import Language
from kwartier.vocabulary.local_time import BRUSSELS

STYLE_PATH: Final = "/verbruik/mijn-fluvius.css"
STYLE: Final = files(__package__).joinpath("mijn_fluvius.css").read_bytes()
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

_templates = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, language: Language, status: int, **values: object) -> Response:
    """The page that a template makes of ``values``, in ``language``."""
    content = _templates.get_template(template).render(
        language=language,
        t=language.text,
        day=language.day,
        last_day=last_day,
        brussels_time=brussels_time,
        style=STYLE_PATH,
        **values,
    )
    return HTMLResponse(content, status, headers={**HEADERS, "content-language": language.code})


def style() -> Response:
    """The one style sheet."""
    return Response(STYLE, media_type="text/css", headers={"x-content-type-options": "nosniff"})


def brussels_time(instant: datetime) -> str:
    """Hours and minutes on the wall clock."""
    return f"{instant.astimezone(BRUSSELS):%H:%M}"
