"""What the operator declares Centigrade to be, and what is said where it is left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from kwartier.cli.wording import energy_words
from kwartier.errors import ConfigurationError
from kwartier.settings import environment
from kwartier.vocabulary.centigrade import GIGAJOULE, KWH_PER_GIGAJOULE, Centigrade

_VARIABLE: Final = "KWARTIER_CENTIGRADE"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class CentigradeOptions:
    """What Centigrade is: the option goes before the configuration file."""

    centigrade: Annotated[
        Centigrade | None,
        Parameter(
            env_var=_VARIABLE,
            show_default=False,
            help="what Eneco's unit of heat is: GJ lets it be added up, degrees or unknown do not",
        ),
    ] = None
    config: Annotated[
        Path | None,
        Parameter(
            env_var="KWARTIER_CONFIG", show_default=False, help="the file that has all settings"
        ),
    ] = None

    def declared(self) -> Centigrade:
        """What it is as far as was said; ConfigurationError if the file is wrong."""
        return self.said() or Centigrade.UNKNOWN

    def said(self) -> Centigrade | None:
        """What was said; None if neither an option nor a file says anything."""
        if self.centigrade is not None or self.config is None:
            return self.centigrade
        from kwartier.configuration import read_configuration  # imports every room

        return read_configuration(self.config).eneco.centigrade


CENTIGRADE = CentigradeOptions()


def declared_in(configured: Centigrade) -> Centigrade:
    """What it is where a file was read already: the environment goes before it.

    Raises ConfigurationError if the environment says something else.
    """
    said = environment().get(_VARIABLE)
    if said is None:
        return configured
    try:
        return Centigrade(said)
    except ValueError as error:
        words = ", ".join(Centigrade)
        raise ConfigurationError(f"{_VARIABLE}: must be one of {words}, not {said!r}") from error


def about_centigrade(energy_types: Collection[str], declared: Centigrade) -> str:
    """A sentence on energy types that have values in Centigrade; nothing if there are none."""
    if not energy_types:
        return ""
    names = " and ".join(energy_words(one) for one in sorted(energy_types))
    if declared is Centigrade.GJ:
        return (
            f"{GIGAJOULE} of {names}: Eneco's Centigrade, which you declared to be gigajoules; "
            f"1 GJ is {KWH_PER_GIGAJOULE:.2f} kWh."
        )
    if declared is Centigrade.DEGREES:
        return f"Left out: {names} in degrees, which do not add up."
    return (
        f"Left out: {names} in Centigrade, which may be degrees or gigajoules. Ask Eneco, then say "
        "so: KWARTIER_CENTIGRADE=GJ (or degrees), or centigrade under eneco in the settings."
    )
