"""The only place that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kwartier.errors import ConfigurationError, InputError
from kwartier.vocabulary.emulated_time import EmulatedTime

_PLACEHOLDER: Final = re.compile(r"(^|/)your[-_ ]", re.IGNORECASE)


def environment() -> Mapping[str, str]:
    """The process environment, as it is when it is looked at; empty values count as unset."""
    return _ENVIRONMENT


class _Environment(Mapping[str, str]):
    """Looks up names one by one: requests do so, and a copy of everything would cost them time."""

    def __getitem__(self, name: str) -> str:
        value = os.environ[name]
        if not value.strip():
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in os.environ.items() if value.strip())

    def __len__(self) -> int:
        return sum(1 for _ in self)


_ENVIRONMENT: Final = _Environment()


def load_env_file(path: Path) -> None:
    """Put the ``NAME=value`` lines of ``path`` into the environment of this process.

    Empty lines and those that start with ``#`` are passed over, ``export`` and quotes around the
    value are dropped. Raises :class:`ConfigurationError` for a file or a line it cannot read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the environment file {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise ConfigurationError(f"{path}, line {number}: expected NAME=value")
        os.environ[name] = value.strip().strip("\"'")


def flag(name: str) -> bool:
    """Whether the environment variable ``name`` says yes: 1, true, yes or on."""
    return environment().get(name, "").lower() in {"1", "true", "yes", "on"}


def check_value(value: str, *, called: str, hint: str, may_wrap: bool = False) -> None:
    """Raise :class:`ConfigurationError` for a setting that is evidently not real.

    ``called`` is what the message names it by, ``hint`` says where the real one comes from. Only
    what ``may_wrap`` may hold line breaks.
    """
    if _PLACEHOLDER.search(value):
        raise ConfigurationError(
            f"{called}: still a placeholder; put the real value there ({hint})"
        )
    if not may_wrap and not value.isprintable():
        raise ConfigurationError(f"{called}: holds a line break or control character; remove it")


def configured_address(variables: Mapping[str, str], name: str, default: str) -> str:
    """The address that the variable ``name`` holds, else ``default``; without a slash at its end.

    Raises :class:`ConfigurationError` for what is no address.
    """
    address = variables.get(name, default).strip().rstrip("/")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ConfigurationError(
            f"{name}: must be an address such as {default}; correct it, or unset it for that one"
        )
    return address


def configured_clock() -> datetime:
    """The time for checks before sending: KWARTIER_CLOCK, else this machine's.

    Raises :class:`ConfigurationError` when the variable holds no clock.
    """
    real, text = datetime.now(UTC), environment().get("KWARTIER_CLOCK")
    try:
        return EmulatedTime.parse(text).at(real) if text else real
    except InputError as error:
        raise ConfigurationError(
            f"KWARTIER_CLOCK is {text!r}, but its {error.field} {error.rule}; take the line that "
            "`kwartier emulator --env-file FILE` writes, or unset it"
        ) from error


def state_folder() -> Path | None:
    """Where this user's programs keep what outlives a run, by the XDG Base Directory
    specification; None where the user has no home.
    """
    return _state_folder(environment().get("XDG_STATE_HOME", ""), environment().get("HOME"))


@cache
def _state_folder(stated_folder: str, home: str | None) -> Path | None:  # noqa: ARG001
    """``home`` is what :meth:`Path.home` looks at: with another one the folder is another."""
    stated = Path(stated_folder)
    if stated.is_absolute():
        return stated
    try:
        return Path.home() / ".local" / "state"
    except RuntimeError:
        return None


def forget_if_empty(name: str) -> None:
    """Unset the environment variable ``name`` if it is there and empty."""
    if not os.environ.get(name, "unset").strip():
        del os.environ[name]
