"""The settings of one table of the file, which are the annotated fields of one dataclass."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, get_type_hints

from kwartier.configuration.kinds import Kind
from kwartier.vocabulary.setting import Setting


@dataclass(frozen=True, slots=True)
class Key:
    """One setting of a table."""

    name: str
    kind: Kind
    setting: Setting
    default: Any


@cache
def keys_of(section: type) -> dict[str, Key]:
    """The settings of a dataclass by name, in its order. Each has a default."""
    hints = get_type_hints(section, include_extras=True)
    found: dict[str, Key] = {}
    for field in fields(section):
        hint = hints[field.name]
        for setting in getattr(hint, "__metadata__", ()):
            if isinstance(setting, Setting):
                if field.default is MISSING:
                    raise TypeError(f"{section.__name__}.{field.name}: a setting needs a default")
                kind = Kind.of(hint.__origin__)
                found[field.name] = Key(field.name, kind, setting, field.default)
    return found
