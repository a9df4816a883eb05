"""Words that several commands share: counts, the user's own flags, and what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kwartier.cli.options import STORE, AnyProviderOptions, ProviderOptions, StoreOptions
from kwartier.cli.output import Column, name, plain
from kwartier.errors import InputError
from kwartier.registry.data_owners import check_data_owner
from kwartier.settings import environment
from kwartier.vocabulary.ean import check_ean
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.provider import FLUVIUS


def counted(number: int, noun: str) -> str:
    """``1 customer``, ``2 customers``."""
    return f"{plain(number)} {noun}" + ("" if number == 1 else "s")


def check_point(point: str, field: str = "--point") -> str:
    """Return a metering point as the store knows it: an EAN, or the UUID of a data owner of Eneco.

    InputError, which calls it ``field``, if it is neither.
    """
    return check_data_owner(point, field) if "-" in point else check_ean(point, field)


def energy_column(rows: Sequence[Mapping[str, Any]]) -> Column:
    """What flows; of Fluvius' metering points, which have one energy each, the first to be left
    out where the screen is narrow.
    """
    is_told_by_point = all(row["energy_type"] in (ELECTRICITY, GAS) for row in rows)
    spare = 0 if is_told_by_point else None
    return name("energy_type", "energy", show=energy_words, spare=spare)


def energy_words(energy_type: str | None) -> str:
    """``hot water`` for ``hot_water``."""
    return (energy_type or "").replace("_", " ")


@contextmanager
def as_typed(typed: Mapping[str, tuple[str, object]]) -> Iterator[None]:
    """Let an :class:`InputError` about an argument speak of the flag that the user typed.

    ``typed`` holds, by the argument's name, the flag and what was typed there. The rule's mention
    of other arguments becomes their flags too, with what was typed there.
    """
    try:
        yield
    except InputError as error:
        if error.field not in typed:
            raise
        flag, value = typed[error.field]
        rule, others = error.rule, ""
        for name, (other, said) in typed.items():
            if name in rule:
                rule = rule.replace(name, other)
                others += f", {other} is {said!r}"
        raise InputError(flag, rule, f"got {value!r}{others}") from error


def of_fluvius_alone(given: Mapping[str, object]) -> None:
    """Raise :class:`InputError` for the first flag ``given`` that Eneco knows nothing of."""
    for flag, value in given.items():
        if value is not None:
            raise InputError(flag, "is of Fluvius alone", "leave it out with --provider eneco")


def next_command(command: str, options: StoreOptions) -> str:
    """``kwartier COMMAND`` with the options that were given, so that it can be typed as it is."""
    words = ["kwartier", *command.split()]
    if isinstance(options, ProviderOptions):
        if options.sandbox is not None:
            words.append("--sandbox" if options.sandbox else "--production")
        if options.env_file is not None:
            words += ["--env-file", str(options.env_file)]
    if isinstance(options, AnyProviderOptions) and options.provider != FLUVIUS:
        words += ["--provider", options.provider]
    is_usual = options.store == STORE.store or environment().get("KWARTIER_STORE") == str(
        options.store
    )
    if not is_usual:
        words += ["--store", str(options.store)]
    return shlex.join(words)
