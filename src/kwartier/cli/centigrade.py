"""What the operator declares Centigrade to be, and what is said where it is left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.wording import energy_words
from kwartier.vocabulary.centigrade import GIGAJOULE, KWH_PER_GIGAJOULE, Centigrade


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class CentigradeOptions:
    """What Centigrade is: the option goes before the configuration file."""

    centigrade: Annotated[
        Centigrade | None,
        Parameter(
            env_var="KWARTIER_CENTIGRADE",
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
        """What was declared; ConfigurationError if the file is wrong."""
        if self.centigrade is not None:
            return self.centigrade
        if self.config is None:
            return Centigrade.UNKNOWN
        from kwartier.configuration import read_configuration  # imports every room

        return read_configuration(self.config).eneco.centigrade


CENTIGRADE = CentigradeOptions()


def about_centigrade(energy_types: Collection[str], declared: Centigrade) -> str:
    """A sentence on energy types that have values in Centigrade; nothing if there are none."""
    if not energy_types:
        return ""
    names = " and ".join(energy_words(one) for one in sorted(energy_types))
    if declared is Centigrade.GIGAJOULES:
        return (
            f"{GIGAJOULE} of {names}: Eneco's Centigrade, which you declared to be gigajoules; "
            f"1 GJ is {KWH_PER_GIGAJOULE:.2f} kWh."
        )
    if declared is Centigrade.DEGREES:
        return f"Left out: {names} in degrees, which do not add up."
    return (
        f"Left out: {names} in Centigrade, which may be degrees or gigajoules. Ask Eneco, then say "
        "so: KWARTIER_CENTIGRADE=GJ (or degrees), or centigrade in [eneco] of the configuration."
    )
