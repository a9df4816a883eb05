"""What tells one site from another: its name, its place, its words, its templates and colours."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from jinja2 import Environment

from kwartier.emulator.site.texts import Language
from kwartier.web.templates import templates as web_templates

_SHARED: Final = __package__
STYLE: Final = files(__package__).joinpath("site.css").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A site called ``name``, whose addresses begin with ``root``.

    ``languages`` are what it says; ``style`` is added to the style sheet that all share. The
    address that signs out is ``root/afmelden``.
    """

    name: str
    root: str
    cookie: str
    languages: dict[str, Language]
    templates: Environment
    style: bytes = b""

    @property
    def style_path(self) -> str:
        """Where its style sheet is."""
        return f"{self.root}/site.css"


def templates(package: str) -> Environment:
    """Those of a package's folder ``templates``, on top of those that all sites share."""
    return web_templates(package, _SHARED)
