"""From a TOML file to settings; whatever is wrong in it is told at once, and nothing guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from kwartier.configuration.kinds import UnfitError
from kwartier.configuration.sections import Configuration, sections
from kwartier.configuration.table import Key, keys_of
from kwartier.errors import ConfigurationError, InputError

_LONGEST_SHOWN: Final = 60
_SECRET: Final = ("secret", "password", "token", "subscription", "private", "credential")


def read_configuration(path: Path | None) -> Configuration:
    """The settings of the file at ``path``: what it leaves out has its default; None: all do.

    Raises :class:`ConfigurationError` that names file, key, rule and value of all that is wrong,
    and the nearest known key of one that is not known.
    """
    if path is None:
        return Configuration()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(
            f"the configuration file {path} cannot be read ({why}); `kwartier config init {path}` "
            "writes one"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is no TOML: {error}") from error
    return configured(found, called=str(path))


def configured(found: Mapping[str, Any], *, called: str) -> Configuration:
    """The settings of a TOML document; ``called`` is what errors name it by."""
    problems: list[str] = []
    read: dict[str, Any] = {}
    known = sections()
    for name, table in found.items():
        if name not in known:
            problems.append(f"[{name}]: no such table{_nearest(name, known)}")
        elif not isinstance(table, dict):
            problems.append(f"{name}: must be a table: write [{name}] on a line of its own")
        else:
            values, wrong = _read_table(name, known[name], table)
            problems.extend(wrong)
            read[name] = values
    configuration = Configuration()
    for name, values in read.items():
        try:
            section = replace(getattr(configuration, name), **values)
            configuration = replace(configuration, **{name: section})
        except InputError as error:
            problems.append(f"{name}.{error}")
    if problems:
        raise ConfigurationError("\n".join(f"{called}: {problem}" for problem in problems))
    return configuration


def _read_table(
    name: str, section: type, table: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    keys = keys_of(section)
    values: dict[str, Any] = {}
    problems = list(_unknown(name, table, keys))
    for given in table.keys() & keys.keys():
        key = keys[given]
        try:
            values[given] = key.kind.read(table[given], key.setting)
        except UnfitError as error:
            problems.append(f"{name}.{given}: {error}, not {_shown(table[given])}")
    return values, sorted(problems)


def _unknown(name: str, given: Iterable[str], keys: Mapping[str, Key]) -> Iterator[str]:
    for key in given:
        if key in keys:
            continue
        if any(word in key.lower() for word in _SECRET):
            yield f"{name}.{key}: secrets never stand here: set an environment variable"
            continue
        elsewhere = [other for other, section in sections().items() if key in keys_of(section)]
        hint = f"; it belongs in [{elsewhere[0]}]" if elsewhere else _nearest(key, keys)
        yield f"{name}.{key}: no such key{hint}"


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return f"; is {near[0]} meant?" if near else f"; known are {', '.join(names)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
