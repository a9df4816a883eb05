"""The configuration file with every setting, its meaning, its bounds and its default."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from textwrap import wrap
from typing import Any, Final

from kwartier.configuration.kinds import bounds, words
from kwartier.configuration.sections import ABOUT, Configuration, sections
from kwartier.configuration.table import Key, keys_of

_WIDTH: Final = 98
_HEAD: Final = """\
The settings of kwartier, each with its default. What is left out here has its default, too.
`kwartier config check FILE` says what is wrong in a file. Durations: 90s, 15m, 1h30m, 3d.
Secrets never stand here: they are environment variables (FLUVIUS_...), see [provider]."""


def render(configuration: Configuration | None = None) -> str:
    """A TOML file that :func:`~kwartier.configuration.read_configuration` reads back to
    ``configuration``; by default, one with every default.
    """
    return "\n".join(_lines(configuration or Configuration())) + "\n"


def _lines(configuration: Configuration) -> Iterator[str]:
    yield from _remark(_HEAD.splitlines())
    for name, section in sections().items():
        yield ""
        about = ABOUT.get(name) or inspect.getdoc(section) or ""
        yield from _remark(wrap(about, _WIDTH - 2))
        yield f"[{name}]"
        values = getattr(configuration, name)
        for key in keys_of(section).values():
            yield from _remark(wrap(_about(key), _WIDTH - 2))
            yield _assignment(key, getattr(values, key.name))


def _about(key: Key) -> str:
    within, allowed = bounds(key.setting), words(key.kind.one)
    parts = (key.setting.about, within, f"one of {', '.join(allowed)}" if allowed else "")
    return "; ".join(part for part in parts if part)


def _assignment(key: Key, value: Any) -> str:
    if value is None:
        return f"# {key.name} = {key.kind.example}"
    return f"{key.name} = {key.kind.show(value)}"


def _remark(lines: list[str]) -> Iterator[str]:
    return (f"# {line}" for line in lines)
